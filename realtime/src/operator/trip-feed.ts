import { type RegionId, type TripId, type TripSummary, tripSummarySchema } from '@rideline/contract';
import { tripFeed } from '@rideline/fleet/redis/redis-keys';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { GatewayMetrics } from '../metrics.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { connectionOf } from '../wire/engine-connection.ts';

export interface TripFeedParts {
  readonly region: RegionId;
  readonly clock: Clock;
  /** A subscribing connection on the cache Redis. */
  readonly subscriber: RedisClient;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

const FRAME_MS = 500;
/** Changed trips in one frame; the others follow in the next. */
const TRIPS_PER_FRAME = 2000;
/** Changed trips that wait; beyond it the oldest are dropped: the page reads the whole list again every 30 s. */
const MAX_TRIPS_WAITING = 20_000;
/** Packets that may wait for a page that does not read; beyond it the page misses frames. */
const MAX_WAITING_PACKETS = 4;

/** Sends operators' pages the newest state of each changed trip, at most twice a second. Subscribed to the relay's feed only while a page is open. */
export class TripFeed {
  readonly #parts: TripFeedParts;
  readonly #sockets = new Set<AnySocket>();
  readonly #changed = new Map<TripId, TripSummary>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: TripFeedParts) {
    this.#parts = parts;
    parts.subscriber.on('message', this.#onMessage);
    this.#timer = setInterval(() => this.#send(), FRAME_MS);
  }

  add(socket: AnySocket): void {
    this.#sockets.add(socket);
    if (this.#sockets.size === 1) this.#listen('subscribe');
  }

  remove(socket: AnySocket): void {
    if (!this.#sockets.delete(socket) || this.#sockets.size > 0) return;
    this.#listen('unsubscribe');
    this.#changed.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#parts.subscriber.off('message', this.#onMessage);
  }

  #listen(how: 'subscribe' | 'unsubscribe'): void {
    const { subscriber, region, log } = this.#parts;
    subscriber[how](tripFeed(region)).catch((error: Error) =>
      log.warn({ reason: error.message }, `trip feed: ${how} failed; pages read the list meanwhile`),
    );
  }

  readonly #onMessage = (channel: string, text: string): void => {
    const { region, log, metrics } = this.#parts;
    if (channel !== tripFeed(region)) return;
    try {
      const trip = tripSummarySchema.parse(JSON.parse(text));
      const known = this.#changed.get(trip.tripId);
      if (known && known.version >= trip.version) return;
      this.#changed.delete(trip.tripId);
      this.#changed.set(trip.tripId, trip);
      for (const oldest of this.#changed.keys()) {
        if (this.#changed.size <= MAX_TRIPS_WAITING) break;
        this.#changed.delete(oldest);
      }
    } catch (error) {
      metrics.inbox_messages_total.inc({ type: 'invalid' });
      log.error({ reason: (error as Error).message }, 'trip feed: message not readable');
    }
  };

  #send(): void {
    if (this.#changed.size === 0 || this.#sockets.size === 0) return;
    const trips = [...this.#changed.values()].slice(0, TRIPS_PER_FRAME);
    for (const { tripId } of trips) this.#changed.delete(tripId);
    const frame = { at: Math.round(this.#parts.clock.domainMs()), trips };
    for (const socket of this.#sockets) {
      if (connectionOf(socket).writeBuffer.length > MAX_WAITING_PACKETS) continue;
      socket.emit('trips:frame', frame);
      this.#parts.metrics.trips_frames_total.inc();
    }
  }
}
