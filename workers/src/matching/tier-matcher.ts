import type { DriverId, RegionId, Tier } from '@rideline/contract';
import type { LiveSearch } from '@rideline/fleet/live/live-search';
import type { DriverClaims } from '@rideline/fleet/matching/driver-claims';
import type { EtaTable } from '@rideline/fleet/matching/eta-table';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { lease } from '@rideline/fleet/redis/redis-keys';
import type { Models, StoredTrip } from '@rideline/fleet/store/models';
import { openOffers, type TripOffer } from '@rideline/fleet/trips/trip';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { isFanOut } from '@rideline/fleet/trips/trip-transition';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { CandidateBuffer } from './candidate-buffer.ts';
import { searchCandidates } from './candidate-search.ts';
import type { DriverCompliance } from './driver-compliance.ts';
import type { DriverProfiles } from './driver-profiles.ts';
import { DriverStats } from './driver-stats.ts';
import { HintReader } from './hint-reader.ts';
import { settleOverdue } from './offer-ends.ts';
import { noteOutcomes } from './offer-outcomes.ts';
import { type Offering, offerToDriver } from './offering.ts';
import { PickupRounds, type PickupRoundsOptions } from './pickup-rounds.ts';
import { planTrips } from './plan.ts';
import { type RoadTimes, roadTimes } from './road-times.ts';
import { TripMemory } from './trip-memory.ts';
import { tripsOfTick } from './trip-rotation.ts';

export interface TierMatcherOptions {
  readonly region: RegionId;
  readonly tier: Tier;
  /** Name of this process. */
  readonly member: string;
  readonly models: Models;
  readonly state: RedisClient;
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  readonly search: LiveSearch;
  /** Without one times are crow-fly. */
  readonly etaTable?: EtaTable;
  readonly profiles: DriverProfiles;
  readonly standings: DriverCompliance;
  readonly considerations: CandidateBuffer;
  readonly onPickupWarning: PickupRoundsOptions['onWarn'];
  readonly onPickupReassign: PickupRoundsOptions['onReassign'];
  /** An offer was made: its timer may be set. */
  readonly onOffered: (offer: TripOffer) => void;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

const LEASE_MS = 5000;
/** The whole list of open trips is read again after this long: what hints have missed, wall ms. */
const RELOAD_MS = 10_000;
/** Trips matched in one tick; the others take turns. */
const TRIPS_PER_TICK = 500;
const OFFERS_AT_ONCE = 32;

/** Matches the trips of one tier while it holds the lease for it. All its decisions are serial: one tick after the other. */
export class TierMatcher {
  readonly #options: TierMatcherOptions;
  readonly #memory: TripMemory;
  readonly #hints: HintReader;
  readonly #notes = new DriverStats();
  readonly #pickups: PickupRounds;
  #fence: number | null = null;
  #reloadAt = 0;
  #turn = 0;

