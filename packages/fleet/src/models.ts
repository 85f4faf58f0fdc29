import type {
  AccountState,
  CandidateReason,
  CommandId,
  DevicePlatform,
  DriverId,
  NotificationId,
  NotificationKind,
  Point,
  RegionId,
  Role,
  SessionId,
  Tier,
  TripEvent,
  TripId,
  TripStateName,
  UserId,
  VehicleId,
} from '@rideline/contract';
import type { Mongo } from '@rideline/platform/mongo';
import mongoose from 'mongoose';
import type { ConfigurationDocument } from './configuration.ts';
import { configurationSchema, preferencesSchema } from './configuration-schema.ts';
import type { FiledDocument } from './documents/document.ts';
import { documentSchema } from './documents/document-schema.ts';
import { type ErasureDocument, erasureSchema } from './erasure/erasure-schema.ts';
import type { IdempotencyDocument } from './idempotency.ts';
import { idempotencySchema } from './idempotency-schema.ts';
import type { PreferencesDocument } from './preferences.ts';
import { regionSchema } from './region-schema.ts';
import type { RegionDocument } from './region-settings.ts';
import {
  requiredDate,
  requiredString,
  SCHEMA_VERSION,
  schemaOptions,
  schemaVersion,
} from './schema-parts.ts';
import type { TrackDocument } from './track-block.ts';
import type { TripCore } from './trip.ts';

/**
 * The record. Every document carries `v`, its schema version: readers take v and v − 1. Hot paths write through `Model.collection`
 * (the driver itself: no casting, no validation, no hydration); the schemas give collections, indexes, and strictness everywhere else.
 * Indexes are made by `rideline migrate` (migrations.ts), never by a process on its own.
 */
export { SCHEMA_VERSION };

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

