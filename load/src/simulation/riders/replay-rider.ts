import { randomUUID } from 'node:crypto';
import { createRider, type Rider, type RiderStats } from '@rideline/sdk';
import type { ApiClient } from '../../cluster/api-client.ts';
import type { TraceTrip } from '../trace/trace.ts';
import type { TraceClock } from '../trace/trace-clock.ts';
import { type RiderAges, ShownCar } from './rider-ages.ts';

/** How long a rider waits for the trip's last event before disconnecting anyway, wall ms. */
const LEAVE_MS = 15_000;

/** More than the other calls: a trip that stays open keeps its cab from every later one. */
const CLOSE_TRIES = 10;

export interface RiderParts {
  url: string;
  clock: TraceClock;
  api: ApiClient;
  token: (subject: string) => Promise<string>;
  ages: RiderAges;
}

export type RiderCounts = Omit<RiderStats, 'following'> & {
  opened: number;
  closed: number;
  /** Trips whose first position arrived, and trips whose end arrived. */
  shown: number;
  ended: number;
  failed: number;
};

export const NO_COUNTS: RiderCounts = {
  connects: 0,
  positions: 0,
  events: 0,
  skipped: 0,
  duplicates: 0,
  holes: 0,
  resets: 0,
  recoveries: 0,
  silences: 0,
  hiddenGaps: 0,
  opened: 0,
  closed: 0,
  shown: 0,
  ended: 0,
  failed: 0,
};

/** One derived trip: opened and closed at trace time, with a rider that follows the cab that drove it that day. */
export class ReplayRider {
  readonly tripId = randomUUID();
  readonly #parts: RiderParts;
  readonly #trip: TraceTrip;
  readonly #rider: Rider;
  readonly #onGone: (rider: ReplayRider) => void;
  readonly #counts = { opened: 0, closed: 0, shown: 0, ended: 0, failed: 0 };
  readonly #opened: Promise<void>;
  #leaveTimer: NodeJS.Timeout | undefined;

  /** `before` settles when the cab's previous trip is closed: a cab has one trip at a time, also when the API is slow. */
  constructor(
    trip: TraceTrip,
    number: number,
    parts: RiderParts,
    before: Promise<void>,
    onGone: (rider: ReplayRider) => void,
  ) {
    const riderId = `rider-${number}`;
    this.#trip = trip;
    this.#parts = parts;
    this.#onGone = onGone;
    this.#rider = createRider({ url: parts.url, token: () => parts.token(riderId) });
    this.#opened = before.then(() => this.#open(riderId));
  }

  /** Closes the trip: the cab is free again. */
  async close(): Promise<void> {
    const at = new Date(this.#trip.dropoffAt).toISOString();
    await this.#opened;
    try {
      await this.#parts.api.call('POST', `/v1/dev/trips/${this.tripId}/close`, { at }, CLOSE_TRIES);
      this.#counts.closed = 1;
    } catch (error) {
      // A trip whose opening failed is usually not there; but its answer may have been lost, and the cab's next trip would be refused.
      if (this.#counts.opened > 0) this.#fail(error);
    }
    if (this.#counts.opened === 0) return;
    this.#leaveTimer = setTimeout(() => this.leave(), LEAVE_MS);
  }

  leave(): void {
    clearTimeout(this.#leaveTimer);
    if (this.#rider.state.kind === 'stopped') return;
    this.#rider.close();
    this.#onGone(this);
  }

  stats(): RiderCounts {
    const { following: _, ...stats } = this.#rider.stats();
    return { ...stats, ...this.#counts };
  }

  /** The first failure, for the summary. */
  problem: string | undefined;

  async #open(riderId: string): Promise<void> {
    const [trip, parts] = [this.#trip, this.#parts];
    try {
      await parts.api.call('POST', '/v1/dev/trips', {
        tripId: this.tripId,
        riderId,
        driverId: trip.cab,
        pickup: trip.pickup,
        dropoff: trip.dropoff,
        at: new Date(trip.pickupAt).toISOString(),
      });
    } catch (error) {
      this.#fail(error);
      this.leave();
      return;
    }
    this.#counts.opened = 1;
    this.#rider.connect();
    const car = new ShownCar(parts.ages, (timestamp) => parts.clock.ageMs(timestamp));
    this.#rider.follow(this.tripId, {
      onReset: ({ snapshot }) => car.onSnapshot(snapshot),
      onPosition: (position) => {
        this.#counts.shown = 1;
        car.onPosition(position);
      },
      onEnd: ({ code }) => {
        if (code === undefined) this.#counts.ended = 1;
        else this.#fail(new Error(`the rider was refused: ${code}`));
        this.leave();
      },
    });
  }

  #fail(error: unknown): void {
    this.#counts.failed = 1;
    this.problem ??= error instanceof Error ? error.message : String(error);
  }
}

export function addRiderCounts(sums: RiderCounts, more: RiderCounts): void {
  for (const name of Object.keys(sums) as (keyof RiderCounts)[]) sums[name] += more[name];
}
