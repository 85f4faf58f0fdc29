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
/** Longest silent wait for entries, and so for the loop to notice that it is to stop. */
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
  /** Opens the connection that waits for entries. `onDown`: an answer may have been lost. */
  readonly openReader: (onDown: () => void) => RedisClient;
  readonly history: ShardHistory;
  readonly pending: PendingEntries;
  /** Entries of other consumers that are idle this long are taken over, ms. */
  readonly abandonedMs: number;
  readonly overCap: () => boolean;
  /** Whether the record answers: nothing is handed out again while it does not, since a delivery is counted. */
  readonly recordAnswers: () => boolean;
  readonly metrics: HistoryMetrics;
  readonly logger: Logger;
}

/**
 * Reads one shard until `stop` is aborted, then writes and acknowledges what it holds, and resolves. `abandon` ends that too; what is
 * left then stays pending.
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
  const { history, pending, overCap, recordAnswers } = options;
  let mayHaveMissed = false;
  const reader = options.openReader(() => {
    mayHaveMissed = true;
  });
  const backoff = createBackoff(BACKOFF);
  try {
    while (!signal.aborted) {
      if (overCap() || (mayHaveMissed && !recordAnswers())) {
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

/** A log that lost its data has lost the groups too: they are made again at its start. */
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
  for (const [group, told] of Object.entries(state.groups)) {
    if (told === null) continue;
    metrics.fix_stream_pending.set({ shard, group }, told.pending);
    if (told.lag !== null) metrics.fix_stream_lag.set({ shard, group }, told.lag);
  }
  if (state.trimmed !== null) {
    metrics.fix_stream_trimmed_total.inc({ shard }, state.trimmed);
    return;
  }
  logger.warn({ shard }, 'a group of the fix stream is missing and is made again');
  await ensureGroups(log, streams);
}

async function claim(options: ShardSessionOptions, signal: AbortSignal): Promise<void> {
  if (options.recordAnswers()) await options.pending.takeAbandoned(options.abandonedMs, signal);
}

/** Runs a step again and again. A server that is away is logged and the step comes round again; a defect of ours ends the session. */
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
