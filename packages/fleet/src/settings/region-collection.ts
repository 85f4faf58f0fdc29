import type { RegionId } from '@rideline/contract';
import {
  defineCollection,
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
  },
});
