import type { RegionId, TripId } from '@rideline/contract';
import { tripHints } from '@rideline/fleet/redis/redis-keys';
import { relayTrip, type TripRelay } from '@rideline/fleet/trips/trip-relay';
import type { Logger } from '@rideline/platform/process/logger';
import { quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { createBackoff } from '../backoff.ts';
import type { RelayMetrics } from './metrics.ts';

const GROUP = 'relay';
const READ_HINTS = 64;
const READ_BLOCK_MS = 500;
/** Trips told at a time: each is a handful of round trips to Mongo and Redis. */
const TRIPS_AT_ONCE = 16;
const HINT_IDLE_MS = 60_000;
/** READ_HINTS times this many are more than the stream of hints holds. */
const HINT_ROUNDS = 1000;
const BACKOFF = { firstMs: 100, mostMs: 5000 };

type HintEntry = [id: string, fields: string[] | null];

export interface RelayOptions {
  readonly relay: TripRelay;
  readonly consumer: string;
  readonly region: RegionId;
  readonly state: RedisClient;
  readonly openReader: () => RedisClient;
  readonly metrics: RelayMetrics;
  readonly logger: Logger;
  readonly onFatal: (error: Error) => void;
}

/**
 * Role `relay`: tells a trip's events as soon as a hint says that there are some. A hint is acknowledged whatever comes of it: what could
 * not be told is still in the outbox, where the sweeper finds it.
 */
export function startRelay(options: RelayOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const reader = options.openReader();
  const running = relayLoop(options, reader, stop.signal)
    .catch((error: Error) => {
      if (!stop.signal.aborted) options.onFatal(error);
    })
    .finally(() => quitRedis(reader, READ_BLOCK_MS));
  return {
    async stop() {
      stop.abort(new Error('the relay is stopping'));
      // A read that waits for a Redis which is away never ends: there is nothing to be finished then.
      if (reader.status === 'ready') await running;
      else reader.disconnect();
    },
  };
}

async function relayLoop(options: RelayOptions, reader: RedisClient, signal: AbortSignal): Promise<void> {
  const { metrics, logger } = options;
  const backoff = createBackoff(BACKOFF);
  // First what an earlier life of this process, or one that is gone, was told and did not finish; then what is new.
  let from = '0';
  let tookOver = false;
  while (!signal.aborted) {
    try {
      if (!tookOver) tookOver = await takeOverHints(options);
      const hints = await readHints(options, reader, from);
      if (hints.length === 0) from = '>';
      await tellAll(options, hints);
      backoff.reset();
    } catch (error) {
      signal.throwIfAborted();
      metrics.relay_failures_total.inc({ step: 'read' });
      logger.warn({ reason: (error as Error).message }, 'reading hints failed');
      if ((error as Error).message.includes('NOGROUP')) await ensureHintGroup(options.state, options.region);
      await backoff.wait(signal);
    }
  }
}

/** Makes the relay's group at the start of the hints. */
export async function ensureHintGroup(state: RedisClient, region: RegionId): Promise<void> {
  try {
    await state.xgroup('CREATE', tripHints(region), GROUP, '0', 'MKSTREAM');
  } catch (error) {
    if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
  }
}

/** Makes the hints of consumers that went silent this consumer's own. */
async function takeOverHints({ state, region, consumer }: RelayOptions): Promise<true> {
  for (let cursor = '0-0', rounds = 0; rounds < HINT_ROUNDS; rounds += 1) {
    const answer = await state.call(
      'XAUTOCLAIM',
      tripHints(region),
      GROUP,
      consumer,
      HINT_IDLE_MS,
      cursor,
      'COUNT',
      READ_HINTS,
      'JUSTID',
    );
    cursor = (answer as [string])[0];
    if (cursor === '0-0') break;
  }
  return true;
}

async function readHints(
  { consumer, region }: RelayOptions,
  reader: RedisClient,
  from: string,
): Promise<HintEntry[]> {
  const reply = (await reader.xreadgroup(
    'GROUP',
    GROUP,
    consumer,
    'COUNT',
    READ_HINTS,
    'BLOCK',
    READ_BLOCK_MS,
    'STREAMS',
    tripHints(region),
    from,
  )) as [string, HintEntry[]][] | null;
  return reply?.[0]?.[1] ?? [];
}

async function tellAll(
  { relay, state, region, metrics, logger }: RelayOptions,
  hints: readonly HintEntry[],
): Promise<void> {
  if (hints.length === 0) return;
  const trips = [...new Set(hints.flatMap(([, fields]) => (fields?.[1] ? [fields[1] as TripId] : [])))];
  await relayTrips(relay, trips, (error) => {
    metrics.relay_failures_total.inc({ step: 'relay' });
    logger.warn({ reason: error.message }, 'a trip could not be told; the sweeper will');
  });
  await state.xack(tripHints(region), GROUP, ...hints.map(([id]) => id));
}

/** Tells trips, a few at a time; one that fails does not hold up the others. @returns the number of events told */
export async function relayTrips(
  relay: TripRelay,
  trips: readonly TripId[],
  onFailed: (error: Error) => void,
): Promise<number> {
  let told = 0;
  for (let at = 0; at < trips.length; at += TRIPS_AT_ONCE) {
    const chunk = trips.slice(at, at + TRIPS_AT_ONCE);
    for (const answer of await Promise.allSettled(chunk.map((tripId) => relayTrip(relay, tripId)))) {
      if (answer.status === 'fulfilled') told += answer.value;
      else onFailed(answer.reason as Error);
    }
  }
  return told;
}
