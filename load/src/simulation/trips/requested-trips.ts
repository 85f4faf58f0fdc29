import type { TripStateName } from '@rideline/contract';
import { AgeHistogram } from '../age-histogram.ts';
import type { DrivenCab } from '../cabs/driven-cab.ts';
import type { Habits } from '../habits.ts';
import { addRiderCounts, NO_COUNTS, type RiderCounts } from '../riders/replay-rider.ts';
import { RequestingRider } from '../riders/requesting-rider.ts';
import type { RiderAges } from '../riders/rider-ages.ts';
import type { Due } from '../trace/schedule.ts';
import type { Trace, TraceTrip } from '../trace/trace.ts';
import type { TraceClock } from '../trace/trace-clock.ts';
import type { ReplayTrips, TripTotals } from './replay-trips.ts';

export interface RequestedTripsParts {
  readonly url: string;
  readonly trace: Trace;
  readonly clock: TraceClock;
  readonly habits: Habits;
  readonly cabs: ReadonlyMap<string, DrivenCab>;
  readonly token: (role: 'driver' | 'rider', subject: string) => Promise<string>;
  readonly riderAges: RiderAges;
}

/** The state of the trips, as the riders know it. */
export interface CityFigures {
  readonly total: number;
  readonly waiting: number;
  readonly offered: number;
  readonly toPickup: number;
  readonly onTrip: number;
  readonly states: Partial<Record<TripStateName, number>>;
  readonly offers: { offers: number; accepted: number; declined: number; missed: number };
}

/** How often driven cabs are moved, wall ms. */
const MOVE_MS = 200;
/** How long riders and drivers may take to end their trips when the day is over, wall ms. */
const SETTLE_MS = 45_000;

/** Every derived trip is requested where and when it began that day; drivers answer by habit. */
export class RequestedTrips implements ReplayTrips {
  readonly waits = { offered: new AgeHistogram(), accepted: new AgeHistogram() };
  readonly #parts: RequestedTripsParts;
  readonly #riders = new Set<RequestingRider>();
  readonly #ids = new Set<string>();
  readonly #ended: Partial<Record<TripStateName, number>> = {};
  readonly #past: RiderCounts = { ...NO_COUNTS };
  readonly #problems = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #stopped = false;

  constructor(parts: RequestedTripsParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => {
      const now = parts.clock.domainMs();
      for (const cab of parts.cabs.values()) cab.tick(now);
    }, MOVE_MS);
  }

  due(now: number): Due[] {
    return this.#parts.trace.trips.flatMap((trip, index) =>
      trip.pickupAt < now ? [] : [{ at: trip.pickupAt, run: () => this.#request(trip, index) }],
    );
  }

  problem(text: string): void {
    if (this.#problems.size < 20) this.#problems.add(text);
  }

  /** Ids of all trips that the server has answered. */
  get tripIds(): readonly string[] {
    return [...this.#ids];
  }

  isRequested(tripId: string): boolean {
    return this.#ids.has(tripId);
  }

  /** No more requests: waiting riders cancel, riders on board are set down. Resolves when all trips have ended, or at the deadline. */
  async settle(): Promise<void> {
    this.#stopped = true;
    const deadline = Date.now() + SETTLE_MS;
    const cancelled = new Set<RequestingRider>();
    while (this.#riders.size > 0 && Date.now() < deadline) {
      for (const cab of this.#parts.cabs.values()) void cab.finish();
      for (const rider of this.#riders) {
        // A rider whose request is still in flight cancels once it is answered.
        if (rider.tripId === null || cancelled.has(rider)) continue;
        cancelled.add(rider);
        void rider.cancel('the demo ends');
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    this.stop();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const rider of [...this.#riders]) rider.leave();
  }

  totals(): TripTotals {
    const sums = { ...this.#past };
    for (const rider of this.#riders) addRiderCounts(sums, countsOf(rider));
    return { ...sums, following: this.#riders.size, problems: [...this.#problems] };
  }

  figures(): CityFigures {
    const states: Partial<Record<TripStateName, number>> = { ...this.#ended };
    for (const { state } of this.#riders) if (state !== null) states[state] = (states[state] ?? 0) + 1;
    const offers = { offers: 0, accepted: 0, declined: 0, missed: 0 };
    for (const { counts } of this.#parts.cabs.values()) {
      for (const name of Object.keys(offers) as (keyof typeof offers)[]) offers[name] += counts[name];
    }
    const of = (...names: TripStateName[]) => names.reduce((sum, name) => sum + (states[name] ?? 0), 0);
    return {
      total: this.#ids.size,
      waiting: of('searching', 'scheduled'),
      offered: of('offered'),
      toPickup: of('accepted', 'arrived'),
      onTrip: of('in_progress', 'at_stop'),
      states,
      offers,
    };
  }

  #request(trip: TraceTrip, index: number): void {
    if (this.#stopped) return;
    const { url, clock, habits, token, riderAges } = this.#parts;
    const rider = new RequestingRider(trip, index, {
      url,
      clock,
      habits,
      token: (subject) => token('rider', subject),
      ages: riderAges,
      waits: {
        offered: (ms) => this.waits.offered.add(ms),
        accepted: (ms) => this.waits.accepted.add(ms),
      },
      onGone: (gone) => this.#forget(gone),
    });
    this.#riders.add(rider);
    void rider.request().then(() => {
      if (rider.tripId !== null) this.#ids.add(rider.tripId);
    });
  }

  #forget(rider: RequestingRider): void {
    this.#riders.delete(rider);
    addRiderCounts(this.#past, countsOf(rider));
    if (rider.state !== null) this.#ended[rider.state] = (this.#ended[rider.state] ?? 0) + 1;
    if (rider.problem !== undefined) this.problem(rider.problem);
  }
}

function countsOf(rider: RequestingRider): RiderCounts {
  const { following: _, ...stats } = rider.stats();
  const ended = rider.state === 'completed' ? 1 : 0;
  return {
    ...stats,
    opened: rider.tripId === null ? 0 : 1,
    closed: ended,
    shown: rider.shown ? 1 : 0,
    ended,
    failed: rider.problem === undefined ? 0 : 1,
  };
}
