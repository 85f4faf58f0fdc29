import type { DriverId, RegionId, Tier } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { LiveSearch } from '@rideline/fleet/live/live-search';
import type { EtaTable } from '@rideline/fleet/matching/eta-table';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { lease } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import { openOffers, type TripOffer } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { isFanOut } from '@rideline/fleet/trips/trip-transition';
import type { Logger } from '@rideline/platform/process/logger';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { CandidateBuffer } from './candidate-buffer.ts';
import { searchCandidates } from './candidate-search.ts';
import type { DriverCompliance } from './driver-compliance.ts';
import type { DriverProfiles } from './driver-profiles.ts';
import { DriverStats } from './driver-stats.ts';
import type { HeldDrivers } from './held-drivers.ts';
import { HintReader } from './hint-reader.ts';
import type { MatchingMetrics } from './metrics.ts';
import { updateDriverStats } from './offer-outcomes.ts';
import { type OfferResult, offerToDriver } from './offer-to-driver.ts';
import { OverdueTrips } from './overdue-trips.ts';
import { PickupRounds, type PickupRoundsOptions } from './pickup-rounds.ts';
import { type RoadTimes, roadTimes } from './road-times.ts';
import { planTrips } from './tick-plan.ts';
import { TripMemory } from './trip-memory.ts';
import { tripsOfTick } from './trip-rotation.ts';

export interface TierMatcherOptions {
  readonly region: RegionId;
  readonly tier: Tier;
  /** Name of this process. */
  readonly member: string;
  readonly db: Database;
  readonly state: RedisClient;
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  readonly search: LiveSearch;
  /** Time that a driver has to answer an offer, domain ms. */
  readonly offerWindowMs: number;
  /** Without it crow-fly times are used. */
  readonly etaTable?: EtaTable;
  readonly profiles: DriverProfiles;
  readonly compliance: DriverCompliance;
  /** Drivers whose claim failed, in any tier. */
  readonly held: HeldDrivers;
  readonly candidateBuffer: CandidateBuffer;
  readonly onPickupWarning: PickupRoundsOptions['onWarn'];
  readonly onPickupReassign: PickupRoundsOptions['onReassign'];
  /** Called after an offer was written, to set its timer. */
  readonly onOffered: (offer: TripOffer) => void;
  readonly metrics: MatchingMetrics;
  readonly logger: Logger;
}

const LEASE_MS = 5000;
/** The whole list of open trips is read again after this, wall ms: it contains what lost hints missed. */
const RELOAD_MS = 10_000;
/** Most trips matched in one tick; beyond it they rotate (trip-rotation.ts). */
const TRIPS_PER_TICK = 500;
const CONCURRENT_OFFERS = 32;

/** Matches the trips of one tier while it holds the tier's lease. Decisions are serial: one tick after the other. */
export class TierMatcher {
  readonly #options: TierMatcherOptions;
  readonly #memory: TripMemory;
  readonly #hints: HintReader;
  readonly #stats = new DriverStats();
  readonly #overdue: OverdueTrips;
  readonly #pickups: PickupRounds;
  #fence: number | null = null;
  #reloadAt = 0;
  #tickNumber = 0;

