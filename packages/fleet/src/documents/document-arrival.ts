import { CodedError } from '@rideline/contract';
import type { ObjectHead, ObjectStore } from '@rideline/platform/s3';
import type { FiledDocument } from './document.ts';
import { type AppliedToDocument, applyToDocument, type DocumentDesk } from './document-desk.ts';
import { type DocumentQueue, enqueueDocument } from './document-queue.ts';

/** What it takes to look at a file that is said to have arrived. */
export interface Arrivals {
  readonly desk: DocumentDesk;
  readonly store: Pick<ObjectStore, 'head'>;
  readonly queue: DocumentQueue;
  /** The job is not in the queue yet: the sweeper puts it there some seconds later. */
  readonly onNotQueued: (error: Error) => void;
}

/** Whether the object is what was announced, as far as the server tells. */
export function isAsAnnounced(document: FiledDocument, head: ObjectHead): boolean {
  if (head.size !== document.size || head.contentType !== document.contentType) return false;
  return head.sha256 === null || head.sha256 === Buffer.from(document.sha256, 'hex').toString('base64');
}

/**
 * A file is said to be there: by its owner, by the bucket's event, or because it is time to look. Nobody is believed: the object is looked
 * at, and one conditional write files it, whoever was first. Once it is written its end is certain; the queue is told, and if that fails
 * the sweeper does it.
 * @returns `absent`: nothing has arrived
 * @throws CodedError GONE when the form has run out and was closed · UNAVAILABLE, TIMEOUT of the store or the record
 */
export async function takeArrival(
  arrivals: Arrivals,
  document: FiledDocument,
): Promise<AppliedToDocument | 'absent'> {
  const { desk, store, queue, onNotQueued } = arrivals;
  if (document.state.name === 'expired') throw new CodedError('GONE');
  if (document.state.name !== 'granted') return { document, changed: false };
  const head = await store.head(document.key);
  if (head === null) return 'absent';
  const at = desk.clock.wallMs();
  const applied = await applyToDocument(
    desk,
    document._id,
    ({ state }) => {
      if (state.name !== 'granted') return null;
      return isAsAnnounced(document, head)
        ? { type: 'upload', at, etag: head.etag }
        : { type: 'refuse', at, code: 'BYTES_DIFFER' };
    },
    document,
  );
  if (applied.document.state.name === 'uploaded') {
    await enqueueDocument(queue, applied.document).catch((error: Error) => onNotQueued(error));
  }
  return applied;
}
