import { CodedError, type CommandId, type TripEvent, type TripId } from '@rideline/contract';
import type { mongo } from 'mongoose';
import { stepOf, type Trip, type TripAction } from './trip.ts';

const DUPLICATE_KEY = 11_000;
/** Two writers of one trip are rare; more attempts than this mean a fault. */
const MOST_ATTEMPTS = 20;
/** Command ids that a trip remembers: more than the commands of a ride. */
const COMMANDS_KEPT = 32;

export interface Changed {
  readonly before: Trip;
  readonly trip: Trip;
  /** null: the command was a repeat, and nothing changed. */
  readonly event: TripEvent | null;
}

export const isDuplicate = (error: unknown): boolean => (error as { code?: unknown }).code === DUPLICATE_KEY;

/** The trips in MongoDB. Each change is one conditional write by version. */
export class Trips {
  readonly #trips: mongo.Collection<Trip>;

  constructor(db: mongo.Db) {
    this.#trips = db.collection<Trip>('trips');
  }

  /** Two indexes make it impossible that a rider or a driver is on two open trips, whatever the code does. */
  async createIndexes(): Promise<void> {
    await this.#trips.createIndexes([
      { key: { riderId: 1 }, unique: true, partialFilterExpression: { open: true }, name: 'rider_open' },
      {
        key: { driverId: 1 },
        unique: true,
        partialFilterExpression: { open: true, driverId: { $exists: true } },
        name: 'driver_open',
      },
      { key: { state: 1, dueAt: 1 }, name: 'due' },
      { key: { riderId: 1, createdAt: -1 }, name: 'rider' },
      { key: { driverId: 1, createdAt: -1 }, name: 'driver' },
    ]);
  }

  find(tripId: TripId): Promise<Trip | null> {
    return this.#trips.findOne({ _id: tripId });
  }

  /** Newest first. */
  list(
    filter: Partial<Pick<Trip, 'riderId' | 'driverId' | 'open' | 'state'>>,
    limit: number,
  ): Promise<Trip[]> {
    return this.#trips.find(filter).sort({ createdAt: -1 }).limit(limit).toArray();
  }

  /** False when the id exists, or the rider or driver is on an open trip. */
  async insert(trip: Trip): Promise<boolean> {
    try {
      await this.#trips.insertOne(trip);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /**
   * Applies an action to the newest version of the trip.
   * @throws CodedError NOT_FOUND, CONFLICT (the driver is on another trip), and those of `stepOf`
   */
  async change(tripId: TripId, choose: (trip: Trip) => TripAction, commandId?: CommandId): Promise<Changed> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const before = await this.find(tripId);
      if (before === null) throw new CodedError('NOT_FOUND', 'no such trip');
      const action = choose(before);
      if (commandId !== undefined && before.commandIds.includes(commandId))
        return { before, trip: before, event: null };
      const { change, event } = stepOf(before, action, Date.now());
      const { driverId, ...set } = change;
      const trip = await this.#write(before, {
        $set: { ...set, ...(driverId ? { driverId } : {}), version: event.version },
        ...(driverId === null ? { $unset: { driverId: '' } } : {}),
        $push: {
          events: event,
          ...(commandId === undefined ? {} : { commandIds: { $each: [commandId], $slice: -COMMANDS_KEPT } }),
        },
      });
      if (trip !== null) return { before, trip, event };
    }
    throw new CodedError('CONFLICT', 'the trip changes too often');
  }

  async #write({ _id, version }: Trip, update: object): Promise<Trip | null> {
    try {
      return await this.#trips.findOneAndUpdate({ _id, version }, update, { returnDocument: 'after' });
    } catch (error) {
      if (isDuplicate(error)) throw new CodedError('CONFLICT', 'you are on another trip');
      throw error;
    }
  }

  /** Takes one trip that is due, so that no other process looks at it within `holdMs`; null when there is none. */
  takeDue(state: 'searching' | 'offered', now: number, holdMs: number): Promise<Trip | null> {
    return this.#trips.findOneAndUpdate(
      { state, dueAt: { $lte: now } },
      { $set: { dueAt: now + holdMs } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    );
  }

  /** Trips without a driver or an offer: the backlog of matching. */
  countSearching(): Promise<number> {
    return this.#trips.countDocuments({ state: 'searching' });
  }
}
