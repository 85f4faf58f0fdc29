import type { RegionId, Role } from '@rideline/contract';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import mongoose from 'mongoose';
import {
  type DriverDocument,
  driverSchema,
  type RevocationDocument,
  revocationSchema,
  type SessionDocument,
  sessionSchema,
  type UserDocument,
  userSchema,
  type VehicleDocument,
  vehicleSchema,
} from '../accounts/account-schema.ts';
import type { FiledDocument } from '../documents/document.ts';
import { documentSchema } from '../documents/document-schema.ts';
import {
  type DeviceDocument,
  deviceSchema,
  type NotificationDocument,
  notificationSchema,
} from '../notifications/notification-schema.ts';
import { type ErasureDocument, erasureSchema } from '../privacy/erasure-schema.ts';
import type { ConfigurationDocument } from '../settings/configuration.ts';
import { configurationSchema, preferencesSchema } from '../settings/configuration-schema.ts';
import type { PreferencesDocument } from '../settings/preferences.ts';
import { regionSchema } from '../settings/region-schema.ts';
import type { RegionDocument } from '../settings/region-settings.ts';
import type { TrackDocument } from '../tracks/track-block.ts';
import {
  type ConsiderationDocument,
  considerationSchema,
  type TripDocument,
  tripSchema,
} from '../trips/trip-schema.ts';
import type { IdempotencyDocument } from './idempotency.ts';
import { idempotencySchema } from './idempotency-schema.ts';
import {
  requiredDate,
  requiredString,
  SCHEMA_VERSION,
  schemaOptions,
  schemaVersion,
} from './schema-parts.ts';

export type {
  DriverDocument,
  RevocationDocument,
  SessionDocument,
  UserDocument,
  VehicleDocument,
} from '../accounts/account-schema.ts';
export type { DeviceDocument, NotificationDocument } from '../notifications/notification-schema.ts';
export type {
  CommandOutcome,
  ConsiderationDocument,
  ConsideredDriver,
  TripDocument,
} from '../trips/trip-schema.ts';
export { TRIP_COMMANDS_KEPT, TRIP_EVENTS_KEPT } from '../trips/trip-schema.ts';
export { SCHEMA_VERSION };

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

function metaSchema() {
  return new Schema<MetaDocument>(
    { _id: requiredString, v: schemaVersion, applied: [Mixed], holder: String, until: Date },
    schemaOptions,
  );
}

/**
 * The record. Every document carries `v`, its schema version: readers take v and v − 1. Hot paths write through `Model.collection`
 * (the driver itself: no casting, no validation, no hydration); the schemas give collections, indexes, and strictness everywhere else.
 * Indexes are made by `rideline migrate` (migrations.ts), never by a process on its own.
 *
 * The models on one connection; nothing is read or written by making them.
 */
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
