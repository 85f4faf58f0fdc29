import type { RegionId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** What a region is run by. Absent until an admin sets it: then the environment and the defaults count. */
export interface StoredRegion {
  _id: RegionId;
  v: 1;
  version: number;
  retentionDays: number;
  /** The least that was ever in force: whatever was received longer ago than this may be gone. */
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
