import type { Queue } from 'bullmq';
import { quitRedis } from '../redis/redis.ts';
import { QUEUE_NAMES } from './queue-table.ts';
import { openBullQueue, type QueueOptions } from './queues.ts';

/** Every queue as a BullMQ `Queue`, for the queue board. */
export function openBoardQueues(options: Omit<QueueOptions<never>, 'name' | 'settings'>): {
  readonly queues: readonly Queue[];
  close(): Promise<void>;
} {
  const opened = QUEUE_NAMES.map((name) => openBullQueue({ ...options, name }));
  return {
    queues: opened.map(({ queue }) => queue),
    async close() {
      for (const { queue, client } of opened) {
        await queue.close();
        await quitRedis(client);
      }
    },
  };
}
