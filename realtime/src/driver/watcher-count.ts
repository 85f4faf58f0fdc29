import { LIMITS, type RegionId, type TripId } from '@rideline/contract';
import { countWatchers } from '@rideline/fleet/live/trip-watchers';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { AnySocket } from '../socket/socket-data.ts';

export interface WatcherCountContext {
  readonly state: RedisClient;
  readonly config: { readonly region: RegionId };
  readonly wallMs: () => number;
  readonly log: Logger;
}

/**
 * How many follow the current trip of one driver. The gateways of the followers send each change; these hints may be lost, and a gateway that was
 * killed sends none, so the number is also read every round of the comparison with the driver's hash. Changes within a second are one event.
 */
export class WatcherCount {
  readonly #socket: Pick<AnySocket, 'emit'>;
  readonly #context: WatcherCountContext;
  #tripId: TripId | null = null;
  #count = 0;
  #sent = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Pick<AnySocket, 'emit'>, context: WatcherCountContext) {
    this.#socket = socket;
    this.#context = context;
  }

  /** Sockets that follow the current trip; 0 without a trip. */
  get count(): number {
    return this.#count;
  }

  /** The driver's trip has changed. Of a trip that has ended no further number is sent. */
  setTrip(tripId: TripId | null): void {
    if (tripId === this.#tripId) return;
    this.close();
    this.#tripId = tripId;
    if (tripId !== null) void this.refresh();
  }

  /** Reads the number; never rejects. */
  async refresh(): Promise<void> {
    const tripId = this.#tripId;
    if (tripId === null) return;
    const { state, config, log } = this.#context;
    try {
      this.know(tripId, await countWatchers(state, config.region, tripId));
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'watchers of a trip not counted');
    }
  }

  know(tripId: TripId, count: number): void {
    if (tripId !== this.#tripId) return;
    this.#count = count;
    if (this.#timer !== undefined || count === this.#sent) return;
    const nowMs = this.#context.wallMs();
    const waitMs = this.#sentAtMs + LIMITS.watchersIntervalMs - nowMs;
    // A wait beyond the interval: the wall clock was set back.
    if (waitMs <= 0 || waitMs > LIMITS.watchersIntervalMs) this.#send();
    else this.#timer = setTimeout(() => this.#send(), waitMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tripId = null;
    this.#count = 0;
    this.#sent = 0;
  }

  #send(): void {
    this.#timer = undefined;
    const [tripId, count] = [this.#tripId, this.#count];
    if (tripId === null || count === this.#sent) return;
    this.#sent = count;
    this.#sentAtMs = this.#context.wallMs();
    this.#socket.emit('trip:watchers', { tripId, count });
  }
}
