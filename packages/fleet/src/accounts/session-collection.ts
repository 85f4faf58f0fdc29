import { type RegionId, type Role, roleSchema, type SessionId, type UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

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

export const sessionCollection = defineCollection<StoredSession>({
  name: 'sessions',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    userId: requiredString,
    role: { ...requiredString, enum: roleSchema.options },
    generation: requiredNumber,
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
  indexes: [
    { name: 'by_user', key: { region: 1, userId: 1, createdAt: -1 } },
    { name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ],
});
