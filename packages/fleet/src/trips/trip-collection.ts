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
import type { TripFare } from './trip-fare.ts';

/** Events kept of a trip; a normal trip has fewer than thirty. */
export const TRIP_EVENTS_KEPT = 512;

/** Outcomes of commands kept for replays. */
export const TRIP_COMMANDS_KEPT = 32;

/** The outcome of a command, so that a replay gets the same answer and has no second effect. */
export interface CommandOutcome {
  commandId: CommandId;
  /** Hash of the body: the same id with another body is KEY_REUSED. */
  body: string;
  state: TripStateName;
  version: number;
}

export interface StoredTrip extends TripCore {
  /** UUID created by the client: a repeated request is the same trip. */
  _id: TripId;
  v: 1;
  region: RegionId;
  /** Number of the newest event; every write compares it and raises it by one. */
  version: number;
  pickup: Point;
  dropoff: Point;
  tier: Tier;
  origin: 'request' | 'import';
  /** Requested pick-up time, epoch ms on the domain clock. */
  scheduledAt?: number;
  /** Which of its rider's scheduled trips it is, from 0; a unique index bounds their number. Not used after the trip is released. */
  scheduledPlace?: number;
  /** The estimate made with the request, in the currency of that time. Absent only in trips that an older process has inserted (trip-fare.ts). */
  fare?: TripFare;
  /** Newest TRIP_EVENTS_KEPT. */
  events: TripEvent[];
  /** Events that the relay has not delivered yet. */
  outbox: TripEvent[];
  /** Wall clock: when the sweeper must check this trip; absent when nothing is due. */
  nextCheckAt?: Date;
  /** Checks in a row after which the trip was still due; each postpones the next one further. Removed by the next transition. */
  fruitlessChecks?: number;
  /** Newest TRIP_COMMANDS_KEPT. */
  commandIds: CommandOutcome[];
  /** Domain clock: when the trip was requested. */
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
    // A tagged union, checked by the types of trip.ts, which every writer uses.
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
    pauses: Number,
    heardAt: Number,
    silence: mixed,
    silences: Number,
    scheduledAt: Number,
    scheduledPlace: Number,
    fare: mixed,
    offers: [mixed],
    events: [mixed],
    outbox: [mixed],
    nextCheckAt: Date,
    fruitlessChecks: Number,
    commandIds: [mixed],
    createdAt: requiredDate,
    updatedAt: requiredDate,
  },
  indexes: [
    {
      name: 'one_open_trip_per_driver_slot',
      key: { driverId: 1, slot: 1 },
      unique: true,
      // Without the condition on driverId two trips without a driver would conflict.
      partialFilterExpression: { open: true, driverId: { $exists: true } },
    },
    {
      name: 'one_open_trip_per_rider',
      key: { riderId: 1 },
      unique: true,
      partialFilterExpression: { open: true },
    },
    {
      name: 'one_scheduled_trip_per_place',
      key: { riderId: 1, scheduledPlace: 1 },
      unique: true,
      partialFilterExpression: { 'state.name': 'scheduled', scheduledPlace: { $exists: true } },
    },
    { name: 'by_state', key: { region: 1, 'state.name': 1, createdAt: -1 } },
    { name: 'by_age', key: { region: 1, createdAt: -1 } },
    { name: 'by_rider', key: { riderId: 1, createdAt: -1 } },
    { name: 'by_driver', key: { driverId: 1, createdAt: -1 } },
    { name: 'due', key: { nextCheckAt: 1 } },
    {
      name: 'silent',
      key: { 'silence.since': 1 },
      partialFilterExpression: { 'silence.since': { $exists: true } },
    },
    {
      // Open reviews first, as null, so that resolved ones are not read for the list.
      name: 'fare_reviews',
      key: { 'state.review.resolvedAt': 1, createdAt: -1 },
      partialFilterExpression: { 'state.review.heardAt': { $exists: true } },
    },
    {
      name: 'ended_by_rider',
      key: { region: 1, 'state.cancelledAt': 1 },
      partialFilterExpression: { 'state.review.heardAt': { $exists: true } },
    },
    { name: 'by_completion', key: { region: 1, 'state.completedAt': 1 } },
  ],
});
