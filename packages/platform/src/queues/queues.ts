import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type RegionId } from '@rideline/contract';
import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/logger.ts';
import { openRedis, quitRedis, type RedisClient } from '../redis/redis.ts';
import { type JobName, QUEUES, type QueueName, type QueueSettings, queuePrefix } from './queue-table.ts';

/**
 * BullMQ queues as this product opens them, on the state Redis. Who adds a job fails fast: it has a record of its own and comes again.
 * Who works waits for Redis as long as it takes. A job's id is the id of the document that it is about, so that adding it twice is
 * adding it once; a dead one is retried (dead-jobs.ts), since adding it again would do nothing at all.
 */
export interface QueueOptions<Name extends QueueName> {
  /** Of the state Redis. */
  readonly url: string;
  readonly region: RegionId;
  readonly name: Name;
  /** Name of the process, for Redis' list of its clients. */
  readonly owner: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Default: those of the table. */
  readonly settings?: QueueSettings;
}

export interface QueueProducer<Name extends QueueName> {
  /**
   * Adds a job, unless one of this id is known already. `delayMs`: wall clock.
   * @throws CodedError UNAVAILABLE: then it is unknown whether it was added
   */
  add(name: JobName<Name>, data: object, options: { jobId: string; delayMs?: number }): Promise<void>;
  close(): Promise<void>;
}

/** What a worker is handed. */
export interface QueueJob {
  readonly id: string;
  readonly name: string;
  /** Whatever was added: to be parsed. */
  readonly data: unknown;
  /** 1, 2, … */
  readonly attempt: number;
  /** Whether it is a dead letter when it fails now. */
  readonly last: boolean;
}

export interface QueueWorkerOptions<Name extends QueueName> extends QueueOptions<Name> {
  /** Jobs at a time. */
  readonly concurrency: number;
  /** Most jobs of the queue that all workers together start in a minute; as many as they can when absent. */
  readonly perMinute?: number;
  /** A job was taken; there was none to take, or the limiter forbade it. Both are hints. */
  readonly onStarted?: () => void;
  readonly onHeldUp?: () => void;
  /** Rejects to be tried again; with PoisonJob when that is of no use. It may run twice for one job, so its effect must bear that. */
  readonly process: (job: QueueJob) => Promise<void>;
}

/** Thrown by a job that can never succeed: it is a dead letter at once. */
export { UnrecoverableError as PoisonJob } from 'bullmq';

/** Thrown for a job that a later version wrote: it waits for a worker that knows it, and is not a dead letter. */
export class JobOfLaterVersion extends Error {}

/** Thrown for a job that cannot be done now for no fault of its own: it comes again after `delayMs`, and no attempt is used up. */
export class JobPostponed extends Error {
  readonly delayMs: number;
  constructor(reason: string, delayMs: number) {
    super(reason);
    this.delayMs = delayMs;
  }
}

/** BullMQ takes an id of digits only, or one with a colon, for something of its own. */
const JOB_ID = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;
/** Largest data of a job, bytes of JSON. */
const JOB_BYTES = 64 * 1024;
/** Share of a backoff that chance takes off, so that what failed together does not come back together. */
const BACKOFF_JITTER = 0.5;
/** Times that a job may lose its worker before it counts as what kills its workers. */
const STALLS = 3;
/** Wait after an error of the loop itself, ms. */
const LOOP_RETRY_MS = 1000;
const CLOSE_MS = 5000;
const CLOSE_AWAY_MS = 200;
/** Wait of a job that nobody knows yet, ms. */
const PARKED_MS = 60_000;
/** Shortest window of a limiter, ms: each costs the queue a pause of some milliseconds behind its end. */
const LIMITER_WINDOW_MS = 1000;
const MINUTE_MS = 60_000;

/** Opens a queue for adding. Returns at once, also while Redis is away. */
export function openQueue<Name extends QueueName>(options: QueueOptions<Name>): QueueProducer<Name> {
  const { name, metrics } = options;
  const { queue, client } = openBullQueue(options);
  return {
    async add(jobName, data, { jobId, delayMs }) {
      if (!JOB_ID.test(jobId)) throw new TypeError(`"${jobId}" cannot be the id of a job`);
      try {
        await queue.add(jobName, data, { jobId, ...(delayMs === undefined ? {} : { delay: delayMs }) });
      } catch (cause) {
        metrics.queue_add_failures_total.inc({ queue: name });
        throw new CodedError('UNAVAILABLE', 'The queue did not take the job.', { retryAfterMs: 1000, cause });
      }
    },
    async close() {
      await queue.close();
      await quitRedis(client);
    },
  };
}

