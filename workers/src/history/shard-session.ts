import { setTimeout as sleep } from 'node:timers/promises';
import type { FixStreams } from '@rideline/fleet/fixes/fix-streams';
import { ensureGroups, trimStream } from '@rideline/fleet/fixes/stream-trim';
import type { Logger } from '@rideline/platform/process/logger';
import { quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { createBackoff } from '../backoff.ts';
import type { RawEntry } from './entry-reading.ts';
import type { HistoryMetrics } from './metrics.ts';
import type { PendingEntries } from './pending-entries.ts';
import type { ShardHistory } from './shard-history.ts';

const READ_ENTRIES = 64;
/** Longest wait for entries, and so until the loop notices that it should stop. */
const READ_BLOCK_MS = 500;
const PAUSE_MS = 50;
const TRIM_INTERVAL_MS = 1000;
const CLAIM_INTERVAL_MS = 5000;
const BACKOFF = { firstMs: 100, mostMs: 5000 };

export interface ShardSessionOptions {
  readonly shard: number;
  readonly streams: FixStreams;
  readonly group: string;
  readonly consumer: string;
  readonly log: RedisClient;
  /** Opens the connection that waits for entries. `onDown`: a reply may have been lost. */
  readonly openReader: (onDown: () => void) => RedisClient;
  readonly history: ShardHistory;
  readonly pending: PendingEntries;
  /** Entries of other consumers are taken over after this idle time, ms. */
  readonly abandonedMs: number;
  readonly overCap: () => boolean;
  /** Whether MongoDB answers: while it does not, nothing is delivered again, since deliveries are counted. */
  readonly mongoAnswers: () => boolean;
  readonly metrics: HistoryMetrics;
  readonly logger: Logger;
}

/**
 * Reads one shard until `stop` is aborted, then writes and acknowledges what it holds, and resolves. `abandon` ends that too; the rest then
 * stays pending.
 */
export async function runShard(
  options: ShardSessionOptions,
  stop: AbortSignal,
  abandon: AbortSignal,
): Promise<void> {
  const { history, logger, shard } = options;
  const loops = AbortSignal.any([stop, abandon]);
  logger.info({ shard }, 'reading shard');
  const settled = await Promise.allSettled([
    readLoop(options, loops),
    history.run(loops, abandon),
    every(options, TRIM_INTERVAL_MS, loops, () => trim(options)),
    every(options, CLAIM_INTERVAL_MS, loops, () => claim(options, loops)),
  ]);
  const failed = settled.find((result) => result.status === 'rejected' && !loops.aborted);
  if (failed?.status === 'rejected') throw failed.reason;
  await history.drain(abandon);
  logger.info({ shard }, 'shard left');
}

async function readLoop(options: ShardSessionOptions, signal: AbortSignal): Promise<void> {
  const { history, pending, overCap, mongoAnswers } = options;
  let mayHaveMissed = false;
  const reader = options.openReader(() => {
    mayHaveMissed = true;
  });
  const backoff = createBackoff(BACKOFF);
  try {
    while (!signal.aborted) {
      if (overCap() || (mayHaveMissed && !mongoAnswers())) {
        await sleep(PAUSE_MS, undefined, { signal });
        continue;
      }
      try {
        if (mayHaveMissed) {
          mayHaveMissed = false;
          await pending.takeOwn(signal);
        }
        history.accept(await readNew(options, reader));
        backoff.reset();
      } catch (error) {
        signal.throwIfAborted();
        await recover(options, error as Error);
        await backoff.wait(signal);
      }
    }
  } finally {
    await quitRedis(reader, READ_BLOCK_MS);
  }
}

async function readNew(options: ShardSessionOptions, reader: RedisClient): Promise<RawEntry[]> {
  const stream = options.streams.keys[options.shard] as string;
  const reply = (await reader.xreadgroupBuffer(
    'GROUP',
    options.group,
    options.consumer,
    'COUNT',
    READ_ENTRIES,
    'BLOCK',
    READ_BLOCK_MS,
    'STREAMS',
    stream,
    '>',
  )) as [Buffer, RawEntry[]][] | null;
  return reply?.[0]?.[1] ?? [];
}

/** A log Redis that lost its data has lost the groups too: they are created again from its beginning. */
async function recover(
  { log, streams, logger, shard, metrics }: ShardSessionOptions,
  error: Error,
): Promise<void> {
  metrics.history_retries_total.inc({ step: 'read' });
  logger.warn({ shard, reason: error.message }, 'reading failed');
  if (error.message.includes('NOGROUP')) await ensureGroups(log, streams);
}

async function trim({ log, streams, shard, metrics, logger }: ShardSessionOptions): Promise<void> {
  const state = await trimStream(log, streams.keys[shard] as string);
  metrics.fix_stream_length.set({ shard }, state.length);
  for (const [group, progress] of Object.entries(state.groups)) {
    if (progress === null) continue;
    metrics.fix_stream_pending.set({ shard, group }, progress.pending);
    if (progress.lag !== null) metrics.fix_stream_lag.set({ shard, group }, progress.lag);
  }
  if (state.trimmed !== null) {
    metrics.fix_stream_trimmed_total.inc({ shard }, state.trimmed);
    return;
  }
  logger.warn({ shard }, 'a group of the fix stream is missing and is created again');
  await ensureGroups(log, streams);
}

async function claim(options: ShardSessionOptions, signal: AbortSignal): Promise<void> {
  if (options.mongoAnswers()) await options.pending.takeAbandoned(options.abandonedMs, signal);
}

/** Repeats a step. An error of a server that is away is logged and the step runs again; a defect of this code ends the session. */
async function every(
  { logger, shard }: ShardSessionOptions,
  intervalMs: number,
  signal: AbortSignal,
  step: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await step();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TypeError || error instanceof RangeError) throw error;
      logger.warn({ shard, reason: (error as Error).message }, 'a step of the shard failed');
    }
    await sleep(intervalMs, undefined, { signal });
  }
}
