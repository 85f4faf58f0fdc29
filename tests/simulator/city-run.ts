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
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import { openOffers } from '@rideline/fleet/trips/trip';
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
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import { SILENCE_TIMES } from '@rideline/fleet/trips/trip-silence';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { offerToDriver } from '@rideline/workers/matching/offer-to-driver';
import { faultsAtEnd, faultsOfWrite } from './city-invariants.ts';
import { ModelDriverClaims } from './model-driver-claims.ts';
import { ModelStoredTrips, type PlantedInStore } from './model-stored-trips.ts';
import { Crashed, type Faults, NO_FAULTS, NoAnswer, World } from './seeded-world.ts';

/** Bugs planted in the city; the default has none. */
export interface Planted extends PlantedInStore {
  /** No sweeper repairs what a crash leaves behind. */
  readonly noSweeper?: boolean;
  /** Every claim is granted. Safety must not depend on claims, so this must NOT cause violations. */
  readonly claimsLie?: boolean;
  /** Phones create a new command id for each repeat. */
  readonly newIdPerRepeat?: boolean;
}

export interface RunResult {
  readonly violations: readonly string[];
  readonly trace: number;
  readonly steps: number;
  /** Effects of the faults, so that a run without any effect is detected. */
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
/** Steps of a run while faults are active. */
const FAULTY_STEPS = 220;
const REGION = 'main' as RegionId;
/** Maximum number of sends of one command. */
const REPEATS = 6;

/** One small city under faults: the product's own functions on in-memory models of MongoDB and of the driver claims. */
export class CityRun {
  readonly #world: World;
  readonly #stored: ModelStoredTrips;
  readonly #claims: ModelDriverClaims;
  readonly #planted: Planted;
  readonly #violations = new Set<string>();
  /** Trips whose request succeeded: each must end. */
  readonly #answered = new Set<TripId>();
  /** Replies by command id: a repeat must return the same reply. */
  readonly #replies = new Map<string, string>();
  readonly #openRequests = new Map<RiderId, TripId>();
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
    for (let step = 0; step < FAULTY_STEPS; step += 1) {
      this.#startRandomAction();
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

  /** The store of one actor: its calls pause at the world's gates. */
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
      silence: SILENCE_TIMES,
      requestTerms: async () => ({ closedTiers: [], currency: 'USD' }),
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

  #startRandomAction(): void {
    const world = this.#world;
    const dice = world.random();
    const rider = `r${Math.floor(world.random() * RIDERS)}` as RiderId;
    const driver = `d${Math.floor(world.random() * DRIVERS)}` as DriverId;
    if (dice < 0.05) this.#act(rider, false, (tripStore) => this.#riderAsks(tripStore, rider));
    else if (dice < 0.07) this.#act(rider, false, (tripStore) => this.#riderCancels(tripStore, rider));
    else if (dice < 0.25)
      this.#act(`m${Math.floor(world.random() * MATCHERS)}`, true, (tripStore) => this.#match(tripStore));
    else if (dice < 0.45) this.#act(driver, false, (tripStore) => this.#driverActs(tripStore, driver));
    else if (dice < 0.52) this.#act('relay', true, (tripStore) => this.#relay(tripStore));
    else if (dice < 0.58 && !this.#planted.noSweeper)
      this.#act('sweeper', true, (tripStore) => this.#sweep(tripStore));
    else if (dice < 0.59) this.#act('operator', false, (tripStore) => this.#reassign(tripStore));
  }

  /** Repeats a command until it is answered, under one id, as the SDK does. */
  async #untilAnswered(
    commandId: string,
    send: (commandId: CommandId) => Promise<TripStatus>,
    repeats = REPEATS,
  ): Promise<TripStatus | null> {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const id = this.#planted.newIdPerRepeat ? `${commandId}-${repeat}` : commandId;
      try {
        const status = await send(id as CommandId);
        this.#compare(commandId, status);
        // A phone that did not receive the reply sends again.
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

  /** A command that had an effect must always get the same reply. A command without its own effect is answered with the current state. */
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
    this.#openRequests.set(rider, tripId);
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
    const tripId = this.#openRequests.get(rider);
    if (tripId === undefined) return;
    await this.#untilAnswered(`cancel-${tripId}`, (commandId) =>
      cancelByRider(tripStore, rider, { tripId, commandId, reason: null }),
    );
  }

