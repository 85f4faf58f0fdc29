import { FixLog } from '@rideline/fleet/fixes/fix-log';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { createHttpIngest, type HttpIngest } from '@rideline/fleet/tracks/http-ingest';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { memoryShare } from '@rideline/platform/redis/redis-memory';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';

export interface FixIngest {
  /** The ingest, opened by the first call that reaches the log's Redis. @throws errors of the log's Redis */
  ingest(): Promise<HttpIngest>;
  /** Flushes buffered fixes. */
  close(deadlineMs: number): Promise<void>;
}

const MEMORY_INTERVAL_MS = 1000;
/** As at a gateway (SPEC LIM-8): history must still be able to read what is in the log. */
const FULL_SHARE = 0.75;

/** Appends fixes posted over HTTP to the log. Opened at first use: the API serves everything else without the log's Redis. */
export function createFixIngest(parts: {
  config: ApiConfig;
  clock: Clock;
  logRedis: RedisClient;
  state: RedisClient;
  metrics: ApiMetrics;
  log: Logger;
}): FixIngest {
  const { config, clock, logRedis, state, metrics, log } = parts;
  const { region, flushFixes, flushMs, bufferFixes } = config;
  let fixLog: FixLog<() => void> | undefined;
  let opening: Promise<HttpIngest> | undefined;

  let memoryWatch: NodeJS.Timeout | undefined;

  async function watchMemory(of: FixLog<() => void>): Promise<void> {
    try {
      of.memoryFull = (await memoryShare(logRedis)) >= FULL_SHARE;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, "the log's memory is not known");
    }
  }

  async function open(): Promise<HttpIngest> {
    const streams = await openFixStreams(logRedis, region, config.fixShards);
    fixLog = new FixLog<() => void>({
      redis: logRedis,
      streams,
      flushFixes,
      flushMs,
      bufferFixes,
      onAppended: (appended) => appended(),
      onBatch: (fixes, _bytes, tookMs) => {
        metrics.fix_log_batch_fixes.observe(fixes);
        metrics.fix_log_append_seconds.observe(tookMs / 1000);
      },
      onError: (error) => {
        metrics.fix_log_errors_total.inc();
        log.warn({ reason: error.message }, 'fixes not appended yet');
      },
    });
    const opened = fixLog;
    await watchMemory(opened);
    memoryWatch = setInterval(() => void watchMemory(opened), MEMORY_INTERVAL_MS);
    return createHttpIngest({
      state,
      region,
      clock,
      log: fixLog,
      onVerdict: (verdict) => metrics.http_fixes_total.inc({ verdict }),
      onOverBudget: (fixes) => metrics.http_fixes_over_budget_total.inc(fixes),
      onLiveFailure: (error) => {
        metrics.live_index_errors_total.inc();
        log.warn({ reason: error.message }, 'live position of a posted batch not updated');
      },
    });
  }

  return {
    ingest() {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async close(deadlineMs) {
      clearInterval(memoryWatch);
      const lost = (await fixLog?.close(deadlineMs)) ?? 0;
      if (lost > 0)
        log.error({ fixes: lost }, 'fixes not in the log at shutdown; none of them was acknowledged');
    },
  };
}