export interface TripDocument extends TripCore {
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
export interface ConsiderationDocument {
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

export interface UserDocument {
  _id: UserId;
  v: 1;
  region: RegionId;
  role: Role;
  name: string;
  /** Lower-cased e-mail address or phone number: unique in its region. */
  login: string;
  /** argon2id, in PHC form. */
  passwordHash: string;
  state: AccountState;
  /** Tokens and sessions from before are void. */
  notBefore?: Date;
  /** Raised by every write of what the owner or an admin changes. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** One sign-in on one device, for as long as it is refreshed. Of the refresh token only digests are kept. */
export interface SessionDocument {
  /** UUIDv7; first part of the refresh token. */
  _id: SessionId;
  v: 1;
  region: RegionId;
  userId: UserId;
  role: Role;
  /** Refreshes so far. */
  generation: number;
  /** SHA-256 of what stays the same in this session's tokens: tells a used one from an invented one. */
  family: string;
  /** SHA-256 of the token that is good now, and of the one before it. */
  hash: string;
  previousHash?: string;
  /** With the token before it makes the one that is good now: a lost answer can be given again. */
  salt?: string;
  /** The answer of this generation has been given again. */
  repeated?: boolean;
  /** Wall clock. */
  createdAt: Date;
  /** Wall clock: when the newest access token was issued. */
  issuedAt: Date;
  revokedAt?: Date;
  /** Why: sign-out, reuse, password … */
  revokedFor?: string;
  /** Wall clock: when it ends without a refresh, and when it ends at the latest. */
  expireAt: Date;
  endsAt: Date;
}

/** Tokens that are void before their time. */
export interface RevocationDocument {
  /** `<kind>:<subject>` */
  _id: string;
  v: 1;
  region: RegionId;
  kind: 'user' | 'session';
  /** The session's or the user's id. */
  subject: string;
  userId: UserId;
  /** Tokens issued before are void. */
  notBefore: Date;
  /** Wall clock: when it was written last. */
  at: Date;
  /** When no token that it is about can be valid any more. */
  expireAt: Date;
}

export interface DriverDocument {
  _id: DriverId;
  v: 1;
  region: RegionId;
  name: string;
  tier: string;
  vehicleId?: VehicleId;
  createdAt: Date;
}

export interface VehicleDocument {
  _id: VehicleId;
  v: 1;
  region: RegionId;
  /** As riders read it: colour, make, model. */
  description: string;
  plate: string;
  tier: string;
  createdAt: Date;
}

export interface AuditDocument {
  /** UUIDv7. */
  _id: string;
  v: 1;
  region: RegionId;
  at: Date;
  actor: { role: Role | 'system'; id: string };
  action: string;
  target: string;
  data: Record<string, unknown>;
}

/** Something that a user is told, kept until it is too old to matter. */
export interface NotificationDocument {
  /** `<tripId>-<version>-<role>`: the same event notifies the same user once. */
  _id: NotificationId;
  v: 1;
  region: RegionId;
  userId: UserId;
  role: Role;
  kind: NotificationKind;
  title: string;
  body: string;
  data: Record<string, unknown>;
  /** Domain clock: when it happened. */
  createdAt: Date;
  /** Wall clock: when an app of the user said that it has it. */
  ackedAt?: Date;
  /** What has been pushed already: a provider's name, or `<provider>:<deviceId>`. */
  pushedBy: string[];
  /** Wall clock. */
  expireAt: Date;
}

/** Where a user's phone can be woken up. */
export interface DeviceDocument {
  /** `<role>:<userId>:<deviceId>`: nobody touches another's device by naming it. */
  _id: string;
  v: 1;
  region: RegionId;
  userId: UserId;
  role: Role;
  deviceId: string;
  platform: DevicePlatform;
  /** Of the push service; one phone has one at a time. */
  token: string;
  /** BCP 47; of the texts. */
  locale?: string;
  updatedAt: Date;
}

/** Facts about the store itself: applied migrations, leases. */
export interface MetaDocument {
  _id: string;
  v: 1;
  applied?: { id: string; at: Date }[];
  holder?: string;
  until?: Date;
}

const { Schema } = mongoose;
const { Mixed } = Schema.Types;

const pointSchema = new Schema<Point>({ lat: Number, lng: Number }, { ...schemaOptions, _id: false });

function tripSchema() {
  const schema = new Schema<TripDocument>(
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

function considerationSchema() {
  const schema = new Schema<ConsiderationDocument>(
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

function trackSchema() {
  const schema = new Schema<TrackDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      driverId: requiredString,
      boot: requiredString,
      block: { type: Number, required: true },
      tMin: Date,
      tMax: Date,
      lowest: Number,
      expireAt: requiredDate,
      f: { type: Mixed, required: true },
    },
    schemaOptions,
  );
  schema.index({ driverId: 1, tMax: 1 }, { name: 'by_driver_and_time' });
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}

function userSchema() {
  const schema = new Schema<UserDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      role: requiredString,
      name: requiredString,
      login: requiredString,
      passwordHash: requiredString,
      state: requiredString,
      notBefore: Date,
      version: { type: Number, required: true },
      createdAt: requiredDate,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index(
    { region: 1, login: 1 },
    {
      name: 'one_account_per_login',
      unique: true,
      // Who has been erased has no login any more.
      partialFilterExpression: { login: { $exists: true } },
    },
  );
  schema.index({ region: 1, role: 1, createdAt: -1 }, { name: 'by_role' });
  return schema;
}

function sessionSchema() {
  const schema = new Schema<SessionDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      userId: requiredString,
      role: requiredString,
      generation: { type: Number, required: true },
      family: requiredString,
      hash: requiredString,
      previousHash: String,
      salt: String,
      repeated: Boolean,
      createdAt: requiredDate,
      issuedAt: requiredDate,
      revokedAt: Date,
      revokedFor: String,
      expireAt: requiredDate,
      endsAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, userId: 1, createdAt: -1 }, { name: 'by_user' });
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}

function revocationSchema() {
  const schema = new Schema<RevocationDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      kind: requiredString,
      subject: requiredString,
      userId: requiredString,
      notBefore: requiredDate,
      at: requiredDate,
      expireAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, at: 1 }, { name: 'by_age' });
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}

function driverSchema() {
  const schema = new Schema<DriverDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      name: requiredString,
      tier: requiredString,
      vehicleId: String,
      createdAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, createdAt: -1 }, { name: 'by_age' });
  return schema;
}

