import type { RegionId, VehicleId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

export interface StoredVehicle {
  _id: VehicleId;
  v: 1;
  region: RegionId;
  /** As shown to riders: colour, make, model. */
  description: string;
  plate: string;
  tier: string;
  createdAt: Date;
}

export const vehicleCollection = defineCollection<StoredVehicle>({
  name: 'vehicles',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    description: requiredString,
    plate: requiredString,
    tier: requiredString,
    createdAt: requiredDate,
  },
});
