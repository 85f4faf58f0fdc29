import type { DocumentContentType, DocumentId, RegionId, Role, UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredMixed,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';
import type { DocumentCore } from './document.ts';

/** A document as stored in MongoDB. */
export interface StoredDocument extends DocumentCore {
  /** UUIDv7; also the id of its job. */
  readonly _id: DocumentId;
  readonly v: 1;
  readonly region: RegionId;
  readonly userId: UserId;
  readonly role: Role;
  /** Every write compares it and raises it by one. */
  readonly version: number;
  /** As announced and as required by the form: bytes, type, SHA-256 in hex. */
  readonly size: number;
  readonly contentType: DocumentContentType;
  readonly sha256: string;
  /** Key of the object in quarantine. */
  readonly key: string;
  /** Newest version of which the owner was notified. */
  readonly told: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Wall clock: when the sweeper must check it; absent when nothing is due. */
  readonly nextCheckAt?: Date;
  /** End of validity; only while it is approved. */
  readonly validUntil?: Date;
  /** Wall clock: when its validity must be checked; only while it is approved and expires. */
  readonly expiryCheckAt?: Date;
  /** Wall clock: when MongoDB deletes it; only for rejected and expired documents. */
  readonly expireAt?: Date;
}

export const documentCollection = defineCollection<StoredDocument>({
  name: 'documents',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    userId: requiredString,
    role: requiredString,
    type: requiredString,
    // A tagged union, checked by the types of document.ts, which every writer uses.
    state: requiredMixed,
    version: requiredNumber,
    fence: { ...requiredNumber, default: 0 },
    revivals: { ...requiredNumber, default: 0 },
    size: requiredNumber,
    contentType: requiredString,
    sha256: requiredString,
    key: requiredString,
    told: { ...requiredNumber, default: 0 },
    createdAt: requiredDate,
    updatedAt: requiredDate,
    nextCheckAt: Date,
    validUntil: Date,
    expiryCheckAt: Date,
    expireAt: Date,
  },
  indexes: [
    // Two documents with the same key would each delete the other's object.
    { name: 'one_document_per_key', key: { key: 1 }, unique: true },
    { name: 'by_user', key: { region: 1, userId: 1, createdAt: -1 } },
    { name: 'by_state', key: { region: 1, 'state.name': 1, createdAt: -1 } },
    { name: 'by_age', key: { region: 1, createdAt: -1 } },
    { name: 'due', key: { nextCheckAt: 1 } },
    { name: 'expiry_due', key: { expiryCheckAt: 1 } },
    { name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ],
});
