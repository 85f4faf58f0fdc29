import { CodedError } from '@rideline/contract';
import type { ObjectHead, ObjectStore } from '@rideline/platform/s3/object-store';
import type { StoredDocument } from './document-collection.ts';
import { type DocumentQueue, enqueueDocument } from './document-queue.ts';
import { type AppliedToDocument, applyToDocument, type DocumentStore } from './document-store.ts';

/** What it takes to look at a file that is said to have arrived. */
export interface Arrivals {
  readonly documentStore: DocumentStore;
  readonly store: Pick<ObjectStore, 'head'>;
  readonly queue: DocumentQueue;
  /** The job is not in the queue yet: the sweeper puts it there some seconds later. */
  readonly onNotQueued: (error: Error) => void;
}

/** Whether the object is what was announced, as far as the server tells. */
export function isAsAnnounced(document: StoredDocument, head: ObjectHead): boolean {
  if (head.size !== document.size || head.contentType !== document.contentType) return false;
  return head.sha256 === null || head.sha256 === Buffer.from(document.sha256, 'hex').toString('base64');
}

/**
 * Whether anything is to be looked for.
 * @throws CodedError GONE when the form has run out and was closed
 */
export function isAwaited({ state }: StoredDocument): boolean {
  if (state.name === 'expired') throw new CodedError('GONE');
  return state.name === 'granted';
}

/**
 * Files what was found: one conditional write, whoever was first. Once it is written its end is certain; the queue is told, and if that
 * fails the sweeper does it.
 * @throws CodedError GONE when the form was closed meanwhile · what the record throws
 */
export async function fileArrival(
  { documentStore, queue, onNotQueued }: Omit<Arrivals, 'store'>,
  document: StoredDocument,
  head: ObjectHead,
): Promise<AppliedToDocument> {
  const at = documentStore.clock.wallMs();
  const good = isAsAnnounced(document, head);
  const applied = await applyToDocument(
    documentStore,
    document._id,
    ({ state }) => {
      if (good) return { type: 'upload', at, etag: head.etag };
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
 * A file is said to be there: by its owner, by the bucket's event, or because it is time to look. Nobody is believed: the object is looked
 * at, then filed.
 * @returns `absent`: nothing has arrived
 * @throws CodedError GONE when the form has run out and was closed · UNAVAILABLE, TIMEOUT of the store or the record
 */
export async function takeArrival(
  arrivals: Arrivals,
  document: StoredDocument,
): Promise<AppliedToDocument | 'absent'> {
  if (!isAwaited(document)) return { document, changed: false };
  const head = await arrivals.store.head(document.key);
  return head === null ? 'absent' : fileArrival(arrivals, document, head);
}
