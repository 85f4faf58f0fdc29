import type { RegionId, Role } from '@rideline/contract';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import mongoose from 'mongoose';
import {
  driverSchema,
  revocationSchema,
  type StoredDriver,
  type StoredRevocation,
  type StoredSession,
  type StoredUser,
  type StoredVehicle,
  sessionSchema,
  userSchema,
  vehicleSchema,
} from '../accounts/account-schema.ts';
import type { StoredDocument } from '../documents/document.ts';
import { documentSchema } from '../documents/document-schema.ts';
import {
  deviceSchema,
  notificationSchema,
  type StoredDevice,
  type StoredNotification,
} from '../notifications/notification-schema.ts';
import { erasureSchema, type StoredErasure } from '../privacy/erasure-schema.ts';
import type { StoredConfiguration } from '../settings/configuration.ts';
import { configurationSchema, preferencesSchema } from '../settings/configuration-schema.ts';
import type { StoredPreferences } from '../settings/preferences.ts';
import { regionSchema } from '../settings/region-schema.ts';
import type { StoredRegion } from '../settings/region-settings.ts';
import type { StoredTrack } from '../tracks/track-block.ts';
import { candidateSchema, type StoredCandidates, type StoredTrip, tripSchema } from '../trips/trip-schema.ts';
import type { StoredIdempotencyKey } from './idempotency.ts';
import { idempotencySchema } from './idempotency-schema.ts';
import {
  requiredDate,
  requiredString,
  SCHEMA_VERSION,
  schemaOptions,
  schemaVersion,
} from './schema-parts.ts';

export type {
  StoredDriver,
  StoredRevocation,
  StoredSession,
  StoredUser,
  StoredVehicle,
} from '../accounts/account-schema.ts';
export type { StoredDevice, StoredNotification } from '../notifications/notification-schema.ts';
export type {
  CommandOutcome,
  ConsideredDriver,
  StoredCandidates,
  StoredTrip,
} from '../trips/trip-schema.ts';
export { TRIP_COMMANDS_KEPT, TRIP_EVENTS_KEPT } from '../trips/trip-schema.ts';
export { SCHEMA_VERSION };

export interface StoredAuditEntry {
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
export interface StoredMeta {
  _id: string;
  v: 1;
  applied?: { id: string; at: Date }[];
  holder?: string;
  until?: Date;
}

const { Schema } = mongoose;
const { Mixed } = Schema.Types;

function trackSchema() {
  const schema = new Schema<StoredTrack>(
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
  const schema = new Schema<StoredAuditEntry>(
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
  return new Schema<StoredMeta>(
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
    trips: connection.model<StoredTrip>('Trip', tripSchema(), 'trips'),
    considerations: connection.model<StoredCandidates>('Consideration', candidateSchema(), 'considerations'),
    tracks: connection.model<StoredTrack>('Track', trackSchema(), 'tracks'),
    users: connection.model<StoredUser>('User', userSchema(), 'users'),
    sessions: connection.model<StoredSession>('Session', sessionSchema(), 'sessions'),
    revocations: connection.model<StoredRevocation>('Revocation', revocationSchema(), 'revocations'),
    drivers: connection.model<StoredDriver>('Driver', driverSchema(), 'drivers'),
    vehicles: connection.model<StoredVehicle>('Vehicle', vehicleSchema(), 'vehicles'),
    audit: connection.model<StoredAuditEntry>('Audit', auditSchema(), 'audit'),
    notifications: connection.model<StoredNotification>(
      'Notification',
      notificationSchema(),
      'notifications',
    ),
    devices: connection.model<StoredDevice>('Device', deviceSchema(), 'devices'),
    idempotency: connection.model<StoredIdempotencyKey>('Idempotency', idempotencySchema(), 'idempotency'),
    documents: connection.model<StoredDocument>('Document', documentSchema(), 'documents'),
    regions: connection.model<StoredRegion>('Region', regionSchema(), 'regions'),
    configurations: connection.model<StoredConfiguration>(
      'Configuration',
      configurationSchema(),
      'configurations',
    ),
    preferences: connection.model<StoredPreferences>('Preferences', preferencesSchema(), 'preferences'),
    erasures: connection.model<StoredErasure>('Erasure', erasureSchema(), 'erasures'),
    meta: connection.model<StoredMeta>('Meta', metaSchema(), 'meta'),
  };
}

export type Models = ReturnType<typeof createModels>;
