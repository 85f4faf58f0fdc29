import {
  continueRetentionChange,
  type RetentionParts,
  shortenLateDocuments,
} from '@rideline/fleet/privacy/retention';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { pause, startLeaderLoop } from '../leader-loop.ts';
import type { SweeperMetrics } from './metrics.ts';

const CHECK_INTERVAL_MS = 5000;
/** A batch is a few commands of at most 10 s each. */
const LEASE_MS = 60_000;
/** Pause between searches for documents that a writer kept for too long, ms. */
const LATE_CHECK_MS = 60_000;

export interface RetentionOptions {
  readonly parts: RetentionParts;
  readonly member: string;
  readonly state: RedisClient;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

/** Applies a changed retention to stored documents, in one process at a time by a lease, which only saves work. */
export function startRetention(options: RetentionOptions): { stop(): Promise<void> } {
  const { parts, member, state, metrics, logger } = options;
  let nextLateCheckMs = 0;
  return startLeaderLoop({
    name: 'retention',
    region: parts.region,
    member,
    state,
    leaseMs: LEASE_MS,
    everyMs: CHECK_INTERVAL_MS,
    async round(signal) {
      const startedMs = performance.now();
      const change = await continueRetentionChange(parts);
      if (change === 'more') {
        // Half of the time MongoDB belongs to everybody else.
        await pause(performance.now() - startedMs, signal);
        return 'more';
      }
      // Before its start the job itself will find these documents.
      if (change === 'waiting' || startedMs < nextLateCheckMs) return 'idle';
      const shortened = await shortenLateDocuments(parts);
      metrics.shortened_documents_total.inc(shortened);
      if (shortened > 0) {
        logger.warn(
          { documents: shortened },
          'documents were stored under a longer retention and now expire earlier',
        );
        return 'more';
      }
      nextLateCheckMs = startedMs + LATE_CHECK_MS;
      return 'idle';
    },
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'the retention is applied later');
    },
    logger,
  });
}
