import type { DriverId, RegionId, TripId } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { type PickupWatch, WATCH_RULES, watchPickup } from '@rideline/fleet/matching/pickup-watch';
import { live } from '@rideline/fleet/redis/redis-keys';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { TripMemory } from './trip-memory.ts';

export interface PickupRoundsOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly memory: TripMemory;
  readonly onWarn: (trip: StoredTrip, why: string) => Promise<void>;
  readonly onReassign: (trip: StoredTrip, driverId: DriverId, why: string) => Promise<void>;
}

interface Watched {
  readonly driverId: DriverId;
  readonly watch: PickupWatch;
}

/** Checks every 20 s of domain time whether drivers who accepted approach the pick-up. A new owner of the tier begins again. */
export class PickupRounds {
  readonly #options: PickupRoundsOptions;
  readonly #watched = new Map<TripId, Watched>();
  #dueAt = 0;

  constructor(options: PickupRoundsOptions) {
    this.#options = options;
  }

  clear(): void {
    this.#watched.clear();
  }

  /** Checks all drivers on the way when a round is due, else does nothing. */
  async runIfDue(): Promise<void> {
    const { clock, memory } = this.#options;
    const now = clock.domainMs();
    if (now < this.#dueAt) return;
    this.#dueAt = now + WATCH_RULES.tickMs;
    const onTheWay = [...memory.trips()].filter(
      ({ state, slot, origin }) => state.name === 'accepted' && slot === 'active' && origin === 'request',
    );
    this.#keepOnly(onTheWay);
    if (onTheWay.length === 0) return;
    const drivers = onTheWay.map(({ driverId }) => driverId as DriverId);
    const positions = await this.#options.state.hmget(live(this.#options.region), ...drivers);
    for (const [index, trip] of onTheWay.entries()) await this.#check(trip, positions[index] ?? null, now);
  }

  async #check(trip: StoredTrip, value: string | null, now: number): Promise<void> {
    const driverId = trip.driverId as DriverId;
    const before = this.#watched.get(trip._id);
    const same = before?.driverId === driverId ? before.watch : null;
    const position = decodeLive(value)?.position;
    const metres = position
      ? distanceMetres(position.lat, position.lng, trip.pickup.lat, trip.pickup.lng)
      : null;
    const watch = watchPickup(same, { at: now, metres, fixAt: position?.t ?? null });
    this.#watched.set(trip._id, { driverId, watch });
    if (watch.action === 'warn') await this.#options.onWarn(trip, watch.state);
    if (watch.action === 'reassign') await this.#options.onReassign(trip, driverId, watch.state);
  }

  #keepOnly(trips: readonly StoredTrip[]): void {
    const kept = new Set(trips.map(({ _id }) => _id));
    for (const tripId of this.#watched.keys()) if (!kept.has(tripId)) this.#watched.delete(tripId);
  }
}
