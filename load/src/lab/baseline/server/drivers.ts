import type { DriverId, DriverStatusValue, Point, TripId } from '@rideline/contract';
import type { mongo } from 'mongoose';
import { gridCell } from './grid.ts';

/** A driver as MongoDB holds them. */
export interface Driver {
  readonly _id: DriverId;
  /** As reported. */
  readonly status: DriverStatusValue;
  /** The trip that is offered to the driver or that they are on. */
  readonly claim: TripId | null;
  /** The trip that they have accepted: its followers see the driver. */
  readonly tripId: TripId | null;
  /** Positions shown on the trip so far. */
  readonly shown: number;
  readonly position: DriverPosition | null;
  /** The same place for a 2dsphere index, and for an index of grid cells. */
  readonly place?: { readonly type: 'Point'; readonly coordinates: readonly [lng: number, lat: number] };
  readonly cell?: number;
}

/** `at`: epoch ms of the fix. */
export interface DriverPosition extends Point {
  readonly at: number;
  readonly speed: number | null;
  readonly heading: number | null;
}

export type DriverDuty = Pick<Driver, 'status' | 'claim' | 'tripId'>;

const isFree = { claim: null, status: 'available' } as const;

/** The drivers in MongoDB. A claim is one conditional write: two trips never have the same driver. */
export class Drivers {
  readonly collection: mongo.Collection<Driver>;

  constructor(db: mongo.Db) {
    this.collection = db.collection<Driver>('drivers');
  }

  /** The driver, made when they connect for the first time. */
  async open(driverId: DriverId): Promise<Driver> {
    const created = await this.collection.findOneAndUpdate(
      { _id: driverId },
      { $setOnInsert: { status: 'offline', claim: null, tripId: null, shown: 0, position: null } },
      { upsert: true, returnDocument: 'after' },
    );
    // With `upsert` and `after` there is always a document; the driver's type says otherwise.
    return created as Driver;
  }

  find(driverId: DriverId): Promise<Driver | null> {
    return this.collection.findOne({ _id: driverId });
  }

  report(driverId: DriverId, status: DriverStatusValue): Promise<Driver | null> {
    return this.#set({ _id: driverId }, { status });
  }

  /** Null when the driver is not free (any more). */
  claim(driverId: DriverId, tripId: TripId): Promise<Driver | null> {
    return this.#set({ _id: driverId, ...isFree }, { claim: tripId });
  }

  /** The driver has accepted the trip that they are claimed for. */
  ride(driverId: DriverId, tripId: TripId): Promise<Driver | null> {
    return this.#set({ _id: driverId, claim: tripId }, { tripId, shown: 0 });
  }

  /** The trip no longer needs the driver. */
  release(driverId: DriverId, tripId: TripId): Promise<Driver | null> {
    return this.#set({ _id: driverId, claim: tripId }, { claim: null, tripId: null });
  }

  /** Puts a driver on a trip that was opened with them; null when they are on another one. */
  async assign(driverId: DriverId, tripId: TripId): Promise<Driver | null> {
    await this.open(driverId);
    return this.#set({ _id: driverId, claim: null }, { claim: tripId, tripId, shown: 0 });
  }

  /** Stores a newer position; null when the stored one is newer. @returns the driver, whose trip's followers see it */
  move(driverId: DriverId, position: DriverPosition): Promise<Driver | null> {
    const { lat, lng } = position;
    return this.collection.findOneAndUpdate(
      { _id: driverId, $or: [{ position: null }, { 'position.at': { $lt: position.at } }] },
      {
        $set: { position, place: { type: 'Point', coordinates: [lng, lat] }, cell: gridCell(lat, lng) },
        $inc: { shown: 1 },
      },
      { returnDocument: 'after' },
    );
  }

  #set(filter: mongo.Filter<Driver>, change: Partial<Driver>): Promise<Driver | null> {
    return this.collection.findOneAndUpdate(filter, { $set: change }, { returnDocument: 'after' });
  }
}
