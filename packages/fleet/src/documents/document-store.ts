import {
  CodedError,
  type DocumentFacts,
  type DocumentId,
  type DocumentRejection,
  type RegionId,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { Notice } from '../notifications/notification-queue.ts';
import type { Models } from '../store/models.ts';
import { type CleanCopy, type FiledDocument, isSettled } from './document.ts';
import { type DocumentRecord, openDocumentRecord } from './document-documents.ts';
import { noticeOf } from './document-notice.ts';
import { type DocumentTransition, nextDocument } from './document-transition.ts';

/** Where transitions of documents are written and told on. */
export interface DocumentDesk {
  readonly record: DocumentRecord;
  readonly region: RegionId;
  readonly clock: Clock;
  /** Into the queue `notification`. It may reject: then the sweeper tells it. */
  readonly notify: (notice: Notice) => Promise<void>;
  /** The owner was not told yet: the sweeper does it some seconds later. */
  readonly onUntold: (error: Error) => void;
}

/** Other writes of the same document that one transition gives way to. */
const ATTEMPTS = 8;

export function createDocumentDesk(options: {
  models: Pick<Models, 'documents'>;
  region: RegionId;
  clock: Clock;
  notify: (notice: Notice) => Promise<void>;
  onUntold: (error: Error) => void;
}): DocumentDesk {
  const { models, region, clock, notify, onUntold } = options;
  return { record: openDocumentRecord(models, region), region, clock, notify, onUntold };
}

export interface AppliedToDocument {
  /** As it stands now. */
  readonly document: FiledDocument;
  readonly changed: boolean;
}

/** A worker that is not the newest to have taken this document: what it made is thrown away. */
export class Fenced extends Error {
  constructor(documentId: DocumentId) {
    super(`another worker has taken document ${documentId} over`);
    this.name = 'Fenced';
  }
}

/**
 * Applies one transition to a document: read, step, conditional write; again when another write came between; then its owner is told.
 * `choose` is asked on every reading; null leaves the document as it is. `known`: a reading that the caller has already.
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · GONE · VALIDATION · CONFLICT with the version, after too many other writes
 * @throws Fenced
 */
export async function applyToDocument(
  desk: DocumentDesk,
  documentId: DocumentId,
  choose: (document: FiledDocument) => DocumentTransition | null,
  known?: FiledDocument,
): Promise<AppliedToDocument> {
  let version: number | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const document = attempt === 0 && known ? known : await desk.record.find(documentId);
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
    const after = await desk.record.compareAndSet(document, step.document, desk.clock.wallMs());
    if (after === null) continue;
    await tellOwner(desk, after);
    return { document: after, changed: true };
  }
  throw new CodedError('CONFLICT', 'the document changes too fast', version === undefined ? {} : { version });
}

/** Says to the owner how his document stands. Never rejects: what is not told stays due. */
export async function tellOwner(desk: DocumentDesk, document: FiledDocument): Promise<void> {
  const { record, clock, notify, onUntold } = desk;
  const notice = noticeOf(document);
  try {
    if (notice !== null) {
      const { userId, role } = document;
      await notify({ ...notice, userId, role, event: { at: Math.round(clock.domainMs()) } } as Notice);
    }
    await record.markTold(document, isSettled(document.state));
  } catch (error) {
    onUntold(error as Error);
  }
}

/**
 * A worker takes a document. From now on it holds `fence`, and every worker that had it before has lost it.
 * @returns null when there is nothing to do any more
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION (nothing was uploaded yet)
 */
export async function startProcessing(
  desk: DocumentDesk,
  documentId: DocumentId,
): Promise<{ document: FiledDocument; fence: number } | null> {
  const { document, changed } = await applyToDocument(desk, documentId, () => ({
    type: 'start',
    at: desk.clock.wallMs(),
  }));
  return changed ? { document, fence: document.fence } : null;
}

/**
 * The clean copy is in its place.
 * @returns changed false: it was written already, by the same fence
 * @throws Fenced when another worker has taken over: its copy counts, not this one
 */
export function finishProcessing(
  desk: DocumentDesk,
  documentId: DocumentId,
  result: { fence: number; clean: CleanCopy; facts: DocumentFacts },
): Promise<AppliedToDocument> {
  return applyToDocument(desk, documentId, () => ({ type: 'finish', at: desk.clock.wallMs(), ...result }));
}

/** The document is not taken. @throws Fenced */
export function rejectProcessing(
  desk: DocumentDesk,
  documentId: DocumentId,
  result: { fence: number; code: DocumentRejection },
): Promise<AppliedToDocument> {
  return applyToDocument(desk, documentId, () => ({ type: 'reject', at: desk.clock.wallMs(), ...result }));
}
