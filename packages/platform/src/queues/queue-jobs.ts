import type { JobStatus } from '@rideline/contract';
import { Job, type JobType } from 'bullmq';
import { quitRedis } from '../redis/redis.ts';
import type { QueueName } from './queue-table.ts';
import { openBullQueue, type QueueOptions } from './queues.ts';

/** State of a job of any kind. Times: epoch ms, wall clock. */
export interface JobState {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly createdAt: number;
  /** Start of its last attempt. */
  readonly processedAt: number | null;
  readonly failedReason: string | null;
}

/** Codes of BullMQ's script: no such job, locked by a worker, not in that list. */
const NOT_ENDED = new Set([0, -1, -2, -3]);

/** BullMQ's states behind each of ours, in the order in which they are listed. */
const STATES: Readonly<Record<JobStatus, readonly JobType[]>> = {
  waiting: ['wait', 'prioritized', 'delayed', 'waiting-children'],
  active: ['active'],
  completed: ['completed'],
  failed: ['failed'],
};

function statusOf(state: string): JobStatus | null {
  if (state === 'waiting') return 'waiting';
  const found = (Object.keys(STATES) as JobStatus[]).find((status) =>
    STATES[status].includes(state as JobType),
  );
  return found ?? null;
}

function jobStateOf(job: Job, status: JobStatus): JobState {
  const { id, name, attemptsMade, opts, timestamp, processedOn, failedReason } = job;
  return {
    id: id ?? '',
    name,
    status,
    attempts: attemptsMade + (status === 'active' ? 1 : 0),
    maxAttempts: opts.attempts ?? 1,
    createdAt: timestamp,
    processedAt: processedOn ?? null,
    failedReason: failedReason || null,
  };
}

/** Reads the jobs of one queue; fails fast while Redis is away. */
export function openQueueJobs(options: QueueOptions<QueueName>) {
  const { queue, client } = openBullQueue(options);
  return {
    name: options.name,

    /** null: it was done long ago, or never existed. */
    async find(id: string): Promise<JobState | null> {
      const job = await Job.fromId(queue, id);
      if (job === undefined) return null;
      const status = statusOf(await job.getState());
      return status && jobStateOf(job, status);
    },

    /** Newest first. The lists change while they are read: a page may repeat or omit jobs that moved meanwhile. */
    async list(status: JobStatus, limit: number, offset: number): Promise<JobState[]> {
      const jobs = await queue.getJobs([...STATES[status]], offset, offset + limit - 1, false);
      return jobs.filter((job) => job !== undefined).map((job) => jobStateOf(job, status));
    },

    /** Retries a finished job with all its attempts. @returns false when it is not, or no longer, finished */
    async revive(id: string, ended: 'completed' | 'failed'): Promise<boolean> {
      const job = await Job.fromId(queue, id);
      if (job === undefined) return false;
      try {
        await job.retry(ended, { resetAttemptsMade: true, resetAttemptsStarted: true });
        return true;
      } catch (error) {
        if (NOT_ENDED.has((error as { code?: number }).code ?? Number.NaN)) return false;
        throw error;
      }
    },

    /** Jobs that no worker has started. */
    waiting: () => queue.getWaitingCount(),

    async close(): Promise<void> {
      await queue.close();
      await quitRedis(client);
    },
  };
}

export type QueueJobs = ReturnType<typeof openQueueJobs>;
