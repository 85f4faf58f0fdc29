import type {
  CandidateReason,
  CommandId,
  Point,
  RegionId,
  Tier,
  TripEvent,
  TripId,
  TripStateName,
} from '@rideline/contract';
import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';
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

/** Why each driver who was considered for a trip was not, or was, asked: see `GET /v1/trips/:id/candidates`. */
export interface StoredCandidates {
  _id: TripId;
  v: 1;
  region: RegionId;
  /** By driver: his last reason. At most CONSIDERED_KEPT. */
  d: Record<string, ConsideredDriver>;
  expireAt: Date;
}

export interface ConsideredDriver {
  reason: CandidateReason;
  /** Epoch ms, domain clock. */
  at: number;
  etaSeconds: number | null;
  distanceMetres: number | null;
  /** Ticks in which he was considered. */
  rounds: number;
}

const { Schema } = mongoose;
const { Mixed } = Schema.Types;

const pointSchema = new Schema<Point>({ lat: Number, lng: Number }, { ...schemaOptions, _id: false });

export function tripSchema() {
  const schema = new Schema<StoredTrip>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      version: { type: Number, required: true },
      // A tagged union: checked by the types of trip.ts, which every writer goes through.
      state: { type: Mixed, required: true },
      riderId: requiredString,
      driverId: String,
      slot: { type: String, enum: ['active', 'queued'] },
      open: { type: Boolean, required: true },
      pickup: pointSchema,
      dropoff: pointSchema,
      stops: [pointSchema],
      tier: requiredString,
      origin: { type: String, enum: ['request', 'import'], required: true },
      reallocations: { type: Number, required: true, default: 0 },
      scheduledAt: Number,
      fare: Mixed,
      offers: [Mixed],
      events: [Mixed],
      outbox: [Mixed],
      nextCheckAt: Date,
      commandIds: [Mixed],
      createdAt: requiredDate,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index(
    { driverId: 1, slot: 1 },
    {
      name: 'one_open_trip_per_driver_slot',
      unique: true,
      // Without the condition on driverId two trips that nobody drives yet would exclude each other.
      partialFilterExpression: { open: true, driverId: { $exists: true } },
    },
  );
  schema.index(
    { riderId: 1 },
    { name: 'one_open_trip_per_rider', unique: true, partialFilterExpression: { open: true } },
  );
  schema.index({ region: 1, 'state.name': 1, createdAt: -1 }, { name: 'by_state' });
  schema.index({ region: 1, createdAt: -1 }, { name: 'by_age' });
  schema.index({ riderId: 1, createdAt: -1 }, { name: 'by_rider' });
  schema.index({ driverId: 1, createdAt: -1 }, { name: 'by_driver' });
  schema.index({ nextCheckAt: 1 }, { name: 'due' });
  schema.index({ region: 1, 'state.completedAt': 1 }, { name: 'by_completion' });
  return schema;
}

export function candidateSchema() {
  const schema = new Schema<StoredCandidates>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      d: { type: Mixed, required: true },
      expireAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}
