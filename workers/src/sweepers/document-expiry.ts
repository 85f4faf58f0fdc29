import { toIsoTime } from '@rideline/contract';
import { endOf } from '@rideline/fleet/documents/compliance';
import { isSettled } from '@rideline/fleet/documents/document';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { applyToDocument, type DocumentStore } from '@rideline/fleet/documents/document-store';
import { nextDocument } from '@rideline/fleet/documents/document-transition';
import { expiryStep } from '@rideline/fleet/documents/expiry';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { startLeaderLoop } from '../leader-loop.ts';
import type { SweeperMetrics } from './metrics.ts';

const CHECK_INTERVAL_MS = 2000;
const LEASE_MS = 10_000;
/** Documents checked per round; rounds are two seconds apart. */
const DOCUMENTS_PER_ROUND = 200;

export interface ExpiryWatchOptions {
  readonly documentStore: DocumentStore;
  readonly state: RedisClient;
  readonly member: string;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

/**
 * Reminds owners before their documents expire, and records the expiry. One process at a time by a lease, which only saves work: a reminder
 * is deduplicated by its id. Matching does not depend on it: it compares the documents' expiry itself.
 */
export function startExpiryWatch(options: ExpiryWatchOptions): { stop(): Promise<void> } {
  const { metrics, logger } = options;
  return startLeaderLoop({
    ...options,
    name: 'document-expiry',
    region: options.documentStore.region,
    leaseMs: LEASE_MS,
    everyMs: CHECK_INTERVAL_MS,
    async round() {
      await checkExpiries(options);
      return 'idle';
    },
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'expiring documents are checked in the next round');
    },
  });
}

/** Handles every document whose validity has to be checked. @returns their number */
export async function checkExpiries(
  options: Pick<ExpiryWatchOptions, 'documentStore' | 'metrics' | 'logger'>,
): Promise<number> {
  const { documentStore, metrics, logger } = options;
  const nowMs = documentStore.clock.wallMs();
  const due = await documentStore.documents.expiryDue(nowMs, DOCUMENTS_PER_ROUND);
  for (const document of due) {
    try {
      await checkExpiry(options, document);
    } catch (error) {
      metrics.sweep_failures_total.inc();
      logger.warn(
        { document: document._id, reason: (error as Error).message },
        "check of a document's expiry failed; it is retried",
      );
    }
    await documentStore.documents.postponeIfDue(document._id, 'expiryCheckAt', nowMs);
  }
  return due.length;
}

async function checkExpiry(
  { documentStore, metrics }: Pick<ExpiryWatchOptions, 'documentStore' | 'metrics'>,
  document: StoredDocument,
) {
  const { state } = document;
  if (state.name !== 'processed' || state.review.name !== 'approved' || state.review.validUntil === null)
    return;
  const { at: approvedAt, validUntil } = state.review;
  const step = expiryStep(approvedAt, validUntil, documentStore.clock.wallMs());
  // Owners that have submitted a later document are not notified.
  const renewed = step.due === 'nothing' || (await hasLaterDocument(documentStore, document));
  if (step.due === 'end_validity') {
    if (renewed) await expireQuietly(documentStore, document);
    else await applyToDocument(documentStore, document._id, expiryOf(documentStore, validUntil));
    metrics.document_expiries_total.inc({ step: 'lapsed' });
    return;
  }
  if (step.due === 'reminder' && !renewed) {
    await remind(documentStore, document, { days: step.days, validUntil });
    metrics.document_expiries_total.inc({ step: `reminded_${step.days}` });
  }
  await documentStore.documents.postponeExpiry(document, new Date(step.next));
}

/** null when a reviewer has changed the decision in the meantime. */
function expiryOf(documentStore: DocumentStore, validUntil: number) {
  return ({ state }: StoredDocument) => {
    const approved = state.name === 'processed' && state.review.name === 'approved' ? state.review : null;
    return approved?.validUntil === validUntil
      ? ({ type: 'end_validity', at: documentStore.clock.wallMs() } as const)
      : null;
  };
}

async function hasLaterDocument(documentStore: DocumentStore, document: StoredDocument): Promise<boolean> {
  const others = await documentStore.documents.ofUser(document.userId, document.type);
  return others.some((other) => other._id !== document._id && endOf(other) > endOf(document));
}

/** The same write without a notification; when another write came first, the next round handles the document. */
async function expireQuietly({ documents, clock }: DocumentStore, document: StoredDocument): Promise<void> {
  const step = nextDocument(document, { type: 'end_validity', at: clock.wallMs() });
  if (step.outcome !== 'changed') return;
  const after = await documents.compareAndSet(document, step.document, clock.wallMs());
  if (after !== null) await documents.markNotified(after, isSettled(after.state));
}

/** @throws Error when the queue does not accept it; the reminder stays due */
async function remind(
  { notify, clock }: DocumentStore,
  { _id, userId, role, type }: StoredDocument,
  { days, validUntil }: { days: number; validUntil: number },
): Promise<void> {
  await notify({
    // A new expiry, set by a later approval, gets new reminders.
    notificationId: `${_id}-${days}d-${Math.floor(validUntil / 1000).toString(36)}`,
    kind: 'document_expiring',
    userId,
    role,
    event: { at: Math.round(clock.domainMs()) },
    data: { documentId: _id, documentType: type, days, validUntil: toIsoTime(validUntil) },
  });
}
