import type {
  AccountState,
  DriverId,
  RegionId,
  Role,
  SessionId,
  UserId,
  VehicleId,
} from '@rideline/contract';
import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';

export interface StoredUser {
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
export interface StoredSession {
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
export interface StoredRevocation {
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

export interface StoredDriver {
  _id: DriverId;
  v: 1;
  region: RegionId;
  name: string;
  tier: string;
  vehicleId?: VehicleId;
  createdAt: Date;
}

export interface StoredVehicle {
  _id: VehicleId;
  v: 1;
  region: RegionId;
  /** As riders read it: colour, make, model. */
  description: string;
  plate: string;
  tier: string;
  createdAt: Date;
}

const { Schema } = mongoose;

export function userSchema() {
  const schema = new Schema<StoredUser>(
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

export function sessionSchema() {
  const schema = new Schema<StoredSession>(
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

export function revocationSchema() {
  const schema = new Schema<StoredRevocation>(
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

export function driverSchema() {
  const schema = new Schema<StoredDriver>(
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

export function vehicleSchema() {
  return new Schema<StoredVehicle>(
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
