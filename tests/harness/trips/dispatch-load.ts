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
import { placeFree } from './free-drivers.ts';

/** Riders who ask and drivers who accept at once and drive, straight on the record as gateways and API would: load for fault tests. */
export class Dispatch {
  /** Requests that were answered. */
  readonly asked: TripId[] = [];
  readonly #harness: WorkersHarness;
  readonly #tripStore: TripStore;
  readonly #state: RedisClient;
  readonly #drivers: readonly string[];
  readonly #commands = new Map<string, CommandId>();
  #trips = 0;
  #stopped = false;
  #running: Promise<void>[] = [];
  /** Calls that ended without an answer, or with a refusal: what the faults did. */
  readonly troubles = { unknown: 0, refused: 0 };

  constructor(harness: WorkersHarness, tripStore: TripStore, state: RedisClient, drivers: number) {
    this.#harness = harness;
    this.#tripStore = tripStore;
    this.#state = state;
    this.#drivers = Array.from({ length: drivers }, (_, number) => `cab-${number}`);
  }

  start(trips: number, perSecond: number): void {
    this.#trips = trips;
    this.#running = [this.#ask(trips, perSecond), this.#keepFresh(), this.#drive()];
  }

  /** Everybody has asked. */
  get isAsked(): Promise<void> {
    return this.#running[0] as Promise<void>;
  }

  /** Waits until `count` more have asked, or everybody has. @throws when that takes longer than a minute */
  async moreAsked(count: number): Promise<void> {
    const wanted = Math.min(this.asked.length + count, this.#trips);
    const deadline = Date.now() + 60_000;
    while (this.asked.length < wanted) {
      if (Date.now() > deadline) throw new Error(`${this.asked.length} have asked, not ${wanted}`);
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Every trip that was asked for, as the record has it. */
  async trips(): Promise<StoredTrip[]> {
    const found = await this.#harness.db
      .collection(tripCollection)
      .find({ _id: { $in: this.asked as never[] } })
      .toArray();
    return found as unknown as StoredTrip[];
  }

  /** Waits until every trip has ended. @throws when some have not in time */
  async settled(withinMs: number): Promise<StoredTrip[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const trips = await this.trips().catch(() => []);
      const open = trips.filter(({ state }) => !TRIP_ENDS.includes(state.name));
      if (trips.length === this.asked.length && open.length === 0) return trips;
      if (Date.now() > deadline) {
        const states = Object.entries(Object.groupBy(open, ({ state }) => state.name));
        const told = states.map(([state, those]) => `${those?.length} ${state}`).join(', ');
        throw new Error(
          `${this.asked.length - trips.length} of ${this.asked.length} lost; not ended: ${told}`,
        );
      }
      await sleep(250);
    }
  }

  async #ask(trips: number, perSecond: number): Promise<void> {
    for (let number = 0; number < trips && !this.#stopped; number += 1) {
      const wish = tripRequestSchema.parse({
        tripId: randomUUID(),
        pickup: { lat: 37.77 + (number % 50) / 10_000, lng: -122.41 },
        dropoff: { lat: 37.78, lng: -122.42 },
      });
      await this.#insist(async () => {
        await requestTrip(this.#tripStore, `rider-${number}` as RiderId, wish);
      });
      this.asked.push(wish.tripId);
      await sleep(1000 / perSecond);
    }
  }

  /** Drivers are heard of every few seconds; those on a trip as busy. */
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
        // Redis may be away: they are placed with the next round, as a gateway's connections would be.
        await placeFree(this.#state, placed).catch(() => undefined);
      }
      await sleep(700);
    }
  }

  /** Each driver: accepts what he is offered, then drives, one step a round. */
  async #drive(): Promise<void> {
    while (!this.#stopped) {
      const open = await this.#open().catch(() => []);
      await Promise.all(open.map((trip) => this.#go(trip)));
      await sleep(150);
    }
  }

  async #go(trip: StoredTrip): Promise<void> {
    for (const { offerId, driverId } of openOffers(trip)) {
      const commandId = this.#command(`answer ${offerId}`);
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
    const commandId = this.#command(`${action} ${trip._id} ${trip.driverId}`);
    const command = { commandId, tripId: trip._id, action, at: 0 };
    await this.#try(() => commandByDriver(this.#tripStore, trip.driverId as DriverId, command, () => null));
  }

  /** One id for one wish, however often it is repeated. */
  #command(wish: string): CommandId {
    const known = this.#commands.get(wish) ?? (randomUUID() as string as CommandId);
    this.#commands.set(wish, known);
    return known;
  }

  async #open(): Promise<StoredTrip[]> {
    const found = await this.#harness.db.collection(tripCollection).find({ open: true }).toArray();
    return found as unknown as StoredTrip[];
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof CodedError) this.troubles.refused += 1;
      else this.troubles.unknown += 1;
    }
  }

  async #insist(act: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        return await act();
      } catch (error) {
        if (error instanceof CodedError) throw error;
        this.troubles.unknown += 1;
        await sleep(100);
      }
    }
  }
}
