import { quitRedis } from '../redis/redis.ts';
import { QUEUE_NAMES } from './queue-table.ts';
import { openBullQueue, type QueueOptions } from './queues.ts';

const PAGE = 500;
const STATES = [
  'completed',
  'failed',
  'delayed',
  'wait',

  'prioritized',
  'waiting-children',
  'active',
] as const;

export interface QueuePurge {
  /** Removes the jobs of all queues whose data (JSON) `holds` answers true for. @returns active: jobs in progress, which are not removed */
  purge(holds: (data: string) => boolean): Promise<{ removed: number; active: number }>;
  close(): Promise<void>;
}

/** Opens every queue to remove jobs from it. */
export function openQueuePurge(options: Omit<QueueOptions<never>, 'name' | 'settings'>): QueuePurge {
  const queues = QUEUE_NAMES.map((name) => openBullQueue({ ...options, name }));
  return {
    async purge(holds) {
      let [removed, active] = [0, 0];
      for (const { queue } of queues) {
        for (const state of STATES) {
          const ids: string[] = [];
          for (let start = 0; ; start += PAGE) {
            const jobs = await queue.getJobs([state], start, start + PAGE - 1);
            // A job that was removed between the two reads is undefined here.
            for (const job of jobs) if (job?.id && holds(JSON.stringify(job.data))) ids.push(job.id);
            if (jobs.length < PAGE) break;
          }
          if (state === 'active') active += ids.length;
          else for (const id of ids) removed += await queue.remove(id);
        }
      }
      return { removed, active };
    },
    async close() {
      for (const { queue, client } of queues) {
        await queue.close();
        await quitRedis(client);
      }
    },
  };
}
