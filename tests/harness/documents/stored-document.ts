import { randomUUID } from 'node:crypto';
import type { DocumentId, UserId } from '@rideline/contract';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { quarantineKey } from '@rideline/fleet/documents/document-keys';
import { REGION } from '../test-process.ts';

const GRANT_MS = 300_000;

/** A driver's document as stored in MongoDB: just announced, with the fields of `facts`. */
export function storedDocument(facts: Partial<StoredDocument> & { readonly userId: UserId }): StoredDocument {
  const { userId, type = 'driving_licence', contentType = 'image/jpeg', createdAt = new Date() } = facts;
  const nowMs = createdAt.getTime();
  return {
    _id: randomUUID() as DocumentId,
    v: 1,
    region: REGION,
    role: 'driver',
    type,
    state: { name: 'granted', expiresAt: nowMs + GRANT_MS },
    version: 1,
    fence: 0,
    revivals: 0,
    size: 10,
    contentType,
    sha256: '0'.repeat(64),
    key: quarantineKey({ userId, type, contentType, nowMs }),
    told: 1,
    createdAt,
    updatedAt: createdAt,
    ...facts,
  };
}
