import { unreachable } from '@rideline/fleet/documents/document';
import { type Arrivals, checkArrival } from '@rideline/fleet/documents/document-arrival';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { JOB_CHECK_MS, NOTIFY_RETRY_MS } from '@rideline/fleet/documents/document-due';
import { enqueueDocument, jobIdOf } from '@rideline/fleet/documents/document-queue';
import { applyToDocument, notifyOwner } from '@rideline/fleet/documents/document-store';
import type { QueueJobs } from '@rideline/platform/queues/queue-jobs';

/** Revivals of a dead job; after that the owner is asked to upload the document again. */
const REVIVALS = 2;
/** Interval of checks of waiting jobs, ms: a long queue is not a fault. */
const WAITING_CHECK_MS = 60_000;

/** Outcome of a sweep. found: the file was uploaded without `complete` · expired: the form was not used · queued: the job was missing · revived, given_up: the job had died · told: the owner was notified · left: nothing was due. */
export type SweepOutcome = 'found' | 'expired' | 'queued' | 'revived' | 'given_up' | 'told' | 'left';

export interface DocumentSweep extends Arrivals {
  readonly jobs: QueueJobs;
}

/** Performs the step that is due for a document. It may run twice and concurrently with any other step: each one is a compare-and-set. */
export async function sweepDocument(sweep: DocumentSweep, document: StoredDocument): Promise<SweepOutcome> {
  const { state } = document;
  switch (state.name) {
    case 'granted':
      return endGrant(sweep, document);
    case 'uploaded':
    case 'processing':
      return checkJob(sweep, document);
    case 'processed':
    case 'rejected':
    case 'expired':
      return notifyAgain(sweep, document);
    default:
      return unreachable(state);
  }
}

/** The form has expired: checks for the file once more; without one the grant expires. */
async function endGrant(sweep: DocumentSweep, document: StoredDocument): Promise<SweepOutcome> {
  const { documentStore } = sweep;
  const arrival = await checkArrival(sweep, document);
  if (arrival !== 'absent') return arrival.changed ? 'found' : 'left';
  const at = documentStore.clock.wallMs();
  const { changed } = await applyToDocument(documentStore, document._id, ({ state }) =>
    state.name === 'granted' && at >= state.expiresAt ? { type: 'expire', at } : null,
  );
  return changed ? 'expired' : 'left';
}

/** Checks the job of an uploaded or processing document: queues a missing one, revives a dead one. */
async function checkJob(sweep: DocumentSweep, document: StoredDocument): Promise<SweepOutcome> {
  const { documentStore, jobs, queue } = sweep;
  const nowMs = documentStore.clock.wallMs();
  if (document.told < document.version) await notifyOwner(documentStore, document);
  const job = await jobs.find(jobIdOf(document));
  const postpone = (waitMs: number) => documentStore.documents.postpone(document, new Date(nowMs + waitMs));
  if (job === null) {
    await enqueueDocument(queue, document);
    await postpone(JOB_CHECK_MS);
    return 'queued';
  }
  if (job.status === 'waiting' || job.status === 'active') {
    await postpone(job.status === 'waiting' ? WAITING_CHECK_MS : JOB_CHECK_MS);
    return 'left';
  }
  if (document.revivals >= REVIVALS) {
    const { changed } = await applyToDocument(documentStore, document._id, () => ({
      type: 'give_up',
      at: nowMs,
    }));
    return changed ? 'given_up' : 'left';
  }
  const { changed } = await applyToDocument(documentStore, document._id, (now) =>
    now.version === document.version ? { type: 'revive', at: nowMs } : null,
  );
  if (!changed) return 'left';
  await jobs.revive(jobIdOf(document), job.status);
  return 'revived';
}

async function notifyAgain(
  { documentStore }: DocumentSweep,
  document: StoredDocument,
): Promise<SweepOutcome> {
  await documentStore.documents.postpone(document, new Date(documentStore.clock.wallMs() + NOTIFY_RETRY_MS));
  await notifyOwner(documentStore, document);
  return 'told';
}
