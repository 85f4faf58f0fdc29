import {
  CodedError,
  type DocumentFacts,
  type DocumentId,
  type DocumentRejection,
  type RegionId,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { Notice } from '../notifications/notification-queue.ts';
import type { Database } from '../store/database.ts';
import { type CleanCopy, isSettled } from './document.ts';
import type { StoredDocument } from './document-collection.ts';
import { noticeOf } from './document-notice.ts';
import { type DocumentTransition, nextDocument } from './document-transition.ts';
import { openStoredDocuments, type StoredDocuments } from './stored-documents.ts';

/** Writes transitions of documents and notifies their owners. */
export interface DocumentStore {
  readonly documents: StoredDocuments;
  readonly region: RegionId;
  readonly clock: Clock;
  /** Adds to the queue `notification`. It may reject: then the sweeper sends it. */
  readonly notify: (notice: Notice) => Promise<void>;
  /** The notification was not queued: the sweeper queues it some seconds later. */
  readonly onNotifyFailed: (error: Error) => void;
}

/** Attempts of one transition while other writes change the document. */
const ATTEMPTS = 8;

export function createDocumentStore(options: {
  db: Database;
  region: RegionId;
  clock: Clock;
  notify: (notice: Notice) => Promise<void>;
  onNotifyFailed: (error: Error) => void;
}): DocumentStore {
  const { db, region, clock, notify, onNotifyFailed } = options;
  return { documents: openStoredDocuments(db, region), region, clock, notify, onNotifyFailed };
}

export interface AppliedToDocument {
  /** The current document. */
  readonly document: StoredDocument;
  readonly changed: boolean;
}

/** Another worker has taken the document over: the result of this one is discarded. */
export class Fenced extends Error {
  constructor(documentId: DocumentId) {
    super(`another worker has taken over document ${documentId}`);
    this.name = 'Fenced';
  }
}

/**
 * Applies one transition to a document: read, step, conditional write, repeated when another write came in between; then notifies the owner.
 * `choose` is called after every read; null leaves the document unchanged. `known`: a document that the caller has already read.
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · GONE · VALIDATION · CONFLICT with the version, after too many other writes
 * @throws Fenced
 */
export async function applyToDocument(
  documentStore: DocumentStore,
  documentId: DocumentId,
  choose: (document: StoredDocument) => DocumentTransition | null,
  known?: StoredDocument,
): Promise<AppliedToDocument> {
  let version: number | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const document = attempt === 0 && known ? known : await documentStore.documents.find(documentId);
    if (document === null) throw new CodedError('NOT_FOUND', 'no such document');
    version = document.version;
    const transition = choose(document);
    if (transition === null) return { document, changed: false };
    const step = nextDocument(document, transition);
    if (step.outcome === 'repeated') return { document, changed: false };
    if (step.outcome === 'refused') {
      if (step.fenced) throw new Fenced(documentId);
      throw new CodedError(step.code, step.reason, { version });
    }
    const after = await documentStore.documents.compareAndSet(
      document,
      step.document,
      documentStore.clock.wallMs(),
    );
    if (after === null) continue;
    await notifyOwner(documentStore, after);
    return { document: after, changed: true };
  }
  throw new CodedError(
    'CONFLICT',
    'the document changed during every attempt',
    version === undefined ? {} : { version },
  );
}

/** Notifies the owner of the document's state. Never rejects: a failed notification stays due. */
export async function notifyOwner(documentStore: DocumentStore, document: StoredDocument): Promise<void> {
  const { documents, clock, notify, onNotifyFailed } = documentStore;
  const notice = noticeOf(document);
  try {
    if (notice !== null) {
      const { userId, role } = document;
      await notify({ ...notice, userId, role, event: { at: Math.round(clock.domainMs()) } } as Notice);
    }
    await documents.markNotified(document, isSettled(document.state));
  } catch (error) {
    onNotifyFailed(error as Error);
  }
}

/**
 * A worker takes a document over and gets a new fencing token; results of earlier workers are then refused.
 * @returns null when processing has already ended
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION (the file is not uploaded yet)
 */
export async function startProcessing(
  documentStore: DocumentStore,
  documentId: DocumentId,
): Promise<{ document: StoredDocument; fence: number } | null> {
  const { document, changed } = await applyToDocument(documentStore, documentId, () => ({
    type: 'start',
    at: documentStore.clock.wallMs(),
  }));
  return changed ? { document, fence: document.fence } : null;
}

/**
 * Stores the clean copy of a document.
 * @returns changed false: it was already stored with the same fencing token
 * @throws Fenced when another worker has taken over: the copy of that worker is used
 */
export function finishProcessing(
  documentStore: DocumentStore,
  documentId: DocumentId,
  result: { fence: number; clean: CleanCopy; facts: DocumentFacts },
): Promise<AppliedToDocument> {
  return applyToDocument(documentStore, documentId, () => ({
    type: 'finish',
    at: documentStore.clock.wallMs(),
    ...result,
  }));
}

/** Rejects the document. @throws Fenced */
export function rejectProcessing(
  documentStore: DocumentStore,
  documentId: DocumentId,
  result: { fence: number; code: DocumentRejection },
): Promise<AppliedToDocument> {
  return applyToDocument(documentStore, documentId, () => ({
    type: 'reject',
    at: documentStore.clock.wallMs(),
    ...result,
  }));
}
