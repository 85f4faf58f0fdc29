import type { DriverId, RiderId, TripId } from '@rideline/contract';
import type {
  DriverCheck,
  ScheduledPlaceTaken,
  StoredTrips,
  TripWrite,
  WriteRefusal,
} from '@rideline/fleet/trips/stored-trips';
import { type StoredTrip, TRIP_COMMANDS_KEPT, TRIP_EVENTS_KEPT } from '@rideline/fleet/trips/trip-collection';

/** Guarantees that a planted bug removes from the model; the default removes none. */
export interface PlantedInStore {
  readonly noUniqueIndex?: boolean;
  readonly noVersionCheck?: boolean;
  /** Returns "written" without writing, for some calls. */
  readonly forgets?: () => boolean;
}

/** Called before and after each operation, where the simulator's scheduler pauses it. `after` may throw although the write succeeded: an unknown result. */
export interface Gate {
  before(operation: string): Promise<void>;
  after(operation: string): Promise<void>;
}

const OPEN_GATE: Gate = { before: async () => undefined, after: async () => undefined };

/**
 * Trips in memory, with MongoDB's semantics: whole documents, one conditional write, unique partial indexes. The same contract
 * suite (tests/integration/stored-trips-contract.test.ts) runs against this model and against the real server.
 */
export class ModelStoredTrips implements StoredTrips {
  readonly trips = new Map<TripId, StoredTrip>();
  readonly #gate: Gate;
  readonly #planted: PlantedInStore;
  readonly #onWrite: (trip: StoredTrip) => void;

  constructor(options: { gate?: Gate; planted?: PlantedInStore; onWrite?: (trip: StoredTrip) => void } = {}) {
    this.#gate = options.gate ?? OPEN_GATE;
    this.#planted = options.planted ?? {};
    this.#onWrite = options.onWrite ?? (() => undefined);
  }

  async find(tripId: TripId): Promise<StoredTrip | null> {
    return this.#read('find', () => this.trips.get(tripId) ?? null);
  }

  async openTripOf(driverId: DriverId, slot: 'active' | 'queued'): Promise<StoredTrip | null> {
    return this.#read('openTripOf', () => this.#holder({ driverId, slot }));
  }

  async openTripOfRider(riderId: RiderId): Promise<StoredTrip | null> {
    return this.#read('openTripOfRider', () => this.#holder({ riderId }));
  }

  async cancelledByRiderSince(riderId: RiderId, since: Date): Promise<number> {
    await this.#gate.before('cancelledByRiderSince');
    const cancelled = [...this.trips.values()].filter(
      (trip) =>
        trip.riderId === riderId &&
        trip.createdAt >= since &&
        trip.state.name === 'cancelled' &&
        trip.state.by === 'rider',
    );
    await this.#gate.after('cancelledByRiderSince');
    return cancelled.length;
  }

  async scheduledPlacesOf(riderId: RiderId): Promise<number[]> {
    await this.#gate.before('scheduledPlacesOf');
    const places = [...this.trips.values()].flatMap((trip) =>
      trip.riderId === riderId && trip.state.name === 'scheduled' ? (trip.scheduledPlace ?? []) : [],
    );
    await this.#gate.after('scheduledPlacesOf');
    return places;
  }

  async insert(trip: StoredTrip): Promise<'written' | 'exists' | ScheduledPlaceTaken | WriteRefusal> {
    await this.#gate.before('insert');
    const outcome = this.trips.has(trip._id)
      ? 'exists'
      : this.#isPlaceTaken(trip)
        ? 'place_taken'
        : (this.#refusal(trip) ?? 'written');
    if (outcome === 'written' && !this.#planted.forgets?.()) this.#put(structuredClone(trip));
    await this.#gate.after('insert');
    return outcome;
  }

  async compareAndSet(before: StoredTrip, write: TripWrite): Promise<'written' | WriteRefusal> {
    await this.#gate.before('compareAndSet');
    const outcome = this.#write(before, structuredClone(write));
    await this.#gate.after('compareAndSet');
    return outcome;
  }

  async postponeCheck({ _id, version }: StoredTrip, check: DriverCheck): Promise<void> {
    await this.#gate.before('postponeCheck');
    const held = this.trips.get(_id);
    if (held && held.version === version && held.outbox.length === 0) {
      const { fruitlessChecks: _checks, ...kept } = held;
      this.#put({ ...kept, ...check });
    }
    await this.#gate.after('postponeCheck');
  }

  #write(before: StoredTrip, { trip, event, command, nextCheckAt }: TripWrite): 'written' | WriteRefusal {
    const held = this.trips.get(before._id);
    if (!held || (held.version !== before.version && !this.#planted.noVersionCheck)) return 'conflict';
    const {
      driverId: _driver,
      slot: _slot,
      heardAt: _heardAt,
      silence: _silence,
      fruitlessChecks: _checks,
      ...kept
    } = held;
    const next: StoredTrip = {
      ...kept,
      ...trip,
      version: event.version,
      events: [...held.events, event].slice(-TRIP_EVENTS_KEPT),
      outbox: [...held.outbox, event],
      commandIds: command ? [...held.commandIds, command].slice(-TRIP_COMMANDS_KEPT) : held.commandIds,
      nextCheckAt,
      updatedAt: new Date(event.at),
    };
    const refusal = this.#refusal(next);
    if (refusal) return refusal;
    this.#put(next);
    return 'written';
  }

  #put(trip: StoredTrip): void {
    this.trips.set(trip._id, trip);
    this.#onWrite(trip);
  }

  /** The refusal of the unique partial index that this document violates. */
  #refusal(trip: StoredTrip): WriteRefusal | null {
    if (!trip.open || this.#planted.noUniqueIndex) return null;
    for (const other of this.trips.values()) {
      if (!other.open || other._id === trip._id) continue;
      if (other.driverId !== undefined && other.driverId === trip.driverId && other.slot === trip.slot)
        return 'driver_busy';
      if (other.riderId === trip.riderId) return 'rider_busy';
    }
    return null;
  }

  #isPlaceTaken({ riderId, state, scheduledPlace }: StoredTrip): boolean {
    if (state.name !== 'scheduled' || scheduledPlace === undefined) return false;
    return [...this.trips.values()].some(
      (other) =>
        other.riderId === riderId &&
        other.state.name === 'scheduled' &&
        other.scheduledPlace === scheduledPlace,
    );
  }

  #holder(filter: Partial<Pick<StoredTrip, 'driverId' | 'slot' | 'riderId'>>): StoredTrip | null {
    for (const trip of this.trips.values()) {
      if (!trip.open) continue;
      const same = Object.entries(filter).every(([name, value]) => trip[name as 'riderId'] === value);
      if (same) return trip;
    }
    return null;
  }

  async #read(operation: string, find: () => StoredTrip | null): Promise<StoredTrip | null> {
    await this.#gate.before(operation);
    const found = find();
    await this.#gate.after(operation);
    return found && structuredClone(found);
  }
}
