import type { RegionId } from '@rideline/contract';
import {
  defineCollection,
  mixed,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** Settings of a region. Absent until an admin sets them: environment and defaults apply until then. */
export interface StoredRegion {
  _id: RegionId;
  v: 1;
  version: number;
  retentionDays: number;
  /** The shortest retention ever in force: data received longer ago than this may be deleted. */
  leastRetentionDays: number;
  currency: string;
  zone: string;
  locale: string;
  updatedAt: Date;
  /** The last change of the retention and how far it has been applied to stored documents; absent before the first change. */
  retentionChange?: StoredRetentionChange;
}

/** Written with the settings in one write, so that a change cannot be in force without the job that applies it. */
export interface StoredRetentionChange {
  /** Version of the settings that made the change. */
  version: number;
  retentionDays: number;
  /** Wall clock: not before this, when no writer uses the previous retention any more. */
  startsAt: Date;
  /** Estimate of the documents to check; null until the job has started. */
  documents: number | null;
  /** Name of the collection in progress and the last `_id` checked; null where the collection or the job begins. */
  collection: string | null;
  after: string | null;
  checked: number;
  changed: number;
  /** Documents left as they were because they kept changing or MongoDB refused the write. */
  skipped: number;
  finishedAt: Date | null;
}

export const regionCollection = defineCollection<StoredRegion>({
  name: 'regions',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    version: requiredNumber,
    retentionDays: requiredNumber,
    leastRetentionDays: requiredNumber,
    currency: requiredString,
    zone: requiredString,
    locale: requiredString,
    updatedAt: requiredDate,
    retentionChange: mixed,
  },
});
