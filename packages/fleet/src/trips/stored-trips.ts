import {
  type DriverId,
  LIMITS,
  type RegionId,
  type RiderId,
  type TripEvent,
  type TripId,
} from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import type { TripCore } from './trip.ts';
import {
  type CommandOutcome,
  type StoredTrip,
  TRIP_COMMANDS_KEPT,
  TRIP_EVENTS_KEPT,
  tripCollection,
} from './trip-collection.ts';

/** Another scheduled trip of the rider has the same `scheduledPlace`. */
export type ScheduledPlaceTaken = 'place_taken';

/** Why a write did not happen. conflict: another write came first · driver_busy, rider_busy: the slot is taken, by a unique index. */
export type WriteRefusal = 'conflict' | 'driver_busy' | 'rider_busy';

/** A transition to write. */
export interface TripWrite {
  readonly trip: TripCore;
  readonly event: TripEvent;
  readonly command?: CommandOutcome;
  /** Wall clock. */
  readonly nextCheckAt: Date;
}

/** Result of a check of a trip's driver that is no step. */
export interface DriverCheck {
  /** Domain ms. */
  readonly heardAt: number;
  /** Wall clock. */
  readonly nextCheckAt: Date;
}

/**
 * Storage of trips. Two implementations: MongoDB here, and the model of the seeded simulator (tests/simulator); one contract suite runs
 * over both. Every call may reject with an unknown outcome: the caller then reads again.
 */
export interface StoredTrips {
  /** Reads with majority read concern. */
  find(tripId: TripId): Promise<StoredTrip | null>;
  /** exists: another trip has this id · place_taken: another scheduled trip of the rider has this place. */
  insert(trip: StoredTrip): Promise<'written' | 'exists' | ScheduledPlaceTaken | WriteRefusal>;
  /** Writes one transition if the trip is still at `before.version`. */
  compareAndSet(before: StoredTrip, write: TripWrite): Promise<'written' | WriteRefusal>;
  /**
   * Stores when the driver was last heard and when the trip is checked next, if the trip is still at `before.version` and has delivered its
   * events: until then the check is for them.
   */
  postponeCheck(before: StoredTrip, check: DriverCheck): Promise<void>;
  /** The open trip in one of a driver's slots. */
  openTripOf(driverId: DriverId, slot: 'active' | 'queued'): Promise<StoredTrip | null>;
  /** The rider's open trip. */
  openTripOfRider(riderId: RiderId): Promise<StoredTrip | null>;
  /** Trips that the rider requested at or after `since` and cancelled; counts no further than the limit. */
  cancelledByRiderSince(riderId: RiderId, since: Date): Promise<number>;
  /** The `scheduledPlace` of each scheduled trip of a rider. */
  scheduledPlacesOf(riderId: RiderId): Promise<number[]>;
}

const MAJORITY = { writeConcern: { w: 'majority' } } as const;
const READ_MAJORITY = { readConcern: { level: 'majority' } } as const;

/** Which unique index refused the write; null for any other error. */
function refusalOf(error: unknown): 'exists' | ScheduledPlaceTaken | WriteRefusal | null {
  if (!isDuplicateKey(error)) return null;
  const { keyPattern, message } = error as { keyPattern?: Record<string, unknown>; message?: string };
  const names = (field: string, index: string) =>
    keyPattern ? field in keyPattern : (message ?? '').includes(index);
  if (names('scheduledPlace', 'one_scheduled_trip_per_place')) return 'place_taken';
  if (names('driverId', 'one_open_trip_per_driver_slot')) return 'driver_busy';
  if (names('riderId', 'one_open_trip_per_rider')) return 'rider_busy';
  return 'exists';
}

/** The conditional write of a transition: state, events, outbox and due time together. */
function updateOf({ trip, event, command, nextCheckAt }: TripWrite): object {
  const { driverId, slot, state, open, offers, reallocations, pauses, silences, heardAt, silence } = trip;
  const absent = {
    fruitlessChecks: '',
    ...(driverId === undefined ? { driverId: '' } : {}),
    ...(slot === undefined ? { slot: '' } : {}),
    ...(heardAt === undefined ? { heardAt: '' } : {}),
    ...(silence === undefined ? { silence: '' } : {}),
  };
  return {
    $set: {
      version: event.version,
      state,
      open,
      offers,
      reallocations,
      ...(pauses === undefined ? {} : { pauses }),
      ...(silences === undefined ? {} : { silences }),
      ...(heardAt === undefined ? {} : { heardAt }),
      ...(silence === undefined ? {} : { silence }),
      nextCheckAt,
      updatedAt: new Date(event.at),
      ...(driverId === undefined ? {} : { driverId }),
      ...(slot === undefined ? {} : { slot }),
    },
    $unset: absent,
    $push: {
      events: { $each: [event], $slice: -TRIP_EVENTS_KEPT },
      outbox: event,
      ...(command ? { commandIds: { $each: [command], $slice: -TRIP_COMMANDS_KEPT } } : {}),
    },
  };
}

/** Trips of one region in MongoDB. */
export function mongoStoredTrips(db: Database, region: RegionId): StoredTrips {
  const trips = db.collection(tripCollection);
  const one = async (filter: object) => await trips.findOne(filter, READ_MAJORITY);

  return {
    find: (tripId) => one({ _id: tripId, region }),
    openTripOf: (driverId, slot) => one({ driverId, slot, open: true }),
    openTripOfRider: (riderId) => one({ riderId, open: true }),

    cancelledByRiderSince: (riderId, since) =>
      trips.countDocuments(
        { riderId, createdAt: { $gte: since }, 'state.name': 'cancelled', 'state.by': 'rider' },
        { limit: LIMITS.cancelledRequests },
      ),

    async scheduledPlacesOf(riderId) {
      const scheduled = { riderId, 'state.name': 'scheduled', scheduledPlace: { $exists: true } };
      const found = trips.find(scheduled, { projection: { scheduledPlace: 1 }, ...READ_MAJORITY });
      return (await found.toArray()).flatMap(({ scheduledPlace }) => scheduledPlace ?? []);
    },

    async insert(trip) {
      try {
        await trips.insertOne(trip, MAJORITY);
        return 'written';
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === null) throw error;
        return refusal;
      }
    },

    async postponeCheck({ _id, version }, check) {
      await trips.updateOne(
        { _id, version, outbox: { $size: 0 } },
        { $set: { ...check }, $unset: { fruitlessChecks: '' } },
      );
    },

    async compareAndSet(before, write) {
      try {
        const result = await trips.updateOne(
          { _id: before._id, version: before.version },
          updateOf(write),
          MAJORITY,
        );
        return result.matchedCount === 1 ? 'written' : 'conflict';
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === null || refusal === 'exists' || refusal === 'place_taken') throw error;
        return refusal;
      }
    },
  };
}
