import type { DriverId, RegionId, VehicleId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

export interface StoredDriver {
  _id: DriverId;
  v: 1;
  region: RegionId;
  name: string;
  tier: string;
  vehicleId?: VehicleId;
  createdAt: Date;
}

export const driverCollection = defineCollection<StoredDriver>({
  name: 'drivers',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    name: requiredString,
    tier: requiredString,
    vehicleId: String,
    createdAt: requiredDate,
  },
  indexes: [{ name: 'by_age', key: { region: 1, createdAt: -1 } }],
});