function vehicleSchema() {
  return new Schema<VehicleDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      description: requiredString,
      plate: requiredString,
      tier: requiredString,
      createdAt: requiredDate,
    },
    schemaOptions,
  );
}

function auditSchema() {
  const schema = new Schema<AuditDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      at: requiredDate,
      actor: { type: Mixed, required: true },
      action: requiredString,
      target: requiredString,
      data: { type: Mixed, default: () => ({}) },
    },
    schemaOptions,
  );
  schema.index({ target: 1, at: -1 }, { name: 'by_target' });
  schema.index({ region: 1, at: -1 }, { name: 'by_age' });
  schema.index({ 'actor.id': 1, at: -1 }, { name: 'by_actor' });
  schema.index({ action: 1, at: -1 }, { name: 'by_action' });
  return schema;
}

function notificationSchema() {
  const schema = new Schema<NotificationDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      userId: requiredString,
      role: requiredString,
      kind: requiredString,
      title: requiredString,
      body: requiredString,
      data: { type: Mixed, default: () => ({}) },
      createdAt: requiredDate,
      ackedAt: Date,
      pushedBy: [String],
      expireAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, userId: 1, createdAt: -1 }, { name: 'by_user' });
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}

function deviceSchema() {
  const schema = new Schema<DeviceDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      userId: requiredString,
      role: requiredString,
      deviceId: requiredString,
      platform: requiredString,
      token: requiredString,
      locale: String,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, userId: 1 }, { name: 'by_user' });
  schema.index({ token: 1 }, { name: 'by_token' });
  return schema;
}

function metaSchema() {
  return new Schema<MetaDocument>(
    { _id: requiredString, v: schemaVersion, applied: [Mixed], holder: String, until: Date },
    schemaOptions,
  );
}

/** The models on one connection; nothing is read or written by making them. */
export function createModels(mongo: Mongo) {
  const { connection } = mongo;
  return {
    trips: connection.model<TripDocument>('Trip', tripSchema(), 'trips'),
    considerations: connection.model<ConsiderationDocument>(
      'Consideration',
      considerationSchema(),
      'considerations',
    ),
    tracks: connection.model<TrackDocument>('Track', trackSchema(), 'tracks'),
    users: connection.model<UserDocument>('User', userSchema(), 'users'),
    sessions: connection.model<SessionDocument>('Session', sessionSchema(), 'sessions'),
    revocations: connection.model<RevocationDocument>('Revocation', revocationSchema(), 'revocations'),
    drivers: connection.model<DriverDocument>('Driver', driverSchema(), 'drivers'),
    vehicles: connection.model<VehicleDocument>('Vehicle', vehicleSchema(), 'vehicles'),
    audit: connection.model<AuditDocument>('Audit', auditSchema(), 'audit'),
    notifications: connection.model<NotificationDocument>(
      'Notification',
      notificationSchema(),
      'notifications',
    ),
    devices: connection.model<DeviceDocument>('Device', deviceSchema(), 'devices'),
    idempotency: connection.model<IdempotencyDocument>('Idempotency', idempotencySchema(), 'idempotency'),
    documents: connection.model<FiledDocument>('Document', documentSchema(), 'documents'),
    regions: connection.model<RegionDocument>('Region', regionSchema(), 'regions'),
    configurations: connection.model<ConfigurationDocument>(
      'Configuration',
      configurationSchema(),
      'configurations',
    ),
    preferences: connection.model<PreferencesDocument>('Preferences', preferencesSchema(), 'preferences'),
    erasures: connection.model<ErasureDocument>('Erasure', erasureSchema(), 'erasures'),
    meta: connection.model<MetaDocument>('Meta', metaSchema(), 'meta'),
  };
}

export type Models = ReturnType<typeof createModels>;
