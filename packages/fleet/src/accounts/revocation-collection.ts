import type { RegionId, UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** A revocation of tokens. */
export interface StoredRevocation {
  /** `<kind>:<subject>` */
  _id: string;
  v: 1;
  region: RegionId;
  kind: 'user' | 'session';
  /** Id of the session or user. */
  subject: string;
  userId: UserId;
  /** Tokens issued before are revoked. */
  notBefore: Date;
  /** Wall clock: time of the last write. */
  at: Date;
  /** When no revoked token can be valid any longer. */
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