  constructor(options: TierMatcherOptions) {
    this.#options = options;
    const { db, region, tier, state, member, tripStore } = options;
    this.#memory = new TripMemory(db, region, tier);
    this.#overdue = new OverdueTrips(tripStore, options.claims);
    this.#hints = new HintReader({ state, region, tier, consumer: member });
    this.#pickups = new PickupRounds({
      state,
      region,
      clock: tripStore.clock,
      memory: this.#memory,
      onWarn: options.onPickupWarning,
      onReassign: options.onPickupReassign,
    });
  }

  /** One tick; does nothing unless this process holds the lease. */
  async tick(): Promise<void> {
    if (!(await this.#own())) return;
    const startedAt = performance.now();
    await this.#readHints();
    await this.#settle();
    await this.#match();
    await this.#pickups.runIfDue();
    const { metrics, tier } = this.#options;
    metrics.match_tick_seconds.observe({ tier }, (performance.now() - startedAt) / 1000);
    metrics.match_open_trips.set({ tier }, this.#memory.size);
  }

  async stop(): Promise<void> {
    if (this.#fence === null) return;
    const { state, member } = this.#options;
    await releaseLease(state, this.#lease, member, this.#fence);
  }

  get #lease(): string {
    return lease(this.#options.region, `matching:${this.#options.tier}`);
  }

  /** Takes or renews the lease. A new owner clears its memory and reads all open trips. @returns whether this process is the owner */
  async #own(): Promise<boolean> {
    const { state, member, tripStore, metrics, tier } = this.#options;
    const fence = await takeLease(state, this.#lease, member, LEASE_MS);
    metrics.match_owner.set({ tier }, fence === null ? 0 : 1);
    if (fence === null) {
      // Otherwise a former owner, which was frozen or cut off, would report its last trips for ever beside those of the owner.
      metrics.match_open_trips.set({ tier }, 0);
      metrics.match_waiting_trips.set({ tier }, 0);
    }
    if (fence !== null && fence !== this.#fence) {
      this.#memory.clear();
      this.#pickups.clear();
      // In this order: trips that change while the list is read have a hint after the position of the group.
      await this.#hints.takeOver();
      await this.#memory.reload();
      this.#reloadAt = tripStore.clock.wallMs() + RELOAD_MS;
    }
    this.#fence = fence;
    return fence !== null;
  }

  async #readHints(): Promise<void> {
    const hints = await this.#hints.read();
    const newer = hints.filter(({ tripId, version }) => (this.#memory.get(tripId)?.version ?? 0) < version);
    const before = new Map(newer.map(({ tripId }) => [tripId, this.#memory.get(tripId)]));
    await this.#memory.refresh(newer.map(({ tripId }) => tripId));
    const now = this.#options.tripStore.clock.domainMs();
    for (const [tripId, trip] of before) updateDriverStats(this.#stats, trip, this.#memory.get(tripId), now);
    if (this.#options.tripStore.clock.wallMs() < this.#reloadAt) return;
    await this.#memory.reload();
    this.#reloadAt = this.#options.tripStore.clock.wallMs() + RELOAD_MS;
  }

  async #settle(): Promise<void> {
    const { tripStore, metrics, logger } = this.#options;
    const changed = await this.#overdue.settle(this.#memory.trips(), (error) => {
      metrics.match_failures_total.inc({ step: 'settle' });
      logger.warn({ reason: error.message }, 'a due step of a trip failed; it is retried');
    });
    if (changed.length === 0) return;
    metrics.settled_trips_total.inc({ by: 'matcher' }, changed.length);
    await this.#memory.refresh(changed.map(({ _id }) => _id));
    const now = tripStore.clock.domainMs();
    for (const trip of changed) updateDriverStats(this.#stats, trip, this.#memory.get(trip._id), now);
  }

  /** Trips that need an offer now: the oldest, and the others in rotation. */
  #waiting(): StoredTrip[] {
    const now = this.#options.tripStore.clock.domainMs();
    const waiting = [...this.#memory.trips()].filter((trip) => needsOffer(trip, now));
    waiting.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1));
    this.#tickNumber += 1;
    return tripsOfTick(waiting, TRIPS_PER_TICK, this.#tickNumber);
  }

  async #match(): Promise<void> {
    const { search, profiles, compliance, held, candidateBuffer, metrics, tripStore, tier } = this.#options;
    const waiting = this.#waiting();
    metrics.match_waiting_trips.set({ tier }, waiting.length);
    if (waiting.length === 0) return;
    await held.refresh(tripStore.clock.wallMs());
    const found = await searchCandidates(waiting, { search, memory: this.#memory, compliance, held });
    const drivers = [...found.values()].flat().map(({ found: { driverId } }) => driverId);
    await Promise.all([profiles.learn(drivers), compliance.learn(drivers)]);
    const road = await this.#roadTimes(found);
    const plan = planTrips(waiting, found, {
      memory: this.#memory,
      stats: this.#stats,
      profiles,
      compliance,
      held,
      now: tripStore.clock.domainMs(),
      ...(road ? { road } : {}),
    });
    for (const [tripId, drivers] of plan.considered) candidateBuffer.add(tripId, drivers);
    metrics.match_fallbacks_total.inc(plan.fallbackComponents);
    metrics.match_solve_seconds.observe(plan.solveMs / 1000);
    await mapConcurrently(plan.assignments, CONCURRENT_OFFERS, async (assignment) => {
      const result = await offerToDriver(this.#options, assignment);
      this.#offered(assignment.trip, assignment.driverId, result);
    });
  }

  async #roadTimes(found: Awaited<ReturnType<typeof searchCandidates>>): Promise<RoadTimes | null> {
    const { etaTable, metrics } = this.#options;
    if (!etaTable) return null;
    const onLate = (trips: number) => metrics.match_eta_total.inc({ outcome: 'late' }, trips);
    return roadTimes(found, { table: etaTable, memory: this.#memory, onLate });
  }

  #offered(trip: StoredTrip, driverId: DriverId, result: OfferResult): void {
    const { metrics, candidateBuffer, onOffered, logger, tripStore } = this.#options;
    metrics.match_offers_total.inc({ outcome: result.outcome });
    switch (result.outcome) {
      case 'offered':
        this.#memory.set(result.trip);
        metrics.match_offer_wait_seconds.observe(
          (result.offer.offeredAt - trip.createdAt.getTime()) / 1000 / tripStore.clock.rate,
        );
        onOffered(result.offer);
        return;
      case 'claim_failed':
        this.#options.held.add(driverId);
        candidateBuffer.add(trip._id, [
          { driverId, reason: 'claim_failed', etaSeconds: null, distanceMetres: null },
        ]);
        return;
      case 'offer_limit':
      case 'cooling_down': {
        const { outcome, waitMs } = result;
        const untilMs = tripStore.clock.wallMs() + waitMs;
        this.#options.held.limit(driverId, untilMs, outcome === 'cooling_down' ? trip.riderId : undefined);
        candidateBuffer.add(trip._id, [
          { driverId, reason: outcome, etaSeconds: null, distanceMetres: null },
        ]);
        return;
      }
      case 'trip_gone':
        return;
      case 'unknown':
        logger.warn({ reason: result.error.message }, "the outcome of an offer's write is unknown");
        return;
    }
  }
}

/** Whether the trip is searching, or in a fan-out whose next offer is due. */
function needsOffer(trip: StoredTrip, now: number): boolean {
  if (trip.origin !== 'request' || trip.offers.length >= TRIP_RULES.mostOffers) return false;
  if (trip.state.name === 'searching') return true;
  if (trip.state.name !== 'offered' || !isFanOut(trip, now)) return false;
  if (openOffers(trip).length >= TRIP_RULES.fanOutOffers) return false;
  const newest = trip.offers.at(-1)?.offeredAt ?? 0;
  return now - newest >= TRIP_RULES.fanOutStaggerMs;
}
