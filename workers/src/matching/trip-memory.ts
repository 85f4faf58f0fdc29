import type { DriverId, RegionId, Tier, TripId } from '@rideline/contract';
import type { Database } from '@rideline/fleet/store/database';
import { type StoredTrip, tripCollection } from '@rideline/fleet/trips/trip-collection';

/** Projection: a matcher needs neither a trip's events nor its commands. */
const WITHOUT_EVENTS = { events: 0, outbox: 0, commandIds: 0 } as const;
const TRIPS_PER_READ = 500;

/**
 * The open trips of one (region, tier), as the tier's owner last read them. May be stale at any time: every write compares the version, and
 * the next reload corrects what hints missed.
 */
export class TripMemory {
  readonly #db: Database;
  readonly #region: RegionId;
  readonly #tier: Tier;
  readonly #trips = new Map<TripId, StoredTrip>();
  /** By driver: their active trip. */
  readonly #active = new Map<DriverId, TripId>();
  readonly #queued = new Map<DriverId, TripId>();
  /** By driver: the trip of their open offer. */
  readonly #offered = new Map<DriverId, TripId>();

  constructor(db: Database, region: RegionId, tier: Tier) {
    this.#db = db;
    this.#region = region;
    this.#tier = tier;
  }

  get size(): number {
    return this.#trips.size;
  }

  /** Whether any driver has an active trip. */
  get hasRides(): boolean {
    return this.#active.size > 0;
  }

  trips(): Iterable<StoredTrip> {
    return this.#trips.values();
  }

  get(tripId: TripId): StoredTrip | undefined {
    return this.#trips.get(tripId);
  }

  activeTripOf(driverId: DriverId): StoredTrip | undefined {
    const tripId = this.#active.get(driverId);
    return tripId === undefined ? undefined : this.#trips.get(tripId);
  }

  hasQueued(driverId: DriverId): boolean {
    return this.#queued.has(driverId);
  }

  hasOffer(driverId: DriverId): boolean {
    return this.#offered.has(driverId);
  }

  clear(): void {
    for (const trip of [...this.#trips.values()]) this.#forget(trip);
  }

  /** Stores a trip, or removes it when it has ended. An older version changes nothing. */
  set(trip: StoredTrip): void {
    const before = this.#trips.get(trip._id);
    if (before && before.version > trip.version) return;
    if (before) this.#forget(before);
    if (!trip.open) return;
    const held: StoredTrip = { ...trip, events: [], outbox: [], commandIds: [] };
    this.#trips.set(trip._id, held);
    if (held.driverId !== undefined) {
      (held.slot === 'queued' ? this.#queued : this.#active).set(held.driverId, held._id);
    }
    for (const { state, driverId } of held.offers) {
      if (state === 'open') this.#offered.set(driverId, held._id);
    }
  }

  /** Reads all open trips from MongoDB; trips that are held and not among them are read again or removed. */
  async reload(): Promise<void> {
    const open = new Set<TripId>();
    const found = this.#db
      .collection(tripCollection)
      .find(
        { region: this.#region, open: true, tier: this.#tier },
        { projection: WITHOUT_EVENTS, readConcern: { level: 'majority' } },
      );
    const before = [...this.#trips.values()];
    for await (const document of found) {
      const trip = document;
      open.add(trip._id);
      this.set(trip);
    }
    const absent = before.filter(({ _id }) => !open.has(_id));
    // A trip that was opened or changed while the list was read may be absent from it and still be open.
    await this.refresh(absent.map(({ _id }) => _id));
  }

  /** Reads these trips again. */
  async refresh(tripIds: readonly TripId[]): Promise<void> {
    for (let at = 0; at < tripIds.length; at += TRIPS_PER_READ) {
      const ids = tripIds.slice(at, at + TRIPS_PER_READ);
      const found = await this.#db
        .collection(tripCollection)
        .find(
          { _id: { $in: ids }, region: this.#region },
          {
            projection: WITHOUT_EVENTS,
            readConcern: { level: 'majority' },
          },
        )
        .toArray();
      for (const trip of found) this.set(trip);
      const foundIds = new Set(found.map(({ _id }) => String(_id)));
      for (const id of ids) {
        const held = foundIds.has(id) ? undefined : this.#trips.get(id);
        if (held) this.#forget(held);
      }
    }
  }

  #forget(trip: StoredTrip): void {
    this.#trips.delete(trip._id);
    for (const index of [this.#active, this.#queued]) {
      if (trip.driverId !== undefined && index.get(trip.driverId) === trip._id) index.delete(trip.driverId);
    }
    for (const { driverId } of trip.offers) {
      if (this.#offered.get(driverId) === trip._id) this.#offered.delete(driverId);
    }
  }
}
