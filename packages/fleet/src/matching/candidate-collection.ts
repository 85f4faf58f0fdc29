import type { CandidateReason, RegionId, TripId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredMixed,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** The reason of each candidate of a trip, as returned by `GET /v1/trips/:id/candidates`. */
export interface StoredCandidates {
  _id: TripId;
  v: 1;
  region: RegionId;
  /** The last reason by driver. */
  d: Record<string, ConsideredDriver>;
  /** Wall clock: the last write. Absent in documents stored before the field existed and not written since. */
  newestAt?: Date;
  /** `newestAt` plus the region's retention. */
  expireAt: Date;
}

export interface ConsideredDriver {
  reason: CandidateReason;
  /** Epoch ms, domain clock. */
  at: number;
  etaSeconds: number | null;
  distanceMetres: number | null;
  /** Number of ticks in which the driver was considered. */
  rounds: number;
}

export const candidateCollection = defineCollection<StoredCandidates>({
  name: 'considerations',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    d: requiredMixed,
    newestAt: Date,
    expireAt: requiredDate,
  },
  indexes: [{ name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 }],
});