/** BullMQ's own object on a connection that fails fast; for this folder only. */
export function openBullQueue(options: QueueOptions<QueueName>): { queue: Queue; client: RedisClient } {
  const { url, region, name, owner, log, settings = QUEUES[name] } = options;
  const client = openRedis({ url, name: `${owner}:queue-${name}`, use: 'command', log });
  const queue = new Queue(name, {
    connection: client,
    prefix: queuePrefix(region),
    // Both would make the first command wait for Redis, or fail for ever when Redis was away once.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    defaultJobOptions: {
      attempts: settings.attempts,
      backoff: { type: 'exponential', delay: settings.backoffMs, jitter: BACKOFF_JITTER },
      removeOnComplete: { age: settings.keepDoneSeconds, count: settings.keepDone },
      removeOnFail: { count: settings.keepDead },
      stackTraceLimit: 1,
      sizeLimit: JOB_BYTES,
    },
  });
  // The connection's own errors are logged by it; a failed command is its caller's.
  queue.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'queue error'));
  return { queue, client };
}

/** Works on a queue until it is closed. Returns at once; while Redis is away it waits. */
export function openQueueWorker<Name extends QueueName>(
  options: QueueWorkerOptions<Name>,
): { close(): Promise<void> } {
  const { url, region, name, owner, log, metrics, settings = QUEUES[name] } = options;
  const client = openRedis({ url, name: `${owner}:worker-${name}`, use: 'blocking', log });
  const worker = new Worker(name, (job, token) => run(job, token, options.process), {
    connection: client,
    prefix: queuePrefix(region),
    concurrency: options.concurrency,
    lockDuration: settings.lockMs,
    stalledInterval: settings.stalledCheckMs,
    maxStalledCount: STALLS,
    runRetryDelay: LOOP_RETRY_MS,
    ...(options.perMinute === undefined ? {} : { limiter: limiterOf(options.perMinute) }),
  });
  if (options.onStarted) worker.on('active', options.onStarted);
  if (options.onHeldUp) worker.on('drained', options.onHeldUp);
  worker.on('error', (error) => log.warn({ queue: name, reason: error.message }, 'queue worker error'));
  worker.on('completed', () => metrics.queue_jobs_total.inc({ queue: name, outcome: 'done' }));
  worker.on('failed', (job, error) => {
    const dead = Boolean(job?.finishedOn);
    metrics.queue_jobs_total.inc({ queue: name, outcome: dead ? 'dead' : 'retried' });
    const told = { queue: name, job: job?.id, attempt: job?.attemptsMade, reason: error.message };
    if (dead) log.error(told, 'job is a dead letter');
    else log.warn(told, 'job failed and is tried again');
  });
  return {
    async close() {
      // Jobs that do not end in time are taken over by another worker when their lock has run out.
      // While Redis is away none of them can end.
      const mostMs = client.status === 'ready' ? CLOSE_MS : CLOSE_AWAY_MS;
      await Promise.race([worker.close(), sleep(mostMs, undefined, { ref: false })]);
      client.disconnect();
    },
  };
}

/** An even flow: BullMQ would start a whole minute's jobs in its first seconds, and who came then would wait for nothing. */
function limiterOf(perMinute: number): { max: number; duration: number } {
  const max = Math.max(1, Math.round((perMinute * LIMITER_WINDOW_MS) / MINUTE_MS));
  return { max, duration: Math.round((max * MINUTE_MS) / perMinute) };
}

async function run(job: Job, token: string | undefined, process: (job: QueueJob) => Promise<void>) {
  try {
    await process(toQueueJob(job));
  } catch (error) {
    const delayMs = delayOf(error);
    if (delayMs === null) throw error;
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }
}

function delayOf(error: unknown): number | null {
  if (error instanceof JobPostponed) return error.delayMs;
  return error instanceof JobOfLaterVersion ? PARKED_MS : null;
}

function toQueueJob({ id, name, data, attemptsMade, opts }: Job): QueueJob {
  const attempt = attemptsMade + 1;
  return { id: id ?? '', name, data, attempt, last: attempt >= (opts.attempts ?? 1) };
}
