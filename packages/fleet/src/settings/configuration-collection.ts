import type { RegionId } from '@rideline/contract';
import {
  defineCollection,
  mixed,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

export interface StoredConfiguration {
  /** `<region>:<kind>` */
  _id: string;
  v: 1;
  region: RegionId;
  version: number;
  /** Its shape depends on the kind. */
  data: unknown;
  updatedAt: Date;
}

export const configurationCollection = defineCollection<StoredConfiguration>({
  name: 'configurations',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    version: requiredNumber,
    data: mixed,
    updatedAt: requiredDate,
  },
});
