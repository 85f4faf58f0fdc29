import { Job } from 'bullmq';
import { quitRedis } from '../redis/redis.ts';
import type { QueueName } from './queue-table.ts';
import { openBullQueue, type QueueOptions } from './queues.ts';

/** A job that is not tried again. */
export interface DeadJob {
  readonly id: string;
  readonly name: string;
  /** attempts: all were used · stalled: its workers died with it · poison: malformed, or of an unknown kind. */
  readonly cause: 'attempts' | 'stalled' | 'poison';
  readonly reason: string;
  /** Epoch ms, wall clock. */
  readonly at: number;
  readonly attempts: number;
}

/** Where the next page begins. */
export interface DeadJobCursor {
  readonly at: number;
  readonly id: string;
}

export interface DeadJobs {
  count(): Promise<number>;
  /** Oldest first. */
  list(limit: number, after: DeadJobCursor | null): Promise<DeadJob[]>;
  find(id: string): Promise<DeadJob | null>;
  /** Retries it with all its attempts. @returns false when it is not, or no longer, dead */
  retry(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Codes of BullMQ's script: no such job, locked by a worker, not among the failed ones. */
const NOT_DEAD = new Set([0, -1, -2, -3]);

/** The dead letters of one queue. They have to be retried: adding such a job again does nothing, because BullMQ knows its id. */
export function openDeadJobs(options: QueueOptions<QueueName>): DeadJobs {
  const { queue, client } = openBullQueue(options);
  const failedKey = queue.toKey('failed');

  const load = async (id: string): Promise<DeadJob | null> => {
    const job = await Job.fromId(queue, id);
    return job?.finishedOn && job.failedReason !== undefined ? toDeadJob(job) : null;
  };

  /** Ids of failed jobs with their scores, oldest first; within one millisecond in the order of their ids. */
  async function idsAfter(limit: number, after: DeadJobCursor | null): Promise<string[]> {
    const ids: string[] = [];
    for (let offset = 0; ids.length < limit; offset += limit) {
      const page = await client.zrangebyscore(
        failedKey,
        after?.at ?? '-inf',
        '+inf',
        'WITHSCORES',
        'LIMIT',
        offset,
        limit,
      );
      for (let index = 0; index < page.length; index += 2) {
        const id = page[index] ?? '';
        if (after === null || Number(page[index + 1]) > after.at || id > after.id) ids.push(id);
      }
      if (page.length < 2 * limit) break;
    }
    return ids.slice(0, limit);
  }

  return {
    count: () => client.zcard(failedKey),
    async list(limit, after) {
      const found = await Promise.all((await idsAfter(limit, after)).map(load));
      return found.filter((job) => job !== null);
    },
    async find(id) {
      return (await client.zscore(failedKey, id)) === null ? null : load(id);
    },
    async retry(id) {
      const job = await Job.fromId(queue, id);
      if (job === undefined) return false;
      try {
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
        return true;
      } catch (error) {
        if (NOT_DEAD.has((error as { code?: number }).code ?? Number.NaN)) return false;
        throw error;
      }
    },
    async close() {
      await queue.close();
      await quitRedis(client);
    },
  };
}

function toDeadJob(job: Job): DeadJob {
  const { id, name, failedReason, finishedOn, attemptsMade, opts } = job;
  const allUsed = attemptsMade >= (opts.attempts ?? 1);
  const cause = allUsed ? 'attempts' : failedReason.includes('stalled') ? 'stalled' : 'poison';
  return { id: id ?? '', name, cause, reason: failedReason, at: finishedOn ?? 0, attempts: attemptsMade };
}
