import { type RegionId, type Role, roleSchema, type SessionId, type UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** One sign-in on one device, for as long as it is refreshed. Only digests of the refresh token are stored. */
export interface StoredSession {
  /** UUIDv7; first part of the refresh token. */
  _id: SessionId;
  v: 1;
  region: RegionId;
  userId: UserId;
  role: Role;
  /** Number of refreshes. */
  generation: number;
  /** SHA-256 of the part that all refresh tokens of the session share: distinguishes a used token from an invented one. */
  family: string;
  /** SHA-256 of the current token, and of the previous one. */
  hash: string;
  previousHash?: string;
  /** The current token is derived from the previous one and this salt, so that a lost answer can be repeated. */
  salt?: string;
  /** The answer of this generation has been repeated. */
  repeated?: boolean;
  /** Wall clock. */
  createdAt: Date;
  /** Wall clock: when the newest access token was issued. */
  issuedAt: Date;
  revokedAt?: Date;
  /** Reason: a `SessionEnd`. */
  revokedFor?: string;
  /** Wall clock: end without a refresh, and latest end. */
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
