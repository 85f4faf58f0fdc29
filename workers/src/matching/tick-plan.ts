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
import { barredDrivers, openOffers } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import type { FoundCandidate } from './candidate-search.ts';
import type { DriverCompliance } from './driver-compliance.ts';
import type { DriverProfiles } from './driver-profiles.ts';
import type { DriverStats } from './driver-stats.ts';
import type { HeldDrivers, HeldReason } from './held-drivers.ts';
import type { Assignment } from './offer-to-driver.ts';
import type { RoadTimes } from './road-times.ts';
import type { TripMemory } from './trip-memory.ts';

export interface PlanContext {
  readonly memory: TripMemory;
  readonly stats: DriverStats;
  readonly profiles: DriverProfiles;
  readonly compliance: Pick<DriverCompliance, 'lacks'>;
  readonly held: Pick<HeldDrivers, 'reasonOf'>;
  /** Domain ms. */
  readonly now: number;
  readonly options?: MatchOptions;
  /** Set when a route engine is configured. */
  readonly road?: RoadTimes;
}

export interface TickPlan {
  readonly assignments: readonly Assignment[];
  readonly considered: ReadonlyMap<TripId, readonly WeighedCandidate[]>;
  readonly components: number;
  readonly fallbackComponents: number;
  readonly solveMs: number;
}

/** Plans a tick from the found candidates: which driver gets an offer for which trip, and the reason for every other candidate. */
export function planTrips(
  trips: readonly StoredTrip[],
  found: ReadonlyMap<StoredTrip, readonly FoundCandidate[]>,
  context: PlanContext,
): TickPlan {
  const requests = trips.map((trip): MatchRequest => {
    const barred = barredDrivers(trip);
    const holders = new Set(openOffers(trip).map(({ driverId }) => driverId));
    return {
      tripId: trip._id,
      ageSeconds: Math.max(0, (context.now - trip.createdAt.getTime()) / 1000),
      candidates: (found.get(trip) ?? [])
        // A driver with an open offer of this trip is not a candidate again; their reason is already stored.
        .filter(({ found: { driverId } }) => !holders.has(driverId))
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
  const { memory, stats, now } = context;
  const tierSteps = TIERS.indexOf(context.profiles.of(driverId).tier) - TIERS.indexOf(trip.tier);
  const ride = rideSecondsLeft === null ? undefined : memory.activeTripOf(driverId);
  const headingSeconds = ride ? 0 : headingPenaltySeconds(found, trip.pickup);
  const reachable = stats.isReachable(driverId, at, now);
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
    idleSeconds: stats.idleSeconds(driverId, now),
    acceptProbability: stats.acceptProbability(driverId),
    recentCancels: stats.recentCancels(driverId),
    excluded: exclusion({
      driverId,
      barred,
      tierSteps,
      lacksDocuments: context.compliance.lacks(driverId),
      held: context.held.reasonOf(driverId, trip.riderId, ride !== undefined),
      reachable,
      ahead: ride !== undefined,
      memory,
      noRoute: byRoad === null,
    }),
  };
}

function exclusion(about: {
  driverId: DriverId;
  barred: ReadonlySet<DriverId>;
  tierSteps: number;
  lacksDocuments: boolean;
  held: HeldReason | null;
  reachable: boolean;
  ahead: boolean;
  memory: TripMemory;
  noRoute: boolean;
}): CandidateReason | null {
  const { driverId, barred, tierSteps, lacksDocuments, held, reachable, ahead, memory, noRoute } = about;
  if (barred.has(driverId)) return 'barred';
  if (tierSteps < 0) return 'wrong_tier';
  if (lacksDocuments) return 'documents_lacking';
  if (memory.hasOffer(driverId)) return 'on_offer';
  if (held !== null) return held;
  if (!ahead && (memory.activeTripOf(driverId) !== undefined || memory.hasQueued(driverId))) return 'busy';
  if (!reachable || noRoute) return 'unreachable';
  return null;
}
