import { type CandidateReason, type DriverId, TIERS, type TripId } from '@rideline/contract';
import { aheadSeconds, crowFlySeconds, headingPenaltySeconds } from '@rideline/fleet/matching/eta';
import {
  type Candidate,
  DEFAULT_MATCH_OPTIONS,
  type MatchOptions,
  type MatchRequest,
  planTick,
  type WeighedCandidate,
} from '@rideline/fleet/matching/match-tick';
import type { StoredTrip } from '@rideline/fleet/store/models';
import { barredDrivers, openOffers } from '@rideline/fleet/trips/trip';
import type { FoundCandidate } from './candidate-search.ts';
import type { DriverCompliance } from './driver-compliance.ts';
import type { DriverProfiles } from './driver-profiles.ts';
import type { DriverStats } from './driver-stats.ts';
import type { Assignment } from './offering.ts';
import type { RoadTimes } from './road-times.ts';
import type { TripMemory } from './trip-memory.ts';

export interface PlanContext {
  readonly memory: TripMemory;
  readonly notes: DriverStats;
  readonly profiles: DriverProfiles;
  readonly standings: Pick<DriverCompliance, 'lacks'>;
  /** Domain ms. */
  readonly now: number;
  readonly options?: MatchOptions;
  /** Where a route engine is configured. */
  readonly road?: RoadTimes;
}

export interface TickPlan {
  readonly assignments: readonly Assignment[];
  readonly considered: ReadonlyMap<TripId, readonly WeighedCandidate[]>;
  readonly components: number;
  readonly fallbackComponents: number;
  readonly solveMs: number;
}

/** Turns what was found into a plan: who is asked for which trip, and why everybody else is not. */
export function planTrips(
  trips: readonly StoredTrip[],
  found: ReadonlyMap<StoredTrip, readonly FoundCandidate[]>,
  context: PlanContext,
): TickPlan {
  const requests = trips.map((trip): MatchRequest => {
    const barred = barredDrivers(trip);
    const asked = new Set(openOffers(trip).map(({ driverId }) => driverId));
    return {
      tripId: trip._id,
      ageSeconds: Math.max(0, (context.now - trip.createdAt.getTime()) / 1000),
      candidates: (found.get(trip) ?? [])
        // Who has this very trip on his screen is no candidate for it; his reason stands already.
        .filter(({ found: { driverId } }) => !asked.has(driverId))
        .map((candidate) => weigh(trip, candidate, barred, context)),
    };
  });
  const startedAt = performance.now();
  const plan = planTick(requests, () => performance.now(), context.options ?? DEFAULT_MATCH_OPTIONS);
  const solveMs = performance.now() - startedAt;
  const byId = new Map(trips.map((trip) => [trip._id, trip]));
  const assignments = plan.matched.map(({ tripId, candidate }): Assignment => {
    const { driverId, slot, etaSeconds, distanceMetres } = candidate;
    return { trip: byId.get(tripId) as StoredTrip, driverId, slot, etaSeconds, distanceMetres };
  });
  const { components, fallbackComponents, reasons } = plan;
  return { assignments, considered: reasons, components, fallbackComponents, solveMs };
}

function weigh(
  trip: StoredTrip,
  { found, rideSecondsLeft }: FoundCandidate,
  barred: ReadonlySet<DriverId>,
  context: PlanContext,
): Candidate {
  const { driverId, distanceMetres, at } = found;
  const { memory, notes, now } = context;
  const tierSteps = TIERS.indexOf(context.profiles.of(driverId).tier) - TIERS.indexOf(trip.tier);
  const ride = rideSecondsLeft === null ? undefined : memory.activeTripOf(driverId);
  const headingSeconds = ride ? 0 : headingPenaltySeconds(found, trip.pickup);
  const heard = notes.see(driverId, at, now);
  const byRoad = context.road?.get(trip)?.get(driverId);
  return {
    driverId,
    slot: ride ? 'queued' : 'active',
    etaSeconds: ride
      ? aheadSeconds(rideSecondsLeft ?? 0, ride.dropoff, trip.pickup, byRoad ?? undefined)
      : (byRoad ?? crowFlySeconds(distanceMetres)),
    headingSeconds,
    distanceMetres,
    tierSteps: Math.max(0, tierSteps),
    idleSeconds: notes.idleSeconds(driverId, now),
    acceptProbability: notes.acceptProbability(driverId),
    recentCancels: notes.recentCancels(driverId),
    excluded: exclusion({
      driverId,
      barred,
      tierSteps,
      lacksDocuments: context.standings.lacks(driverId),
      heard,
      ahead: ride !== undefined,
      memory,
      noWay: byRoad === null,
    }),
  };
}

function exclusion(about: {
  driverId: DriverId;
  barred: ReadonlySet<DriverId>;
  tierSteps: number;
  lacksDocuments: boolean;
  heard: boolean;
  ahead: boolean;
  memory: TripMemory;
  noWay: boolean;
}): CandidateReason | null {
  const { driverId, barred, tierSteps, lacksDocuments, heard, ahead, memory, noWay } = about;
  if (barred.has(driverId)) return 'barred';
  if (tierSteps < 0) return 'wrong_tier';
  if (lacksDocuments) return 'documents_lacking';
  if (memory.hasOffer(driverId)) return 'on_offer';
  if (!ahead && (memory.activeTripOf(driverId) !== undefined || memory.hasQueued(driverId))) return 'busy';
  if (!heard || noWay) return 'unreachable';
  return null;
}
