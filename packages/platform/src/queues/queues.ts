import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, type RegionId } from '@rideline/contract';
import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/logger.ts';
import { openRedis, quitRedis, type RedisClient } from '../redis/redis.ts';
import { type JobName, QUEUES, type QueueName, type QueueSettings, queuePrefix } from './queue-table.ts';

/**
 * BullMQ queues on the state Redis. Producers fail fast: they keep their own state in MongoDB and try again. Workers wait for Redis without
 * limit. A job's id is the id of its document, so that adding it twice adds it once. A dead job is retried (dead-jobs.ts), since adding it
 * again does nothing.
 */
export interface QueueOptions<Name extends QueueName> {
  /** Of the state Redis. */
  readonly url: string;
  readonly region: RegionId;
  readonly name: Name;
  /** Name of the process, shown in Redis' CLIENT LIST. */
  readonly owner: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Default: the queue's entry of the table. */
  readonly settings?: QueueSettings;
}

export interface QueueProducer<Name extends QueueName> {
  /**
   * Adds a job unless its id is known already. `delayMs`: wall clock.
   * @throws CodedError UNAVAILABLE: whether it was added is unknown
   */
  add(name: JobName<Name>, data: object, options: { jobId: string; delayMs?: number }): Promise<void>;
  close(): Promise<void>;
}

/** One attempt of a job, as a worker receives it. */
export interface QueueJob {
  readonly id: string;
  readonly name: string;
  /** As added; the worker has to parse it. */
  readonly data: unknown;
  /** 1, 2, … */
  readonly attempt: number;
  /** Whether the job becomes a dead letter when this attempt fails. */
  readonly last: boolean;
}

export interface QueueWorkerOptions<Name extends QueueName> extends QueueOptions<Name> {
  /** Concurrent jobs. */
  readonly concurrency: number;
  /** Most jobs of the queue that all workers together start in a minute; absent: no limit. */
  readonly perMinute?: number;
  /** A job was taken; no job could be taken (none waiting, or the limiter). Both are hints. */
  readonly onStarted?: () => void;
  readonly onIdle?: () => void;
  /** Rejects to be retried, with PoisonJob when a retry is of no use. It may run twice for one job and must be idempotent. */
  readonly process: (job: QueueJob) => Promise<void>;
}

/** Thrown for a job that can never succeed: it becomes a dead letter without retries. */
export { UnrecoverableError as PoisonJob } from 'bullmq';

/** Thrown for a job written by a later version: it waits for a worker that knows it and does not become a dead letter. */
export class JobOfLaterVersion extends Error {}

/** Thrown when a job cannot run now because of an outage: it runs again after `delayMs`, and no attempt is used up. */
export class JobPostponed extends Error {
  readonly delayMs: number;
  constructor(reason: string, delayMs: number) {
    super(reason);
    this.delayMs = delayMs;
  }
}

/** BullMQ reserves ids of digits only and ids with a colon. */
const JOB_ID = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;
/** Largest payload of a job, bytes of JSON. */
const JOB_BYTES = 64 * 1024;
/** Random share of a backoff, so that jobs that failed together are not retried together. */
const BACKOFF_JITTER = 0.5;
/** Times that a job may lose its worker before it is treated as the cause and becomes a dead letter. */
const STALLS = 3;
/** Wait after an error of the worker's loop, ms. */
const LOOP_RETRY_MS = 1000;
const CLOSE_MS = 5000;
const CLOSE_AWAY_MS = 200;
/** Wait of a job of a later version, ms. */
const PARKED_MS = 60_000;
/** Shortest window of a limiter, ms: each window adds a pause of some milliseconds after its end. */
const LIMITER_WINDOW_MS = 1000;
const MINUTE_MS = 60_000;

/** Opens a queue for producers. Returns at once, also while Redis is away. */
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
        throw new CodedError('UNAVAILABLE', 'The queue did not accept the job.', {
          retryAfterMs: 1000,
          cause,
        });
      }
    },
    async close() {
      await queue.close();
      await quitRedis(client);
    },
  };
}

/** A BullMQ `Queue` on a connection that fails fast; for this folder only. */
export function openBullQueue(options: QueueOptions<QueueName>): { queue: Queue; client: RedisClient } {
  const { url, region, name, owner, log, settings = QUEUES[name] } = options;
  const client = openRedis({ url, name: `${owner}:queue-${name}`, use: 'command', log });
  const queue = new Queue(name, {
    connection: client,
    prefix: queuePrefix(region),
    // Without these the first command waits for Redis, or fails for ever when Redis was away once.
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
  // The connection logs its own errors; a failed command is reported to its caller.
  queue.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'queue error'));
  return { queue, client };
}

/** Runs jobs until it is closed. Returns at once; while Redis is away it waits. */
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
  if (options.onIdle) worker.on('drained', options.onIdle);
  worker.on('error', (error) => log.warn({ queue: name, reason: error.message }, 'queue worker error'));
  worker.on('completed', () => metrics.queue_jobs_total.inc({ queue: name, outcome: 'done' }));
  worker.on('failed', (job, error) => {
    const dead = Boolean(job?.finishedOn);
    metrics.queue_jobs_total.inc({ queue: name, outcome: dead ? 'dead' : 'retried' });
    const fields = { queue: name, job: job?.id, attempt: job?.attemptsMade, reason: error.message };
    if (dead) log.error(fields, 'job is a dead letter');
    else log.warn(fields, 'job failed and is retried');
  });
  return {
    async close() {
      // Jobs that do not end in time are taken over by another worker once their lock has expired.
      // While Redis is away none of them can end.
      const mostMs = client.status === 'ready' ? CLOSE_MS : CLOSE_AWAY_MS;
      await Promise.race([worker.close(), sleep(mostMs, undefined, { ref: false })]);
      client.disconnect();
    },
  };
}

/** Spreads the jobs evenly: BullMQ would start a whole minute's jobs in its first seconds, and later jobs would wait without need. */
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
