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
/** Documents looked at in one sweep; the next one is two seconds away. */
const DOCUMENTS_PER_SWEEP = 200;
/** Of them at a time. */
const AT_A_TIME = 10;
/** Longer than the slowest sweep: 200 documents at 10 a time, two tries of 10 s each at a store that hangs, is cut off before. */
const LEASE_MS = 60_000;
/** One page of the bucket is looked through after this, ms: some ten thousand objects an hour cost nobody anything. */
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
 * Looks after documents that a crash, a lost hint or a forgetful phone left behind, and removes objects that belong to nobody. It has a
 * loop of its own: an object store that hangs must not keep trips from being swept. One process at a time by a lease, which only saves work.
 */
export function startDocumentSweeper(options: DocumentSweeperOptions): { stop(): Promise<void> } {
  const { metrics, logger } = options;
  const orphans = orphanSweep(options);
  return startLeaderLoop({
    ...options,
    name: 'document-sweeper',
    leaseMs: LEASE_MS,
    everyMs: SWEEP_INTERVAL_MS,
    async turn(signal) {
      await sweepDocuments(options, signal);
      await orphans();
      return 'idle';
    },
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'a sweep of documents failed');
    },
  });
}

/** Everything whose time has come; one that fails is due again in the next sweep. */
export async function sweepDocuments(options: DocumentSweeperOptions, signal: AbortSignal): Promise<void> {
  const { documentStore } = options;
  const due = await documentStore.documents.due(documentStore.clock.wallMs(), DOCUMENTS_PER_SWEEP);
  const next = due[Symbol.iterator]();
  const work = async () => {
    for (const document of next) {
      if (signal.aborted) return;
      await sweepOne(options, document);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

async function sweepOne(options: DocumentSweeperOptions, document: StoredDocument): Promise<void> {
  const { metrics, logger } = options;
  try {
    metrics.swept_documents_total.inc({ outcome: await sweepDocument(options, document) });
  } catch (error) {
    metrics.sweep_failures_total.inc();
    logger.warn({ document: document._id, reason: (error as Error).message }, 'a document is swept again');
  }
}

/** Goes through the bucket a page at a time, for ever. */
function orphanSweep({
  documentStore,
  db,
  store,
  metrics,
  logger,
}: DocumentSweeperOptions): () => Promise<void> {
  let dueAtMs = 0;
  let place = { prefix: 0, after: null as string | null };
  let warned = false;
  return async () => {
    const nowMs = documentStore.clock.wallMs();
    if (nowMs < dueAtMs) return;
    dueAtMs = nowMs + ORPHAN_INTERVAL_MS;
    if (!(await ownsBucket(db, store))) {
      if (!warned) logger.warn('the bucket belongs to another database: orphans in it are left alone');
      warned = true;
      return;
    }
    const prefix = SWEPT_PREFIXES[place.prefix] ?? SWEPT_PREFIXES[0];
    const page = { after: place.after, limit: ORPHAN_PAGE, nowMs };
    const { removed, next } = await removeOrphans({ stored: documentStore.documents, store }, prefix, page);
    metrics.orphan_objects_total.inc(removed);
    place =
      next === null
        ? { prefix: (place.prefix + 1) % SWEPT_PREFIXES.length, after: null }
        : { ...place, after: next };
  };
}
