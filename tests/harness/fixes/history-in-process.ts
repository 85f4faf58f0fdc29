import { createMetrics } from '@rideline/platform/metrics/metrics';
import { systemClock } from '@rideline/platform/process/clock';
import { createHealth, type Health } from '@rideline/platform/process/health';
import { openRedis } from '@rideline/platform/redis/redis';
import { type HistoryOptions, startHistory } from '@rideline/workers/history/history';
import { HISTORY_METRICS, type HistoryMetrics } from '@rideline/workers/history/metrics';
import type { WorkersHarness } from '../cluster/workers-harness.ts';
import { testLogger } from '../test-process.ts';

/** The worker role `history` inside the test's own process, so that a test can set its limits and delays. */
export interface HistoryInProcess {
  readonly metrics: HistoryMetrics;
  readonly health: Health;
  /** Errors that would end the process. */
  readonly fatal: Error[];
  /** Sum over the labels of a counter or gauge. */
  value(name: keyof HistoryMetrics): Promise<number>;
  stop(deadlineMs?: number): Promise<void>;
}

export async function startHistoryInProcess(
  harness: WorkersHarness,
  consumer: string,
  more: Partial<HistoryOptions> = {},
): Promise<HistoryInProcess> {
  const { metrics } = createMetrics(consumer, HISTORY_METRICS);
  const health = createHealth({ process: consumer, metrics, lagMs: () => 0, lagLimitMs: 1000 });
  const fatal: Error[] = [];
  const role = await startHistory({
    consumer,
    streams: harness.streams,
    blockMs: 100,
    retentionDays: () => 30,
    db: harness.db,
    log: harness.log,
    state: harness.state,
    cache: harness.cache,
    openReader: (shard, onDown) =>
      openRedis({
        url: harness.env.REDIS_LOG_URL as string,
        name: `${consumer}:${shard}`,
        use: 'blocking',
        log: testLogger,
        onDown,
      }),
    clock: systemClock,
    logger: testLogger,
    metrics,
    health,
    onFatal: (error) => fatal.push(error),
    ...more,
  });
  return {
    metrics,
    health,
    fatal,
    async value(name) {
      const { values } = await metrics[name].get();
      return values.reduce((sum, { value }) => sum + value, 0);
    },
    stop: (deadlineMs = 10_000) => role.stop(deadlineMs),
  };
}