  /** A matcher with a stale view: it may offer a trip that is gone, to a driver who is taken. */
  async #match(tripStore: TripStore): Promise<void> {
    const world = this.#world;
    const trips = [...this.#stored.trips.values()].map((trip) => structuredClone(trip));
    const claims = this.#planted.claimsLie ? this.#lyingClaims() : this.#claims;
    for (const trip of trips) {
      const wasSeen = async () => world.chance(0.5);
      if (trip.state.name === 'searching' || trip.state.name === 'offered')
        await settleDue(tripStore, trip._id, { wasDelivered: wasSeen });
      if (trip.state.name !== 'searching') continue;
      const driverId = `d${Math.floor(world.random() * DRIVERS)}` as DriverId;
      const onRide = [...this.#stored.trips.values()].some(
        ({ driverId: by, slot, open }) => open && by === driverId && slot === 'active',
      );
      await offerToDriver(
        { tripStore, claims, offerWindowMs: TRIP_RULES.offerWindowMs },
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
      claim: async () => ({ outcome: 'granted' }),
      release: (driverId, offerId, isUnaccepted) => claims.release(driverId, offerId, isUnaccepted),
      coolDown: (driverId, riderId) => claims.coolDown(driverId, riderId),
      markSeen: (driverId, offerId) => claims.markSeen(driverId, offerId),
      wasSeen: (driverId, offerId) => claims.wasSeen(driverId, offerId),
    };
  }

  /** A driver answers open offers or continues the trip; sometimes twice at once. */
  async #driverActs(tripStore: TripStore, driverId: DriverId): Promise<void> {
    const world = this.#world;
    const mine = [...this.#stored.trips.values()].filter((trip) => trip.open);
    for (const trip of mine) {
      for (const { offerId } of openOffers(trip).filter((offer) => offer.driverId === driverId)) {
        const accept = world.chance(0.7);
        const answer = () =>
          this.#untilAnswered(`answer-${offerId}-${accept}`, (commandId) =>
            answerOffer(tripStore, driverId, { commandId, offerId: offerId as OfferId, accept }),
          );
        if (world.chance(0.3)) await Promise.all([answer(), answer()]);
        else await answer();
      }
    }
    const ride = mine.find((trip) => trip.driverId === driverId && trip.slot === 'active');
    if (ride) await this.#drive(tripStore, driverId, ride, world.chance(0.1));
  }

  async #drive(tripStore: TripStore, driverId: DriverId, trip: StoredTrip, cancels: boolean): Promise<void> {
    const next: Partial<Record<StoredTrip['state']['name'], DriverAction>> = {
      accepted: cancels ? 'cancel' : 'arrived',
      arrived: cancels ? 'cancel' : 'start',
      in_progress: 'complete',
      at_stop: 'complete',
    };
    const action = next[trip.state.name];
    if (action === undefined) return;
    const id = `${action}-${trip._id}-${trip.version}`;
    await this.#untilAnswered(id, (commandId) =>
      commandByDriver(tripStore, driverId, { commandId, tripId: trip._id, action, at: 0 }, () => null),
    );
  }

  /** The relay's effects that matter here: driver hash, claims, promotion. */
  async #relay(tripStore: TripStore): Promise<void> {
    for (const trip of [...this.#stored.trips.values()]) {
      if (trip.outbox.length === 0) continue;
      const relayed = trip.outbox.length;
      for (const effect of effectsOf(trip, trip.outbox)) {
        if (effect.type === 'release_claim')
          await this.#claims.release(effect.driverId, effect.offerId, effect.isUnaccepted);
        if (effect.type === 'cool_down') await this.#claims.coolDown(effect.driverId, effect.riderId);
        if (effect.type !== 'refresh_driver') continue;
        const active = await tripStore.trips.openTripOf(effect.driverId, 'active');
        const held = this.#claims.of(effect.driverId);
        if (active) held.trip = active._id;
        else delete held.trip;
        if (!active) await promoteQueued(tripStore, effect.driverId);
      }
      trip.outbox.splice(0, relayed);
    }
  }

  async #sweep(tripStore: TripStore): Promise<void> {
    for (const tripId of [...this.#stored.trips.keys()])
      await settleDue(tripStore, tripId, {
        wasDelivered: async () => this.#world.chance(0.5),
        lastHeard: async () => (this.#world.chance(0.5) ? this.#world.domainMs() : null),
      });
  }

  async #reassign(tripStore: TripStore): Promise<void> {
    const open = [...this.#stored.trips.values()].filter(({ state }) => state.name === 'accepted');
    if (open.length === 0) return;
    const { _id: tripId, version } = this.#world.pick(open);
    await this.#untilAnswered(`reassign-${tripId}-${version}`, (commandId) =>
      reassignTrip(tripStore, 'operator', { tripId, commandId, reason: 'x' }),
    );
  }

  /** Without faults: running actions end, time passes, the sweeper runs, drivers finish their trips. */
  async #heal(): Promise<void> {
    const world = this.#world;
    world.faults = NO_FAULTS;
    await world.untilQuiet(20_000);
    for (let round = 0; round < 12; round += 1) {
      world.pass(40_000);
      if (!this.#planted.noSweeper) this.#act('sweeper', false, (tripStore) => this.#sweep(tripStore));
      this.#act('relay', false, (tripStore) => this.#relay(tripStore));
      await world.untilQuiet(20_000);
      for (const trip of [...this.#stored.trips.values()]) {
        const { driverId, open, slot } = trip;
        if (open && driverId !== undefined && slot === 'active')
          this.#act(driverId, false, (tripStore) => this.#drive(tripStore, driverId, trip, false));
      }
      await world.untilQuiet(20_000);
    }
    if (world.failure) throw world.failure;
  }

  /** Called after every write. */
  #check(trip: StoredTrip): void {
    for (const fault of faultsOfWrite(trip, [...this.#stored.trips.values()])) this.#violations.add(fault);
  }

  #checkEnds(): void {
    for (const fault of faultsAtEnd(this.#answered, this.#stored.trips)) this.#violations.add(fault);
  }
}
