import type { CommandId, Point, RegionId, Tier, TripEvent, TripId, TripStateName } from '@rideline/contract';
import {
  defineCollection,
  defineEmbedded,
  mixed,
  requiredBoolean,
  requiredDate,
  requiredMixed,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';
import type { TripCore } from './trip.ts';

/** Kept of a trip's history; the events of an honest trip are fewer than thirty. */
export const TRIP_EVENTS_KEPT = 256;

/** Outcomes of commands kept for replays. */
export const TRIP_COMMANDS_KEPT = 32;

/** What a command did, so that its replay is answered and has no second effect. */
export interface CommandOutcome {
  commandId: CommandId;
  /** Hash of the body: the same id with another body is KEY_REUSED. */
  body: string;
  state: TripStateName;
  version: number;
}

export interface StoredTrip extends TripCore {
  /** UUID made by the client: a repeated request is the same trip. */
  _id: TripId;
  v: 1;
  region: RegionId;
  /** Number of the newest event; every write compares it and raises it by one. */
  version: number;
  pickup: Point;
  dropoff: Point;
  tier: Tier;
  origin: 'request' | 'import';
  /** Pick-up time that was asked for, epoch ms on the domain clock. */
  scheduledAt?: number;
  /** What it cost, once that is fixed: when its places are taken away from it. */
  fare?: { minor: number; currency: string };
  /** Newest TRIP_EVENTS_KEPT. */
  events: TripEvent[];
  /** Events that the relay has not told yet. */
  outbox: TripEvent[];
  /** Wall clock: when somebody has to look at this trip again; absent when nothing is due. */
  nextCheckAt?: Date;
  /** Newest TRIP_COMMANDS_KEPT. */
  commandIds: CommandOutcome[];
  /** Domain clock: when it was asked for. */
  createdAt: Date;
  updatedAt: Date;
}

const point = defineEmbedded<Point>({ lat: requiredNumber, lng: requiredNumber });

export const tripCollection = defineCollection<StoredTrip>({
  name: 'trips',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    version: requiredNumber,
    // A tagged union: checked by the types of trip.ts, which every writer goes through.
    state: requiredMixed,
    riderId: requiredString,
    driverId: String,
    slot: { type: String, enum: ['active', 'queued'] },
    open: requiredBoolean,
    pickup: { type: point, required: true },
    dropoff: { type: point, required: true },
    stops: [point],
    tier: requiredString,
    origin: { ...requiredString, enum: ['request', 'import'] },
    reallocations: { ...requiredNumber, default: 0 },
    scheduledAt: Number,
    fare: mixed,
    offers: [mixed],
    events: [mixed],
    outbox: [mixed],
    nextCheckAt: Date,
    commandIds: [mixed],
    createdAt: requiredDate,
    updatedAt: requiredDate,
  },
  indexes: [
    {
      name: 'one_open_trip_per_driver_slot',
      key: { driverId: 1, slot: 1 },
      unique: true,
      // Without the condition on driverId two trips that have no driver yet would exclude each other.
      partialFilterExpression: { open: true, driverId: { $exists: true } },
    },
    {
      name: 'one_open_trip_per_rider',
      key: { riderId: 1 },
      unique: true,
      partialFilterExpression: { open: true },
    },
    { name: 'by_state', key: { region: 1, 'state.name': 1, createdAt: -1 } },
    { name: 'by_age', key: { region: 1, createdAt: -1 } },
    { name: 'by_rider', key: { riderId: 1, createdAt: -1 } },
    { name: 'by_driver', key: { driverId: 1, createdAt: -1 } },
    { name: 'due', key: { nextCheckAt: 1 } },
    { name: 'by_completion', key: { region: 1, 'state.completedAt': 1 } },
  ],
});
