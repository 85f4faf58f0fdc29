import { createDocumentStore } from '@rideline/fleet/documents/document-store';
import { openDocumentWait } from '@rideline/fleet/documents/drain-meter';
import { createNotifier } from '@rideline/fleet/notifications/notification-queue';
import type { Database } from '@rideline/fleet/store/database';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import { openQueueJobs } from '@rideline/platform/queues/queue-jobs';
import { QUEUE_NAMES } from '@rideline/platform/queues/queue-table';
import { openQueue } from '@rideline/platform/queues/queues';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { openObjectStore } from '@rideline/platform/s3/object-store';
import { openS3Credentials } from '@rideline/platform/s3/s3-credentials';
import { createPostSigner } from '@rideline/platform/s3/s3-post';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Dependencies } from '../process/dependency.ts';
import type { DocumentParts, ObjectParts } from './document-parts.ts';

/** Interval between two alarms of a deep queue, ms. */
const DEEP_AGAIN_MS = 60_000;

interface Options {
  readonly dependencies: Dependencies;
  readonly config: ApiConfig;
  readonly db: Database;
  readonly state: RedisClient;
  readonly clock: Clock;
  readonly metrics: ApiMetrics;
  readonly log: Logger;
  readonly onStop: OnStop;
}

/** Reports at most once a minute that more workers are needed. */
function deepQueueAlarm({ clock, log, metrics }: Options): (waiting: number) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (waiting) => {
    metrics.document_queue_deep_total.inc();
    const nowMs = clock.wallMs();
    if (nowMs - saidAt < DEEP_AGAIN_MS) return;
    saidAt = nowMs;
    log.error({ code: 'SCALE_001', waiting }, 'the document queue is too deep: more workers are needed');
  };
}

/** Opens the parts of the document routes: the queues, and the object store where one is configured. */
export function openDocuments(options: Options): DocumentParts {
  const { config, db, state, clock, metrics, log, onStop } = options;
  const { region, process: owner, redisStateUrl: url, s3, documentsPerMinute: perMinute } = config;
  const shared = { url, region, owner, metrics, log };
  const notifications = openQueue({ ...shared, name: 'notification' });
  onStop('connections', 'notification queue', () => notifications.close());
  const queue = openQueue({ ...shared, name: 'document-processing' });
  onStop('connections', 'document queue', () => queue.close());
  const jobs = QUEUE_NAMES.map((name) => openQueueJobs({ ...shared, name }));
  onStop('connections', 'job lists', async () => {
    await Promise.all(jobs.map((one) => one.close()));
  });
  const documentStore = createDocumentStore({
    db,
    region,
    clock,
    notify: createNotifier(notifications, region, 'document-processed'),
    onNotifyFailed: (error) =>
      log.warn({ reason: error.message }, 'the owner of a document is notified later'),
  });
  let objects: ObjectParts | null = null;
  if (s3 !== undefined) {
    const credentials = openS3Credentials(s3);
    const store = openObjectStore(s3, credentials);
    onStop('connections', 'object store', async () => store.close());
    const onNotQueued = (error: Error) => log.warn({ reason: error.message }, 'a document is queued later');
    objects = {
      store,
      sign: createPostSigner(s3, credentials),
      arrivals: { documentStore, store, queue, onNotQueued },
    };
  }
  const wait = openDocumentWait({ state, region, clock, perMinute });
  return {
    ...options.dependencies,
    documentStore,
    db,
    region,
    objects,
    wait: wait.of,
    jobs,
    types: config.documentTypes,
    eventSecret: config.bucketEventSecret,
    onDeepQueue: deepQueueAlarm(options),
  };
}
