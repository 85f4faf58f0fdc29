import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CodedError,
  type CommandId,
  type DriverAction,
  type DriverId,
  type RiderId,
  TRIP_ENDS,
  type TripId,
  tripRequestSchema,
} from '@rideline/contract';
import { openOffers } from '@rideline/fleet/trips/trip';
import { type StoredTrip, tripCollection } from '@rideline/fleet/trips/trip-collection';
import { answerOffer, commandByDriver } from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { WorkersHarness } from '../cluster/workers-harness.ts';
import { placeFreeDrivers } from './free-drivers.ts';

/** Load for fault tests: riders who request trips and drivers who accept immediately and drive, on the stores directly, as the API and the gateways use them. */
export class DispatchLoad {
  /** Trips whose request succeeded. */
  readonly requested: TripId[] = [];
  readonly #harness: WorkersHarness;
  readonly #tripStore: TripStore;
  readonly #state: RedisClient;
  readonly #drivers: readonly string[];
  readonly #commands = new Map<string, CommandId>();
  #trips = 0;
  #stopped = false;
  #running: Promise<void>[] = [];
  /** Calls without a result (`unknown`) or with a refusal (`refused`): the effect of the faults. */
  readonly failedCalls = { unknown: 0, refused: 0 };

  constructor(harness: WorkersHarness, tripStore: TripStore, state: RedisClient, drivers: number) {
    this.#harness = harness;
    this.#tripStore = tripStore;
    this.#state = state;
    this.#drivers = Array.from({ length: drivers }, (_, number) => `cab-${number}`);
  }

  start(trips: number, perSecond: number): void {
    this.#trips = trips;
    this.#running = [this.#request(trips, perSecond), this.#keepFresh(), this.#drive()];
  }

  /** Resolves when all trips are requested. */
  get allRequested(): Promise<void> {
    return this.#running[0] as Promise<void>;
  }

  /** Waits until `count` more trips are requested, or all are. @throws Error after a minute */
  async moreRequested(count: number): Promise<void> {
    const target = Math.min(this.requested.length + count, this.#trips);
    const deadline = Date.now() + 60_000;
    while (this.requested.length < target) {
      if (Date.now() > deadline)
        throw new Error(`${this.requested.length} trips requested, expected ${target}`);
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Every requested trip, as stored in MongoDB. */
  async trips(): Promise<StoredTrip[]> {
    const requested = { _id: { $in: [...this.requested] } };
    return this.#harness.db.collection(tripCollection).find(requested).toArray();
  }

  /** Waits until every requested trip has ended. @throws Error with the trips that have not */
  async untilAllEnded(withinMs: number): Promise<StoredTrip[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const trips = await this.trips().catch(() => []);
      const open = trips.filter(({ state }) => !TRIP_ENDS.includes(state.name));
      if (trips.length === this.requested.length && open.length === 0) return trips;
      if (Date.now() > deadline) {
        const states = Object.entries(Object.groupBy(open, ({ state }) => state.name));
        const summary = states.map(([state, those]) => `${those?.length} ${state}`).join(', ');
        throw new Error(
          `${this.requested.length - trips.length} of ${this.requested.length} lost; not ended: ${summary}`,
        );
      }
      await sleep(250);
    }
  }

  async #request(trips: number, perSecond: number): Promise<void> {
    for (let number = 0; number < trips && !this.#stopped; number += 1) {
      const wish = tripRequestSchema.parse({
        tripId: randomUUID(),
        pickup: { lat: 37.77 + (number % 50) / 10_000, lng: -122.41 },
        dropoff: { lat: 37.78, lng: -122.42 },
      });
      await this.#untilAnswered(async () => {
        await requestTrip(this.#tripStore, `rider-${number}` as RiderId, wish);
      });
      this.requested.push(wish.tripId);
      await sleep(1000 / perSecond);
    }
  }

  /** Keeps the drivers fresh in the live index; those on a trip as busy. */
  async #keepFresh(): Promise<void> {
    while (!this.#stopped) {
      const open = await this.#open().catch(() => null);
      if (open) {
        const busy = new Set(
          open.filter(({ slot }) => slot === 'active').map(({ driverId }) => driverId as string),
        );
        const placed = this.#drivers.map((driverId, number) => ({
          driverId,
          lat: 37.77 + number / 20_000,
          lng: -122.41,
          status: busy.has(driverId) ? ('busy' as const) : ('available' as const),
        }));
        // Redis may be unreachable: the next round places them, as a gateway does.
        await placeFreeDrivers(this.#state, placed).catch(() => undefined);
      }
      await sleep(700);
    }
  }

  /** Each driver accepts offers, then drives, one step per round. */
  async #drive(): Promise<void> {
    while (!this.#stopped) {
      const open = await this.#open().catch(() => []);
      await Promise.all(open.map((trip) => this.#go(trip)));
      await sleep(150);
    }
  }

  async #go(trip: StoredTrip): Promise<void> {
    for (const { offerId, driverId } of openOffers(trip)) {
      const commandId = this.#commandId(`answer ${offerId}`);
      await this.#try(() => answerOffer(this.#tripStore, driverId, { commandId, offerId, accept: true }));
    }
    if (trip.driverId === undefined || trip.slot !== 'active') return;
    const next: Partial<Record<string, DriverAction>> = {
      accepted: 'arrived',
      arrived: 'start',
      in_progress: 'complete',
    };
    const action = next[trip.state.name];
    if (action === undefined) return;
    const commandId = this.#commandId(`${action} ${trip._id} ${trip.driverId}`);
    const command = { commandId, tripId: trip._id, action, at: 0 };
    await this.#try(() => commandByDriver(this.#tripStore, trip.driverId as DriverId, command, () => null));
  }

  /** One id per command, however often it is sent. */
  #commandId(action: string): CommandId {
    const known = this.#commands.get(action) ?? (randomUUID() as string as CommandId);
    this.#commands.set(action, known);
    return known;
  }

  async #open(): Promise<StoredTrip[]> {
    const found = await this.#harness.db.collection(tripCollection).find({ open: true }).toArray();
    return found;
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof CodedError) this.failedCalls.refused += 1;
      else this.failedCalls.unknown += 1;
    }
  }

  async #untilAnswered(act: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        return await act();
      } catch (error) {
        if (error instanceof CodedError) throw error;
        this.failedCalls.unknown += 1;
        await sleep(100);
      }
    }
  }
}
