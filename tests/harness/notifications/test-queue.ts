import { openQueue, type QueueProducer } from '@rideline/platform/queues/queues';
import { vi } from 'vitest';
import { REGION, testLogger, testMetrics } from '../test-process.ts';

/** A producer of notifications. A queue fails fast, also before its first connection is open; this one retries, as the relay does. */
export function openTestQueue(harness: {
  readonly env: Readonly<Record<string, string>>;
}): QueueProducer<'notification'> {
  const queue = openQueue({
    url: harness.env.REDIS_STATE_URL ?? '',
    region: REGION,
    name: 'notification',
    owner: 'test',
    metrics: testMetrics,
    log: testLogger,
  });
  return {
    add: (...job) => vi.waitFor(() => queue.add(...job), { timeout: 10_000, interval: 50 }),
    close: () => queue.close(),
  };
}