  constructor(options: TierMatcherOptions) {
    this.#options = options;
    const { models, region, tier, state, member, tripStore } = options;
    this.#memory = new TripMemory(models, region, tier);
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

  /** One tick: only the owner of the lease does anything. */
  async tick(): Promise<void> {
    if (!(await this.#own())) return;
    const startedAt = performance.now();
    await this.#hear();
    await this.#settle();
    await this.#match();
    await this.#pickups.turn();
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

  /** Whether this process is the owner. A new one knows nothing that it has not read itself. */
  async #own(): Promise<boolean> {
    const { state, member, tripStore, metrics, tier } = this.#options;
    const fence = await takeLease(state, this.#lease, member, LEASE_MS);
    metrics.match_owner.set({ tier }, fence === null ? 0 : 1);
    if (fence !== null && fence !== this.#fence) {
      this.#memory.clear();
      this.#pickups.clear();
      // In this order: what changes while the list is read is hinted.
      await this.#hints.takeOver();
      await this.#memory.reload();
      this.#reloadAt = tripStore.clock.wallMs() + RELOAD_MS;
    }
    this.#fence = fence;
    return fence !== null;
  }

  async #hear(): Promise<void> {
    const hints = await this.#hints.read();
    const news = hints.filter(({ tripId, version }) => (this.#memory.get(tripId)?.version ?? 0) < version);
    const before = new Map(news.map(({ tripId }) => [tripId, this.#memory.get(tripId)]));
    await this.#memory.refresh(news.map(({ tripId }) => tripId));
    const now = this.#options.tripStore.clock.domainMs();
    for (const [tripId, trip] of before) noteOutcomes(this.#notes, trip, this.#memory.get(tripId), now);
    if (this.#options.tripStore.clock.wallMs() < this.#reloadAt) return;
    await this.#memory.reload();
    this.#reloadAt = this.#options.tripStore.clock.wallMs() + RELOAD_MS;
  }

  async #settle(): Promise<void> {
    const { tripStore, claims, metrics, logger } = this.#options;
    const changed = await settleOverdue({ tripStore, claims }, this.#memory.trips(), (error) => {
      metrics.match_failures_total.inc({ step: 'settle' });
      logger.warn({ reason: error.message }, 'what is due of a trip could not be done yet');
    });
    if (changed.length === 0) return;
    metrics.settled_trips_total.inc({ by: 'matcher' }, changed.length);
    await this.#memory.refresh(changed.map(({ _id }) => _id));
    const now = tripStore.clock.domainMs();
    for (const trip of changed) noteOutcomes(this.#notes, trip, this.#memory.get(trip._id), now);
  }

  /** Trips that want a driver now: the oldest, and others in turn. */
  #waiting(): StoredTrip[] {
    const now = this.#options.tripStore.clock.domainMs();
    const waiting = [...this.#memory.trips()].filter((trip) => wantsOffer(trip, now));
    waiting.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1));
    this.#turn += 1;
    return tripsOfTick(waiting, TRIPS_PER_TICK, this.#turn);
  }

  async #match(): Promise<void> {
    const { search, profiles, standings, considerations, metrics, tripStore, tier } = this.#options;
    const waiting = this.#waiting();
    metrics.match_waiting_trips.set({ tier }, waiting.length);
    if (waiting.length === 0) return;
    const found = await searchCandidates(waiting, { search, memory: this.#memory, standings });
    const drivers = [...found.values()].flat().map(({ found: { driverId } }) => driverId);
    await Promise.all([profiles.learn(drivers), standings.learn(drivers)]);
    const road = await this.#roadTimes(found);
    const plan = planTrips(waiting, found, {
      memory: this.#memory,
      notes: this.#notes,
      profiles,
      standings,
      now: tripStore.clock.domainMs(),
      ...(road ? { road } : {}),
    });
    for (const [tripId, drivers] of plan.considered) considerations.add(tripId, drivers);
    metrics.match_fallbacks_total.inc(plan.fallbackComponents);
    metrics.match_solve_seconds.observe(plan.solveMs / 1000);
    for (let at = 0; at < plan.assignments.length; at += OFFERS_AT_ONCE) {
      await Promise.all(
        plan.assignments.slice(at, at + OFFERS_AT_ONCE).map(async (assignment) => {
          const offering = await offerToDriver(this.#options, assignment);
          this.#offered(assignment.trip, assignment.driverId, offering);
        }),
      );
    }
  }

  async #roadTimes(found: Awaited<ReturnType<typeof searchCandidates>>): Promise<RoadTimes | null> {
    const { etaTable, metrics } = this.#options;
    if (!etaTable) return null;
    const onLate = (trips: number) => metrics.match_eta_total.inc({ outcome: 'late' }, trips);
    return roadTimes(found, { table: etaTable, memory: this.#memory, onLate });
  }

  #offered(trip: StoredTrip, driverId: DriverId, offering: Offering): void {
    const { metrics, considerations, onOffered, logger, tripStore } = this.#options;
    metrics.match_offers_total.inc({ outcome: offering.outcome });
    switch (offering.outcome) {
      case 'offered':
        this.#memory.set(offering.trip);
        metrics.match_offer_wait_seconds.observe(
          (offering.offer.offeredAt - trip.createdAt.getTime()) / 1000 / tripStore.clock.rate,
        );
        onOffered(offering.offer);
        return;
      case 'claim_failed':
        considerations.add(trip._id, [
          { driverId, reason: 'claim_failed', etaSeconds: null, distanceMetres: null },
        ]);
        return;
      case 'trip_gone':
        return;
      case 'unknown':
        logger.warn({ reason: offering.error.message }, 'an offer may have been written or not');
        return;
    }
  }
}

/** Searching, or in a fan-out whose next offer is due. */
function wantsOffer(trip: StoredTrip, now: number): boolean {
  if (trip.origin !== 'request' || trip.offers.length >= TRIP_RULES.mostOffers) return false;
  if (trip.state.name === 'searching') return true;
  if (trip.state.name !== 'offered' || !isFanOut(trip, now)) return false;
  if (openOffers(trip).length >= TRIP_RULES.fanOutOffers) return false;
  const newest = trip.offers.at(-1)?.offeredAt ?? 0;
  return now - newest >= TRIP_RULES.fanOutStaggerMs;
}
