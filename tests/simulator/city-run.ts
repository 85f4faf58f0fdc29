import {
  CodedError,
  type CommandId,
  type DriverAction,
  type DriverId,
  type OfferId,
  type RegionId,
  type RiderId,
  type TripId,
  type TripStatus,
  tripRequestSchema,
} from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/matching/driver-claims';
import { endedAt, openOffers } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import {
  answerOffer,
  cancelByRider,
  commandByDriver,
  promoteQueued,
  reassignTrip,
  settleDue,
} from '@rideline/fleet/trips/trip-commands';
import { effectsOf } from '@rideline/fleet/trips/trip-effects';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { offerToDriver } from '@rideline/workers/matching/offer-to-driver';
import { ModelDriverClaims } from './model-driver-claims.ts';
import { ModelStoredTrips, type PlantedInRecord } from './model-stored-trips.ts';
import { Crashed, type Faults, NO_FAULTS, NoAnswer, World } from './seeded-world.ts';

/** What a planted bug does to the city; the clean one has none. */
export interface Planted extends PlantedInRecord {
  /** Nobody looks after what a crash left behind. */
  readonly noSweeper?: boolean;
  /** Every claim is granted: safety must not rest on claims, so this is NOT a bug that may be found. */
  readonly claimsLie?: boolean;
  /** Phones make a new id for each repeat. */
  readonly newIdPerRepeat?: boolean;
}

export interface RunResult {
  readonly violations: readonly string[];
  readonly trace: number;
  readonly steps: number;
  /** What the faults did, so that a run in which nothing happened is known as such. */
  readonly crashes: number;
  readonly lost: number;
  readonly refusals: number;
  readonly ends: Readonly<Record<string, number>>;
}

const RIDERS = 4;
const DRIVERS = 3;
const MATCHERS = 2;
const BUDGET_MS = 120_000;
const FAULTS: Faults = { crash: 0.02, lostBefore: 0.02, lostAfter: 0.03 };
/** Decisions of the troubled part of a run. */
const TROUBLED_STEPS = 220;
const REGION = 'main' as RegionId;
/** A phone's patience: repeats of one command. */
const REPEATS = 6;

/** One small city under faults, with the product's own functions over models of record and claims. */
export class CityRun {
  readonly #world: World;
  readonly #stored: ModelStoredTrips;
  readonly #claims: ModelDriverClaims;
  readonly #planted: Planted;
  readonly #violations = new Set<string>();
  /** Requests that were answered: each must end. */
  readonly #answered = new Set<TripId>();
  /** Commands that were answered "ok", by id: a repeat is answered alike. */
  readonly #replies = new Map<string, string>();
  readonly #wanted = new Map<RiderId, TripId>();
  #ids = 0;
  #crashes = 0;
  #lost = 0;
  #refusals = 0;

  constructor(seed: number, planted: Planted = {}) {
    this.#world = new World(seed, FAULTS);
    this.#planted = planted;
    this.#stored = new ModelStoredTrips({ planted, onWrite: (trip) => this.#check(trip) });
    this.#claims = new ModelDriverClaims(() => this.#world.wallMs());
  }

  async run(): Promise<RunResult> {
    const world = this.#world;
    for (let step = 0; step < TROUBLED_STEPS; step += 1) {
      this.#somethingBegins();
      await world.step();
      if (world.chance(0.3)) world.pass(Math.floor(world.random() * 3000));
      if (world.chance(0.004)) this.#claims.flush();
    }
    await this.#heal();
    this.#checkEnds();
    const ends: Record<string, number> = {};
    for (const { state } of this.#stored.trips.values()) ends[state.name] = (ends[state.name] ?? 0) + 1;
    return {
      violations: [...this.#violations],
      trace: world.trace,
      steps: world.steps,
      crashes: this.#crashes,
      lost: this.#lost,
      refusals: this.#refusals,
      ends,
    };
  }

  /** The store of one actor: its calls stop at the world's gates. */
  #tripStore(actor: string, canCrash: boolean): TripStore {
    const gate = this.#world.gateOf(actor, canCrash);
    const stored = this.#stored;
    const gated = new Proxy(stored, {
      get: (target, name) => {
        const method = Reflect.get(target, name, target) as unknown;
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          await gate.before(String(name));
          const answer = await (method as (...args: unknown[]) => unknown).apply(target, args);
          if (answer === 'conflict') this.#refusals += 1;
          await gate.after(String(name));
          return answer;
        };
      },
    });
    return {
      trips: gated,
      region: REGION,
      clock: this.#world,
      searchBudgetMs: BUDGET_MS,
      hint: async () => undefined,
    };
  }

