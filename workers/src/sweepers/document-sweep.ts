import { unreachable } from '@rideline/fleet/documents/document';
import { type Arrivals, checkArrival } from '@rideline/fleet/documents/document-arrival';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { JOB_CHECK_MS, NOTIFY_RETRY_MS } from '@rideline/fleet/documents/document-due';
import { enqueueDocument, jobIdOf } from '@rideline/fleet/documents/document-queue';
import { applyToDocument, notifyOwner } from '@rideline/fleet/documents/document-store';
import type { QueueJobs } from '@rideline/platform/queues/queue-jobs';

/** Times that a dead job is brought back; then the owner is told to send his document again. */
const REVIVALS = 2;
/** Jobs that wait for their turn are looked at again after this, ms: a queue of thousands is nobody's fault. */
const WAITING_CHECK_MS = 60_000;

/** What was done: found: a forgotten complete · expired: a form that nobody used · queued: the queue had lost it · revived, given_up: its job had died · told: its owner · left: nothing to do. */
export type SweepOutcome = 'found' | 'expired' | 'queued' | 'revived' | 'given_up' | 'told' | 'left';

export interface DocumentSweep extends Arrivals {
  readonly jobs: QueueJobs;
}

/** Does what is due of one document. It may be done twice, and at the same time as everything else: each step is a compare-and-set. */
export async function sweepDocument(sweep: DocumentSweep, document: StoredDocument): Promise<SweepOutcome> {
  const { state } = document;
  switch (state.name) {
    case 'granted':
      return endGrant(sweep, document);
    case 'uploaded':
    case 'processing':
      return mindJob(sweep, document);
    case 'processed':
    case 'rejected':
    case 'expired':
      return tellAgain(sweep, document);
    default:
      return unreachable(state);
  }
}

/** The form has run out: the file is looked for once more, and without one the grant is closed. */
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

/** Has a document that is uploaded, or in work, still a job? */
async function mindJob(sweep: DocumentSweep, document: StoredDocument): Promise<SweepOutcome> {
  const { documentStore, jobs, queue } = sweep;
  const nowMs = documentStore.clock.wallMs();
  if (document.told < document.version) await notifyOwner(documentStore, document);
  const job = await jobs.find(jobIdOf(document));
  const again = (waitMs: number) => documentStore.documents.postpone(document, new Date(nowMs + waitMs));
  if (job === null) {
    await enqueueDocument(queue, document);
    await again(JOB_CHECK_MS);
    return 'queued';
  }
  if (job.status === 'waiting' || job.status === 'active') {
    await again(job.status === 'waiting' ? WAITING_CHECK_MS : JOB_CHECK_MS);
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

async function tellAgain({ documentStore }: DocumentSweep, document: StoredDocument): Promise<SweepOutcome> {
  await documentStore.documents.postpone(document, new Date(documentStore.clock.wallMs() + NOTIFY_RETRY_MS));
  await notifyOwner(documentStore, document);
  return 'told';
}
