import type { DriverId, RiderId, TripId } from '@rideline/contract';
import type { StoredTrips, TripWrite, WriteRefusal } from '@rideline/fleet/trips/stored-trips';
import { type StoredTrip, TRIP_COMMANDS_KEPT, TRIP_EVENTS_KEPT } from '@rideline/fleet/trips/trip-collection';

/** What a planted bug leaves out of the model; the clean one leaves out nothing. */
export interface PlantedInRecord {
  readonly noUniqueIndex?: boolean;
  readonly noVersionCheck?: boolean;
  /** Says "written" and writes nothing, now and then. */
  readonly forgets?: () => boolean;
}

/** Called before each operation; the scheduler of the simulator stops it there. After a write it may throw all the same: unknown outcome. */
export interface Gate {
  before(operation: string): Promise<void>;
  after(operation: string): Promise<void>;
}

const OPEN_GATE: Gate = { before: async () => undefined, after: async () => undefined };

/**
 * Trips in memory, as Mongo keeps them: whole documents, one conditional write, unique partial indexes. The one contract suite
 * (tests/integration/stored-trips-contract.test.ts) runs over this model and over the real server.
 */
export class ModelStoredTrips implements StoredTrips {
  readonly trips = new Map<TripId, StoredTrip>();
  readonly #gate: Gate;
  readonly #planted: PlantedInRecord;
  readonly #onWrite: (trip: StoredTrip) => void;

  constructor(
    options: { gate?: Gate; planted?: PlantedInRecord; onWrite?: (trip: StoredTrip) => void } = {},
  ) {
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

  async insert(trip: StoredTrip): Promise<'written' | 'exists' | WriteRefusal> {
    await this.#gate.before('insert');
    const outcome = this.trips.has(trip._id) ? 'exists' : (this.#refusal(trip) ?? 'written');
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

  #write(before: StoredTrip, { trip, event, command, nextCheckAt }: TripWrite): 'written' | WriteRefusal {
    const held = this.trips.get(before._id);
    if (!held || (held.version !== before.version && !this.#planted.noVersionCheck)) return 'conflict';
    const { driverId: _driver, slot: _slot, ...kept } = held;
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

  /** Which unique partial index refuses this document. */
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

  #holder(wanted: Partial<Pick<StoredTrip, 'driverId' | 'slot' | 'riderId'>>): StoredTrip | null {
    for (const trip of this.trips.values()) {
      if (!trip.open) continue;
      const same = Object.entries(wanted).every(([name, value]) => trip[name as 'riderId'] === value);
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
