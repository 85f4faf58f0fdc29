import { CodedError } from '@rideline/contract';
import type { ObjectHead, ObjectStore } from '@rideline/platform/s3/object-store';
import type { StoredDocument } from './document-collection.ts';
import { type DocumentQueue, enqueueDocument } from './document-queue.ts';
import { type AppliedToDocument, applyToDocument, type DocumentStore } from './document-store.ts';

/** What is needed to check for an uploaded file. */
export interface Arrivals {
  readonly documentStore: DocumentStore;
  readonly store: Pick<ObjectStore, 'head'>;
  readonly queue: DocumentQueue;
  /** The job could not be queued: the sweeper queues it some seconds later. */
  readonly onNotQueued: (error: Error) => void;
}

/** Whether the object matches the announcement, by the data that the S3 server returns. */
export function matchesAnnouncement(document: StoredDocument, head: ObjectHead): boolean {
  if (head.size !== document.size || head.contentType !== document.contentType) return false;
  return head.sha256 === null || head.sha256 === Buffer.from(document.sha256, 'hex').toString('base64');
}

/**
 * Whether the document still waits for its file.
 * @throws CodedError GONE when the form has expired
 */
export function isAwaited({ state }: StoredDocument): boolean {
  if (state.name === 'expired') throw new CodedError('GONE');
  return state.name === 'granted';
}

/**
 * Stores that the file has arrived, with one conditional write. From then on processing will end: the job is queued here, or by the
 * sweeper if that fails.
 * @throws CodedError GONE when the form has expired in the meantime · errors of MongoDB
 */
export async function storeArrival(
  { documentStore, queue, onNotQueued }: Omit<Arrivals, 'store'>,
  document: StoredDocument,
  head: ObjectHead,
): Promise<AppliedToDocument> {
  const at = documentStore.clock.wallMs();
  const matches = matchesAnnouncement(document, head);
  const applied = await applyToDocument(
    documentStore,
    document._id,
    ({ state }) => {
      if (matches) return { type: 'upload', at, etag: head.etag };
      return state.name === 'granted' ? { type: 'refuse', at, code: 'BYTES_DIFFER' } : null;
    },
    document,
  );
  if (applied.document.state.name === 'uploaded') {
    await enqueueDocument(queue, applied.document).catch((error: Error) => onNotQueued(error));
  }
  return applied;
}

/**
 * Checks whether the file was uploaded: after the owner's `complete`, after an event of the bucket, or in a sweep. The object is always
 * read from S3; the caller's claim is not trusted.
 * @returns `absent`: there is no file
 * @throws CodedError GONE when the form has expired · UNAVAILABLE, TIMEOUT of S3 or MongoDB
 */
export async function checkArrival(
  arrivals: Arrivals,
  document: StoredDocument,
): Promise<AppliedToDocument | 'absent'> {
  if (!isAwaited(document)) return { document, changed: false };
  const head = await arrivals.store.head(document.key);
  return head === null ? 'absent' : storeArrival(arrivals, document, head);
}
