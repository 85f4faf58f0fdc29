import type { RegionId, TripId } from '@rideline/contract';
import { type LoggedPosition, parsePublished } from '@rideline/fleet/live/trip-log';
import { tripChannel } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

export interface TripChannelsOptions {
  /** A subscribing connection on the state Redis, used only here. */
  readonly subscriber: RedisClient;
  readonly region: RegionId;
  readonly log: Logger;
  readonly onPosition: (tripId: TripId, position: LoggedPosition) => void;
}

/** Subscriptions to the positions of trips: one per trip, however many followers it has on this gateway. */
export class TripChannels {
  readonly #options: TripChannelsOptions;
  readonly #trips = new Map<string, TripId>();

  constructor(options: TripChannelsOptions) {
    this.#options = options;
    options.subscriber.on('smessage', (channel: string, message: string) =>
      this.#onMessage(channel, message),
    );
  }

  /** Resolves when Redis has confirmed the subscription: everything published from then on is received. */
  async open(tripId: TripId): Promise<void> {
    const channel = tripChannel(this.#options.region, tripId);
    this.#trips.set(channel, tripId);
    await this.#options.subscriber.ssubscribe(channel);
  }

  close(tripId: TripId): void {
    const { subscriber, region, log } = this.#options;
    const channel = tripChannel(region, tripId);
    if (!this.#trips.delete(channel)) return;
    subscriber
      .sunsubscribe(channel)
      .catch((error: Error) => log.warn({ reason: error.message }, 'channel of a trip not unsubscribed'));
  }

  #onMessage(channel: string, message: string): void {
    const tripId = this.#trips.get(channel);
    if (tripId === undefined) return;
    try {
      this.#options.onPosition(tripId, parsePublished(message));
    } catch (error) {
      this.#options.log.error({ reason: (error as Error).message }, 'published position not readable');
    }
  }
}
