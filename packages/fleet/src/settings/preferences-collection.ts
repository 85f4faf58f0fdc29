import type { RegionId, Tier, UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

export interface StoredPreferences {
  _id: UserId;
  v: 1;
  region: RegionId;
  version: number;
  locale: string;
  units: 'metric' | 'imperial';
  tier: Tier;
  updatedAt: Date;
}

export const preferencesCollection = defineCollection<StoredPreferences>({
  name: 'preferences',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    version: requiredNumber,
    locale: requiredString,
    units: { ...requiredString, enum: ['metric', 'imperial'] },
    tier: requiredString,
    updatedAt: requiredDate,
  },
});
