import type { RegionId } from '@rideline/contract';
import type { DocumentStore } from '@rideline/fleet/documents/document-store';
import { openDrainMeter } from '@rideline/fleet/documents/drain-meter';
import type { Clock } from '@rideline/platform/process/clock';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import { JobPostponed, openQueueWorker, type QueueJob } from '@rideline/platform/queues/queues';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import { createCheckerPool } from './checking/checker-pool.ts';
import { createFairTurns } from './fair-turns.ts';
import type { DocumentMetrics } from './metrics.ts';
import { type ProcessingParts, processDocument } from './process-document.ts';
import { openVirusScanner } from './virus-scanner.ts';
import { openWorkFolders } from './work-folders.ts';

export interface DocumentsOptions {
  readonly region: RegionId;
  /** Name of the process. */
  readonly owner: string;
  readonly store: ObjectStore;
  readonly state: RedisClient;
  readonly stateUrl: string;
  readonly clock: Clock;
  readonly health: Health;
  readonly metrics: DocumentMetrics;
  readonly logger: Logger;
  readonly documentStore: DocumentStore;
  /** Limit of all workers of the region together. */
  readonly perMinute: number;
  /** Address of ClamAV's daemon; without one files are not scanned. */
  readonly clamd: { readonly host: string; readonly port: number } | undefined;
  /** Most child processes. */
  readonly checkers: number;
}

/** Documents in work: one mostly waits, for S3, MongoDB and a free child. */
const CONCURRENCY = 10;
/** Of one owner: others find a turn at once, however many files one sends. */
const CONCURRENCY_PER_OWNER = 5;
/** Jobs taken from the queue, which does not know owners: those over the turns wait in this process, more of them than one owner can have. */
const JOBS = 64;

/** processes the queue `document-processing`. */
export async function startDocuments(options: DocumentsOptions): Promise<{ stop(): Promise<void> }> {
  const { region, documentStore, store, state, clock, metrics, logger, perMinute } = options;
  const folders = await openWorkFolders();
  const checkers = createCheckerPool({
    children: options.checkers,
    folder: folders.root,
    onFailure({ why, message }) {
      metrics.document_checker_failures_total.inc({ why });
      logger.warn({ why, reason: message }, 'a checker did not answer');
    },
  });
  const turns = createFairTurns({
    most: CONCURRENCY,
    mostPerOwner: CONCURRENCY_PER_OWNER,
    mostWaiting: JOBS,
    // Only when this worker stops: another one takes the job.
    refused: (why) => new JobPostponed(`no turn for the document: ${why}`, 0),
  });
  const parts: ProcessingParts = {
    documentStore,
    store,
    checkers,
    turns,
    ...(options.clamd ? { scanner: openVirusScanner(options.clamd) } : {}),
    folders,
    onTaken: (waitedMs) => metrics.document_wait_seconds.observe(Math.max(0, waitedMs) / 1000),
    onLeftBehind: (error) =>
      logger.warn({ reason: error.message }, 'an object that is no longer needed stays until it is swept'),
  };
  const meter = openDrainMeter({ state, region, clock });
  const lost = (error: Error) =>
    logger.debug({ reason: error.message }, 'a measurement of the queue was lost');
  const worker = openQueueWorker({
    url: options.stateUrl,
    region,
    name: 'document-processing',
    owner: options.owner,
    metrics,
    log: logger,
    concurrency: JOBS,
    perMinute,
    onStarted: () => void meter.started().catch(lost),
    onIdle: () => void meter.idle().catch(lost),
    process: (job) => measured(options, parts, job),
  });
  return {
    async stop() {
      turns.close();
      await worker.close();
      await checkers.close();
      await folders.close();
    },
  };
}

async function measured(
  { metrics, health }: DocumentsOptions,
  parts: ProcessingParts,
  job: QueueJob,
): Promise<void> {
  const end = metrics.document_seconds.startTimer();
  try {
    const outcome = await processDocument(parts, job);
    metrics.documents_total.inc({ outcome });
    if (outcome === 'clean') health.cleared('documents');
  } catch (error) {
    if (error instanceof JobPostponed) {
      metrics.documents_total.inc({ outcome: 'postponed' });
      health.degraded('documents', error.message);
    }
    throw error;
  } finally {
    end();
  }
}
