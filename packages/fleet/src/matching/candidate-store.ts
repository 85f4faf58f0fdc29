import {
  type CandidateReason,
  type DriverId,
  type RegionId,
  type TripCandidates,
  type TripId,
  toIsoTime,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { type ConsideredDriver, candidateCollection, type StoredCandidates } from './candidate-collection.ts';

/** The result of one or several ticks for a driver and a trip. */
export interface Considered {
  readonly driverId: DriverId;
  readonly reason: CandidateReason;
  /** Epoch ms, domain clock. */
  readonly at: number;
  readonly etaSeconds: number | null;
  readonly distanceMetres: number | null;
  readonly rounds: number;
}

/**
 * Stores the drivers considered for trips: the last reason replaces earlier ones, rounds add up.
 * @param times the wall clock, and when the documents expire by the region's retention
 */
export async function storeCandidates(
  db: Database,
  region: RegionId,
  found: ReadonlyMap<TripId, readonly Considered[]>,
  times: Pick<StoredCandidates, 'expireAt'> & { newestAt: Date },
): Promise<void> {
  const writes = [...found].map(([tripId, drivers]) => {
    const set: Record<string, unknown> = { v: SCHEMA_VERSION, region, ...times };
    const inc: Record<string, number> = {};
    for (const { driverId, reason, at, etaSeconds, distanceMetres, rounds } of drivers) {
      const path = `d.${driverId}`;
      set[`${path}.reason`] = reason;
      set[`${path}.at`] = at;
      set[`${path}.etaSeconds`] = etaSeconds;
      set[`${path}.distanceMetres`] = distanceMetres;
      inc[`${path}.rounds`] = rounds;
    }
    return {
      updateOne: { filter: { _id: tripId }, update: { $set: set, $inc: inc }, upsert: true },
    };
  });
  if (writes.length > 0) await db.collection(candidateCollection).bulkWrite(writes, { ordered: false });
}

/** All drivers considered for a trip, each with one reason; `byReason` sums to `considered`. */
export async function readCandidates(
  db: Database,
  region: RegionId,
  tripId: TripId,
): Promise<TripCandidates> {
  const found = await db.collection(candidateCollection).findOne({
    _id: tripId,
    region,
  });
  const drivers = Object.entries(found?.d ?? {}).map(([driverId, entry]) =>
    shown(driverId as DriverId, entry),
  );
  drivers.sort((a, b) => (a.etaSeconds ?? Infinity) - (b.etaSeconds ?? Infinity));
  const byReason: TripCandidates['byReason'] = {};
  for (const { reason } of drivers) byReason[reason] = (byReason[reason] ?? 0) + 1;
  return { tripId, considered: drivers.length, byReason, drivers };
}

function shown(driverId: DriverId, entry: ConsideredDriver): TripCandidates['drivers'][number] {
  const { reason, at, etaSeconds, distanceMetres, rounds } = entry;
  return { driverId, reason, at: toIsoTime(at), etaSeconds, distanceMetres, rounds };
}
