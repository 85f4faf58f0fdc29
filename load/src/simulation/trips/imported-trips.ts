import type { ApiClient } from '../../cluster/api-client.ts';
import { addRiderCounts, NO_COUNTS, ReplayRider, type RiderCounts } from '../riders/replay-rider.ts';
import type { RiderAges } from '../riders/rider-ages.ts';
import type { Due } from '../trace/schedule.ts';
import type { Trace, TraceTrip } from '../trace/trace.ts';
import type { TraceClock } from '../trace/trace-clock.ts';
import type { ReplayTrips, TripTotals } from './replay-trips.ts';

export interface ImportedTripsParts {
  readonly url: string;
  readonly trace: Trace;
  readonly clock: TraceClock;
  readonly api: ApiClient;
  readonly token: (role: 'driver' | 'rider', subject: string) => Promise<string>;
  readonly riderAges: RiderAges;
}

/** Every derived trip is opened and closed at its recorded times, with a rider that follows the cab that drove it that day. */
export class ImportedTrips implements ReplayTrips {
  readonly #parts: ImportedTripsParts;
  readonly #riders = new Map<TraceTrip, ReplayRider>();
  readonly #pastRiders: RiderCounts = { ...NO_COUNTS };
  /** The last trip of each cab; settles when it is closed. */
  readonly #closing = new Map<string, Promise<void>>();
  readonly #problems = new Set<string>();

  constructor(parts: ImportedTripsParts) {
    this.#parts = parts;
  }

  /** A trip that began before `now` and is not over is opened at once. */
  due(now: number): Due[] {
    const due: Due[] = [];
    for (const [index, trip] of this.#parts.trace.trips.entries()) {
      if (trip.dropoffAt <= now) continue;
      due.push({ at: Math.max(now, trip.pickupAt), run: () => this.#openTrip(trip, index) });
      due.push({ at: trip.dropoffAt, run: () => this.#closeTrip(trip) });
    }
    return due;
  }

  stop(): void {
    for (const rider of [...this.#riders.values()]) rider.leave();
  }

  totals(): TripTotals {
    const sums = { ...this.#pastRiders };
    for (const rider of this.#riders.values()) addRiderCounts(sums, rider.stats());
    return { ...sums, following: this.#riders.size, problems: [...this.#problems] };
  }

  #openTrip(trip: TraceTrip, index: number): void {
    const { url, clock, api, token, riderAges } = this.#parts;
    const parts = { url, clock, api, token: (subject: string) => token('rider', subject), ages: riderAges };
    const before = this.#closing.get(trip.cab) ?? Promise.resolve();
    const rider = new ReplayRider(trip, index, parts, before, (gone) => {
      addRiderCounts(this.#pastRiders, gone.stats());
      if (gone.problem !== undefined && this.#problems.size < 20) this.#problems.add(gone.problem);
      this.#riders.delete(trip);
    });
    this.#riders.set(trip, rider);
  }

  #closeTrip(trip: TraceTrip): void {
    const rider = this.#riders.get(trip);
    if (rider !== undefined) this.#closing.set(trip.cab, rider.close());
  }
}
