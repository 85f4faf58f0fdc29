import {
  CodedError,
  type DocumentId,
  type DocumentType,
  documentTypeEntry,
  type RequestDocument,
  type Role,
  type UserId,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import type { StoredDocument } from './document-collection.ts';
import { dueAfter } from './document-due.ts';
import { quarantineKey } from './document-keys.ts';
import type { DocumentStore } from './document-store.ts';

export interface DocumentOwner {
  readonly userId: UserId;
  readonly role: Role;
}

export type ParsedRequestDocument = RequestDocument & { readonly expiresInSeconds: number };

function refuse(field: string, message: string): never {
  throw new CodedError('VALIDATION', undefined, { issues: [{ path: `body.${field}`, message }] });
}

/** Checks type, role, region, content type and size of a request. @throws CodedError VALIDATION with the field */
export function checkRequest(
  owner: DocumentOwner,
  { type, size, contentType }: RequestDocument,
  typesHere: readonly DocumentType[],
): void {
  const { roles, contentTypes, maxBytes } = documentTypeEntry(type);
  if (!typesHere.includes(type)) refuse('type', 'this document type is not accepted in this region');
  if (!roles.includes(owner.role)) refuse('type', `this document type is not accepted from a ${owner.role}`);
  if (!contentTypes.includes(contentType)) refuse('contentType', `must be one of ${contentTypes.join(', ')}`);
  if (size > maxBytes) refuse('size', `must be at most ${maxBytes} bytes`);
}

/** Files that took too much time or memory after which a user gets no form, until the first of them is this old. */
const MOST_TOO_COMPLEX = 5;
const TOO_COMPLEX_WITHIN_MS = 3_600_000;

/**
 * A file that is too much work uses up a checker for seconds, which is why a user has few of them.
 * @throws CodedError SCALE_003
 */
export async function refuseCostlyOwner(
  { documents, clock }: DocumentStore,
  { userId }: DocumentOwner,
): Promise<void> {
  const since = new Date(clock.wallMs() - TOO_COMPLEX_WITHIN_MS);
  if ((await documents.countTooComplex(userId, since, MOST_TOO_COMPLEX)) < MOST_TOO_COMPLEX) return;
  throw new CodedError('SCALE_003', 'Too many files were too complex to open. Please try again in an hour.', {
    retryAfterMs: TOO_COMPLEX_WITHIN_MS,
  });
}

/**
 * Stores a document before its upload, so that no object exists without one. A repeat with the same id is the same document.
 * @throws CodedError CONFLICT when the id belongs to another document
 */
export async function grantDocument(
  documentStore: DocumentStore,
  owner: DocumentOwner,
  documentId: DocumentId,
  request: ParsedRequestDocument,
): Promise<StoredDocument> {
  const { type, size, contentType, sha256, expiresInSeconds } = request;
  const nowMs = documentStore.clock.wallMs();
  const now = new Date(nowMs);
  const state = { name: 'granted', expiresAt: nowMs + expiresInSeconds * 1000 } as const;
  const document: StoredDocument = {
    _id: documentId,
    v: SCHEMA_VERSION,
    region: documentStore.region,
    ...owner,
    type,
    state,
    version: 1,
    fence: 0,
    revivals: 0,
    size,
    contentType,
    sha256,
    key: quarantineKey({ userId: owner.userId, type, contentType, nowMs }),
    told: 1,
    createdAt: now,
    updatedAt: now,
    nextCheckAt: dueAfter({ state }, nowMs),
  };
  try {
    await documentStore.documents.insert(document);
    return document;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const found = await documentStore.documents.find(documentId);
    if (found?.userId !== owner.userId || found.state.name !== 'granted') throw new CodedError('CONFLICT');
    return found;
  }
}
