import type { RegionId, UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

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

export const revocationCollection = defineCollection<StoredRevocation>({
  name: 'revocations',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    kind: { ...requiredString, enum: ['user', 'session'] },
    subject: requiredString,
    userId: requiredString,
    notBefore: requiredDate,
    at: requiredDate,
    expireAt: requiredDate,
  },
  indexes: [
    { name: 'by_age', key: { region: 1, at: 1 } },
    { name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ],
});
