import { setTimeout as sleep } from 'node:timers/promises';
import type { FixStreams } from '@rideline/fleet/fixes/fix-streams';
import { ensureGroups } from '@rideline/fleet/fixes/stream-trim';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import { DEAD_LETTER_BYTES } from '@rideline/fleet/tracks/dead-letter';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import type { Clock } from '@rideline/platform/process/clock';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { createBackoff } from '../backoff.ts';
import { BlockWriter } from './block-writer.ts';
import { DurableRanges } from './durable-ranges.ts';
import type { HistoryMetrics } from './metrics.ts';
import { PendingEntries } from './pending-entries.ts';
import { ShardHistory } from './shard-history.ts';
import { runShard } from './shard-session.ts';
import { ShardShares } from './shard-shares.ts';

const GROUP = 'history';
const DAY_MS = 86_400_000;
/** Most fixes that one worker holds, about 30 MB: then it stops reading until MongoDB has stored some. */
const HELD_FIXES = 100_000;
/** A dead consumer's entries are taken over after this long. */
const ABANDONED_MS = 120_000;
const GAUGE_INTERVAL_MS = 1000;
const PING_TIMEOUT_MS = 5000;
const BACKOFF = { firstMs: 200, mostMs: 5000 };

export interface HistoryOptions {
  readonly consumer: string;
  readonly streams: FixStreams;
  readonly blockMs: number;
  readonly retentionDays: () => number;
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly openReader: (shard: number, onDown: () => void) => RedisClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: HistoryMetrics;
  readonly health: Health;
  readonly onFatal: (error: Error) => void;
  /** For tests; the defaults are above. */
  readonly heldFixes?: number;
  readonly abandonedMs?: number;
}

export interface RunningHistory {
  /** Stops reading, then writes and acknowledges what is held, within `deadlineMs`; the rest stays pending. */
  stop(deadlineMs: number): Promise<void>;
}

/** Fix streams → blocks in MongoDB → durable (docs/design/design.md, "History"). */
export async function startHistory(options: HistoryOptions): Promise<RunningHistory> {
  const { streams, logger, metrics } = options;
  const stop = new AbortController();
  const abandon = new AbortController();
  await ensureGroups(options.log, streams);

  const mongoWatch = watchMongo(options);
  const shards = createShards(options, mongoWatch, () => overCap());
  const overCap = () =>
    shards.reduce((sum, { history }) => sum + history.heldFixes, 0) >= (options.heldFixes ?? HELD_FIXES);

  const shares = new ShardShares({
    region: streams.region,
    role: GROUP,
    member: options.consumer,
    shards: streams.shards,
    state: options.state,
    logger,
    wallMs: options.clock.wallMs,
    onFatal: options.onFatal,
    work: (shard, left) => {
      const { history, pending } = shards[shard] as (typeof shards)[number];
      return runShard(
        {
          shard,
          streams,
          group: GROUP,
          consumer: options.consumer,
          log: options.log,
          openReader: (onDown) => options.openReader(shard, onDown),
          history,
          pending,
          abandonedMs: options.abandonedMs ?? ABANDONED_MS,
          overCap,
          mongoAnswers: mongoWatch.answers,
          metrics,
          logger,
        },
        left,
        abandon.signal,
      );
    },
  });

  const running = Promise.allSettled([
    takeUpOwnEntries(options, shards, stop.signal).then(() => shares.run(stop.signal)),
    reportGauges(metrics, shards, stop.signal),
  ]).then((results) => {
    const failed = results.find((result) => result.status === 'rejected');
    if (failed?.status === 'rejected' && !stop.signal.aborted) options.onFatal(failed.reason as Error);
  });

  return {
    async stop(deadlineMs) {
      stop.abort(new Error('history is stopping'));
      const timer = setTimeout(() => abandon.abort(new Error('history did not stop in time')), deadlineMs);
      await running;
      await shares.leaveAll().finally(() => clearTimeout(timer));
    },
  };
}

/** Tracks whether MongoDB answered the last request, also for /health. */
function watchMongo({ health, logger, metrics }: HistoryOptions) {
  let answering = true;
  return {
    answers: () => answering,
    failed(error: Error) {
      metrics.history_retries_total.inc({ step: 'write' });
      if (answering) logger.warn({ reason: error.message }, 'MongoDB does not accept the history');
      answering = false;
      health.degraded('mongo', error.message);
    },
    answered() {
      if (!answering) logger.info('MongoDB accepts the history again');
      answering = true;
      health.cleared('mongo');
    },
  };
}

type MongoWatch = ReturnType<typeof watchMongo>;

function createShards(options: HistoryOptions, mongoWatch: MongoWatch, overCap: () => boolean) {
  const { streams, metrics, logger, log, consumer } = options;
  const writer = new BlockWriter({
    tracks: options.db.collection(trackCollection),
    retentionMs: () => options.retentionDays() * DAY_MS,
    onRetry: mongoWatch.failed,
    onWritten(blocks, fixes, seconds) {
      mongoWatch.answered();
      metrics.history_write_blocks.observe(blocks);
      metrics.history_write_fixes.observe(fixes);
      metrics.history_write_seconds.observe(seconds);
    },
    onRepeated: (fixes) => metrics.history_repeated_fixes_total.inc(fixes),
  });
  const durable = new DurableRanges({
    region: streams.region,
    state: options.state,
    cache: options.cache,
    onRetry: (error) => {
      metrics.history_retries_total.inc({ step: 'durable' });
      logger.warn({ reason: error.message }, 'durable ranges were not accepted');
    },
    onNotifyFailed: () => metrics.history_retries_total.inc({ step: 'inbox' }),
  });
  return streams.keys.map((stream, shard) => {
    const history = new ShardHistory({
      region: streams.region,
      shard,
      stream,
      deadLetters: fixDeadLetters(streams.region, streams.generation, shard),
      deadLetterBytes: Math.floor(DEAD_LETTER_BYTES / streams.keys.length),
      group: GROUP,
      blockMs: options.blockMs,
      log,
      writer,
      durable,
      clock: options.clock,
      logger,
      metrics,
      overCap,
    });
    const pending = new PendingEntries({
      log,
      stream,
      group: GROUP,
      consumer,
      shard,
      history,
      metrics,
      logger,
    });
    return { history, pending };
  });
}

/**
 * Stores the entries that this consumer left unacknowledged before its restart, on every shard, whichever worker reads it now. Waits for
 * MongoDB first: deliveries are counted, and restarts while MongoDB is away must not make honest entries look poisonous.
 */
async function takeUpOwnEntries(
  options: HistoryOptions,
  shards: ReturnType<typeof createShards>,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff(BACKOFF);
  for (let done = 0; done < shards.length; ) {
    signal.throwIfAborted();
    try {
      await options.db.collection(trackCollection).findOne({ _id: '' }, { timeoutMS: PING_TIMEOUT_MS });
      await shards[done]?.pending.takeOwn(signal);
      done += 1;
    } catch (error) {
      signal.throwIfAborted();
      options.logger.warn({ reason: (error as Error).message }, 'own pending entries are stored later');
      await backoff.wait(signal);
    }
  }
}

async function reportGauges(
  metrics: HistoryMetrics,
  shards: ReturnType<typeof createShards>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    metrics.history_held_fixes.set(shards.reduce((sum, { history }) => sum + history.heldFixes, 0));
    metrics.history_open_blocks.set(shards.reduce((sum, { history }) => sum + history.blocks, 0));
    metrics.history_held_entries.set(shards.reduce((sum, { history }) => sum + history.heldEntries, 0));
    await sleep(GAUGE_INTERVAL_MS, undefined, { signal });
  }
}
