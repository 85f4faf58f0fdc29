import type { CandidateReason, RegionId, TripId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredMixed,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** Why each driver who was considered for a trip was not, or was, asked: see `GET /v1/trips/:id/candidates`. */
export interface StoredCandidates {
  _id: TripId;
  v: 1;
  region: RegionId;
  /** By driver: his last reason. At most CONSIDERED_KEPT. */
  d: Record<string, ConsideredDriver>;
  expireAt: Date;
}

export interface ConsideredDriver {
  reason: CandidateReason;
  /** Epoch ms, domain clock. */
  at: number;
  etaSeconds: number | null;
  distanceMetres: number | null;
  /** Ticks in which he was considered. */
  rounds: number;
}

export const candidateCollection = defineCollection<StoredCandidates>({
  name: 'considerations',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    d: requiredMixed,
    expireAt: requiredDate,
  },
  indexes: [{ name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 }],
});
