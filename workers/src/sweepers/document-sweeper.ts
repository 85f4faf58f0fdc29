import type { RegionId } from '@rideline/contract';
import { ownsBucket } from '@rideline/fleet/documents/bucket-owner';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { removeOrphans, SWEPT_PREFIXES } from '@rideline/fleet/documents/orphans';
import type { Database } from '@rideline/fleet/store/database';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import { startLeaderLoop } from '../leader-loop.ts';
import { type DocumentSweep, sweepDocument } from './document-sweep.ts';
import type { SweeperMetrics } from './metrics.ts';

const SWEEP_INTERVAL_MS = 2000;
/** Most documents of one sweep; the next sweep is two seconds later. */
const DOCUMENTS_PER_SWEEP = 200;
const CONCURRENCY = 10;
/** Longer than the slowest sweep: one with an S3 server that hangs (200 documents, 10 at a time, two attempts of 10 s each) is cut short before. */
const LEASE_MS = 60_000;
/** Interval of orphan sweeps of one page of the bucket, ms: about 30,000 objects an hour. */
const ORPHAN_INTERVAL_MS = 60_000;
const ORPHAN_PAGE = 500;

export interface DocumentSweeperOptions extends Omit<DocumentSweep, 'store'> {
  readonly db: Database;
  readonly store: ObjectStore;
  readonly member: string;
  readonly region: RegionId;
  readonly state: RedisClient;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

/**
 * Finishes documents that a crash, a lost hint or a missing `complete` left behind, and removes orphaned objects. It has its own loop: an S3
 * server that hangs must not delay the sweep of trips. One process at a time by a lease, which only saves work.
 */
export function startDocumentSweeper(options: DocumentSweeperOptions): { stop(): Promise<void> } {
  const { metrics, logger } = options;
  const orphans = orphanSweep(options);
  return startLeaderLoop({
    ...options,
    name: 'document-sweeper',
    leaseMs: LEASE_MS,
    everyMs: SWEEP_INTERVAL_MS,
    async round(signal) {
      await sweepDocuments(options, signal);
      await orphans();
      return 'idle';
    },
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'document sweep failed');
    },
  });
}

/** Sweeps the documents that are due; a document that fails is due again in the next sweep. */
export async function sweepDocuments(options: DocumentSweeperOptions, signal: AbortSignal): Promise<void> {
  const { documentStore } = options;
  const nowMs = documentStore.clock.wallMs();
  const due = await documentStore.documents.due(nowMs, DOCUMENTS_PER_SWEEP);
  const next = due[Symbol.iterator]();
  const work = async () => {
    for (const document of next) {
      if (signal.aborted) return;
      await sweepOne(options, document, nowMs);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

async function sweepOne(
  options: DocumentSweeperOptions,
  document: StoredDocument,
  nowMs: number,
): Promise<void> {
  const { documentStore, metrics, logger } = options;
  try {
    metrics.swept_documents_total.inc({ outcome: await sweepDocument(options, document) });
  } catch (error) {
    metrics.sweep_failures_total.inc();
    logger.warn(
      { document: document._id, reason: (error as Error).message },
      'sweep of a document failed; it is retried',
    );
  }
  await documentStore.documents.postponeIfDue(document._id, 'nextCheckAt', nowMs);
}

/** Returns a function that sweeps the next page of the bucket when one is due, in endless rounds. */
function orphanSweep({
  documentStore,
  db,
  store,
  metrics,
  logger,
}: DocumentSweeperOptions): () => Promise<void> {
  let dueAtMs = 0;
  let position = { prefix: 0, after: null as string | null };
  let warned = false;
  return async () => {
    const nowMs = documentStore.clock.wallMs();
    if (nowMs < dueAtMs) return;
    dueAtMs = nowMs + ORPHAN_INTERVAL_MS;
    if (!(await ownsBucket(db, store))) {
      if (!warned) logger.warn('the bucket belongs to another database: its orphans are not removed');
      warned = true;
      return;
    }
    const prefix = SWEPT_PREFIXES[position.prefix] ?? SWEPT_PREFIXES[0];
    const page = { after: position.after, limit: ORPHAN_PAGE, nowMs };
    const { removed, next } = await removeOrphans({ stored: documentStore.documents, store }, prefix, page);
    metrics.orphan_objects_total.inc(removed);
    position =
      next === null
        ? { prefix: (position.prefix + 1) % SWEPT_PREFIXES.length, after: null }
        : { ...position, after: next };
  };
}