  #act(actor: string, canCrash: boolean, act: (tripStore: TripStore) => Promise<void>): void {
    this.#world.start(async () => {
      try {
        await act(this.#tripStore(actor, canCrash));
      } catch (error) {
        if (error instanceof Crashed) this.#crashes += 1;
        else if (error instanceof NoAnswer) this.#lost += 1;
        else if (!(error instanceof CodedError)) throw error;
      }
    });
  }

  #somethingBegins(): void {
    const world = this.#world;
    const dice = world.random();
    const rider = `r${Math.floor(world.random() * RIDERS)}` as RiderId;
    const driver = `d${Math.floor(world.random() * DRIVERS)}` as DriverId;
    if (dice < 0.05) this.#act(rider, false, (tripStore) => this.#riderAsks(tripStore, rider));
    else if (dice < 0.07) this.#act(rider, false, (tripStore) => this.#riderCancels(tripStore, rider));
    else if (dice < 0.25)
      this.#act(`m${Math.floor(world.random() * MATCHERS)}`, true, (tripStore) => this.#match(tripStore));
    else if (dice < 0.45) this.#act(driver, false, (tripStore) => this.#driverLooks(tripStore, driver));
    else if (dice < 0.52) this.#act('relay', true, (tripStore) => this.#relay(tripStore));
    else if (dice < 0.58 && !this.#planted.noSweeper)
      this.#act('sweeper', true, (tripStore) => this.#sweep(tripStore));
    else if (dice < 0.59) this.#act('operator', false, (tripStore) => this.#reassign(tripStore));
  }

  /** Repeats a command until it is answered, as the SDK does: under one id. */
  async #insist(
    commandId: string,
    send: (commandId: CommandId) => Promise<TripStatus>,
    repeats = REPEATS,
  ): Promise<TripStatus | null> {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const id = this.#planted.newIdPerRepeat ? `${commandId}-${repeat}` : commandId;
      try {
        const status = await send(id as CommandId);
        this.#compare(commandId, status);
        // A phone that did not hear the answer asks once more.
        if (!this.#world.chance(0.2)) return status;
      } catch (error) {
        if (!(error instanceof NoAnswer)) {
          if (error instanceof CodedError && error.code !== 'CONFLICT') return null;
          if (!(error instanceof CodedError)) throw error;
        } else this.#lost += 1;
      }
    }
    return null;
  }

  /** What had an effect is answered alike for ever. What was a repeat of somebody else's doing is answered by how things stand. */
  #compare(commandId: string, status: TripStatus): void {
    const kept = this.#stored.trips.get(status.tripId)?.commandIds ?? [];
    if (!kept.some((outcome) => (outcome.commandId as string).startsWith(commandId))) return;
    const reply = JSON.stringify(status);
    const before = this.#replies.get(commandId);
    if (before !== undefined && before !== reply) this.#violations.add(`two answers to ${commandId}`);
    this.#replies.set(commandId, reply);
  }

  async #riderAsks(tripStore: TripStore, rider: RiderId): Promise<void> {
    this.#ids += 1;
    const number = this.#ids.toString(16).padStart(12, '0');
    const tripId = `00000000-0000-4000-8000-${number}` as TripId;
    this.#wanted.set(rider, tripId);
    const wish = tripRequestSchema.parse({ tripId, pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } });
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      try {
        await requestTrip(tripStore, rider, wish);
        this.#answered.add(tripId);
        return;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        this.#lost += 1;
      }
    }
  }

  async #riderCancels(tripStore: TripStore, rider: RiderId): Promise<void> {
    const tripId = this.#wanted.get(rider);
    if (tripId === undefined) return;
    await this.#insist(`cancel-${tripId}`, (commandId) =>
      cancelByRider(tripStore, rider, { tripId, commandId, reason: null }),
    );
  }

  /** A matcher with an old picture: it may offer what is gone, to whom is taken. */
  async #match(tripStore: TripStore): Promise<void> {
    const world = this.#world;
    const trips = [...this.#stored.trips.values()].map((trip) => structuredClone(trip));
    const claims = this.#planted.claimsLie ? this.#lyingClaims() : this.#claims;
    for (const trip of trips) {
      const wasSeen = async () => world.chance(0.5);
      if (trip.state.name === 'searching' || trip.state.name === 'offered')
        await settleDue(tripStore, trip._id, wasSeen);
      if (trip.state.name !== 'searching') continue;
      const driverId = `d${Math.floor(world.random() * DRIVERS)}` as DriverId;
      const onRide = [...this.#stored.trips.values()].some(
        ({ driverId: by, slot, open }) => open && by === driverId && slot === 'active',
      );
      await offerToDriver(
        { tripStore, claims },
        {
          trip,
          driverId,
          slot: onRide && world.chance(0.7) ? 'queued' : 'active',
          etaSeconds: 1,
          distanceMetres: 1,
        },
      );
    }
  }

  #lyingClaims(): DriverClaims {
    const claims = this.#claims;
    return {
      claim: async () => true,
      release: (driverId, offerId) => claims.release(driverId, offerId),
      markSeen: (driverId, offerId) => claims.markSeen(driverId, offerId),
      wasSeen: (driverId, offerId) => claims.wasSeen(driverId, offerId),
    };
  }

  /** A driver looks at his phone: answers what is open, or goes on with his trip; sometimes twice at once. */
  async #driverLooks(tripStore: TripStore, driverId: DriverId): Promise<void> {
    const world = this.#world;
    const mine = [...this.#stored.trips.values()].filter((trip) => trip.open);
    for (const trip of mine) {
      for (const { offerId } of openOffers(trip).filter((offer) => offer.driverId === driverId)) {
        const accept = world.chance(0.7);
        const answer = () =>
          this.#insist(`answer-${offerId}-${accept}`, (commandId) =>
            answerOffer(tripStore, driverId, { commandId, offerId: offerId as OfferId, accept }),
          );
        if (world.chance(0.3)) await Promise.all([answer(), answer()]);
        else await answer();
      }
    }
    const ride = mine.find((trip) => trip.driverId === driverId && trip.slot === 'active');
    if (ride) await this.#drive(tripStore, driverId, ride, world.chance(0.1));
  }

  async #drive(tripStore: TripStore, driverId: DriverId, trip: StoredTrip, gives: boolean): Promise<void> {
    const next: Partial<Record<StoredTrip['state']['name'], DriverAction>> = {
      accepted: gives ? 'cancel' : 'arrived',
      arrived: gives ? 'cancel' : 'start',
      in_progress: 'complete',
      at_stop: 'complete',
    };
    const action = next[trip.state.name];
    if (action === undefined) return;
    const id = `${action}-${trip._id}-${trip.version}`;
    await this.#insist(id, (commandId) =>
      commandByDriver(tripStore, driverId, { commandId, tripId: trip._id, action, at: 0 }, () => null),
    );
  }

  /** What the relay does of a trip's consequences: the hash, claims, promotion. */
  async #relay(tripStore: TripStore): Promise<void> {
    for (const trip of [...this.#stored.trips.values()]) {
      if (trip.outbox.length === 0) continue;
      const told = trip.outbox.length;
      for (const effect of effectsOf(trip, trip.outbox)) {
        if (effect.type === 'release_claim') await this.#claims.release(effect.driverId, effect.offerId);
        if (effect.type !== 'refresh_driver') continue;
        const active = await tripStore.trips.openTripOf(effect.driverId, 'active');
        const held = this.#claims.of(effect.driverId);
        if (active) held.trip = active._id;
        else delete held.trip;
        if (!active) await promoteQueued(tripStore, effect.driverId);
      }
      trip.outbox.splice(0, told);
    }
  }

  async #sweep(tripStore: TripStore): Promise<void> {
    for (const tripId of [...this.#stored.trips.keys()])
      await settleDue(tripStore, tripId, async () => this.#world.chance(0.5));
  }

  async #reassign(tripStore: TripStore): Promise<void> {
    const open = [...this.#stored.trips.values()].filter(({ state }) => state.name === 'accepted');
    if (open.length === 0) return;
    const { _id: tripId, version } = this.#world.pick(open);
    await this.#insist(`reassign-${tripId}-${version}`, (commandId) =>
      reassignTrip(tripStore, 'operator', { tripId, commandId, reason: 'x' }),
    );
  }

  /** No faults any more: who is on the way ends, time passes, the sweeper looks, drivers finish. */
  async #heal(): Promise<void> {
    const world = this.#world;
    world.faults = NO_FAULTS;
    await world.quiet(20_000);
    for (let round = 0; round < 12; round += 1) {
      world.pass(40_000);
      if (!this.#planted.noSweeper) this.#act('sweeper', false, (tripStore) => this.#sweep(tripStore));
      this.#act('relay', false, (tripStore) => this.#relay(tripStore));
      await world.quiet(20_000);
      for (const trip of [...this.#stored.trips.values()]) {
        const { driverId, open, slot } = trip;
        if (open && driverId !== undefined && slot === 'active')
          this.#act(driverId, false, (tripStore) => this.#drive(tripStore, driverId, trip, false));
      }
      await world.quiet(20_000);
    }
    if (world.failure) throw world.failure;
  }

  /** After every write. */
  #check(trip: StoredTrip): void {
    const { events, version, offers, state } = trip;
    if (events.at(-1)?.version !== version || events.some((event, at) => event.version !== at + 1))
      this.#violations.add(`${trip._id}: versions ${events.map((event) => event.version).join(' ')}`);
    const accepted = events.filter(({ type }) => type === 'accepted').length;
    const off = events.filter(
      ({ type, data }) =>
        type === 'driver_cancelled' || type === 'reassigned' || (type === 'no_drivers' && data.after),
    ).length;
    if (accepted - off > 1) this.#violations.add(`${trip._id}: two drivers`);
    if (offers.filter(({ state: end }) => end === 'open').length > 0 !== (state.name === 'offered'))
      this.#violations.add(`${trip._id}: open offers in ${state.name}`);
    const ends = events.filter(({ state: at }) =>
      ['completed', 'cancelled', 'no_show', 'no_drivers', 'failed'].includes(at),
    );
    if (ends.length > 1) this.#violations.add(`${trip._id}: something happened after its end`);
    const places = new Map<string, TripId>();
    for (const { open, driverId, slot, _id } of this.#stored.trips.values()) {
      if (!open || driverId === undefined) continue;
      const place = `${driverId} ${slot}`;
      if (places.has(place)) this.#violations.add(`${place}: on two trips`);
      places.set(place, _id);
    }
  }

  #checkEnds(): void {
    for (const tripId of this.#answered) {
      const trip = this.#stored.trips.get(tripId);
      if (!trip) this.#violations.add(`${tripId}: was answered and is lost`);
      else if (endedAt(trip.state) === null)
        this.#violations.add(`${tripId}: stuck in ${trip.state.name} ${trip.slot ?? ''}`);
    }
    for (const { _id, commandIds } of this.#stored.trips.values()) {
      if (new Set(commandIds.map(({ commandId }) => commandId)).size !== commandIds.length)
        this.#violations.add(`${_id}: a command took effect twice`);
    }
  }
}
