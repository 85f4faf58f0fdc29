import type { RegionId, TripId } from '@rideline/contract';
import { tripHints } from '@rideline/fleet/redis/redis-keys';
import { relayTrip, type TripRelay } from '@rideline/fleet/trips/trip-relay';
import type { Logger } from '@rideline/platform/process/logger';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import { quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { createBackoff } from '../backoff.ts';
import { DeliveryWindow, type Hint } from './delivery-window.ts';
import type { RelayMetrics } from './metrics.ts';

const GROUP = 'relay';
const READ_BLOCK_MS = 500;
/**
 * Trips relayed concurrently: each takes about ten round trips to MongoDB and Redis, one after the other, so that their number and not the
 * processor limits the rate while MongoDB is slow (decision 0186).
 */
const CONCURRENT_TRIPS = 64;
const CLAIMED_HINTS = 64;
const HINT_IDLE_MS = 60_000;
/** CLAIMED_HINTS times this is more than the stream of hints holds. */
const HINT_ROUNDS = 1000;
const BACKOFF = { firstMs: 100, mostMs: 5000 };

type HintEntry = [id: string, fields: string[] | null];

const hintOf = ([id, fields]: HintEntry): Hint => ({
  id,
  tripId: (fields?.[1] as TripId | undefined) ?? null,
});

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
 * Delivers a trip's events when a hint arrives. A hint is acknowledged even if the delivery fails: the events are then still
 * in the outbox, where the sweeper finds them.
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
      // A blocking read from an unreachable Redis never ends, and nothing is left to finish: it is not waited for.
      if (reader.status === 'ready') await running;
      else reader.disconnect();
    },
  };
}

async function relayLoop(options: RelayOptions, reader: RedisClient, signal: AbortSignal): Promise<void> {
  const { metrics, logger } = options;
  const backoff = createBackoff(BACKOFF);
  const window = windowOf(options);
  // First the pending hints of an earlier run of this process or of a dead one, then new hints.
  let from = '0';
  let tookOver = false;
  while (!signal.aborted) {
    try {
      if (!tookOver) tookOver = await takeOverHints(options);
      await window.untilSpace();
      const hints = await readHints(options, reader, { from, count: window.space });
      window.add(hints.map(hintOf));
      // A pending hint is read again until it is acknowledged: reading continues behind it.
      if (from !== '>') from = hints.at(-1)?.[0] ?? '>';
      backoff.reset();
    } catch (error) {
      if (signal.aborted) break;
      metrics.relay_failures_total.inc({ step: 'read' });
      logger.warn({ reason: (error as Error).message }, 'cannot read trip hints');
      if ((error as Error).message.includes('NOGROUP')) await ensureHintGroup(options.state, options.region);
      await backoff.wait(signal);
    }
  }
  await window.untilEmpty();
}

function windowOf({ relay, state, region, metrics, logger }: RelayOptions): DeliveryWindow {
  return new DeliveryWindow({
    limit: CONCURRENT_TRIPS,
    deliver: (tripId) => relayTrip(relay, tripId),
    acknowledge: (ids) => state.xack(tripHints(region), GROUP, ...ids),
    onFailed(step, error) {
      metrics.relay_failures_total.inc({ step });
      logger.warn(
        { reason: error.message },
        step === 'relay'
          ? 'cannot deliver the events of a trip; the sweeper retries'
          : 'cannot acknowledge trip hints; they are delivered again',
      );
    },
  });
}

/** Creates the relay's consumer group at the start of the stream of hints. */
export async function ensureHintGroup(state: RedisClient, region: RegionId): Promise<void> {
  try {
    await state.xgroup('CREATE', tripHints(region), GROUP, '0', 'MKSTREAM');
  } catch (error) {
    if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
  }
}

/** Claims the pending hints of consumers that have been idle. */
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
      CLAIMED_HINTS,
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
  { from, count }: { readonly from: string; readonly count: number },
): Promise<HintEntry[]> {
  const reply = (await reader.xreadgroup(
    'GROUP',
    GROUP,
    consumer,
    'COUNT',
    count,
    'BLOCK',
    READ_BLOCK_MS,
    'STREAMS',
    tripHints(region),
    from,
  )) as [string, HintEntry[]][] | null;
  return reply?.[0]?.[1] ?? [];
}

/** Relays trips with bounded concurrency; a failure does not hold up the others. */
export async function relayTrips(
  relay: TripRelay,
  trips: readonly TripId[],
  onFailed: (error: Error) => void,
): Promise<void> {
  await mapConcurrently(trips, CONCURRENT_TRIPS, (tripId) => relayTrip(relay, tripId).catch(onFailed));
}
