import type { TripEvent } from '@rideline/contract';
import { TRIP_ENDS, type TripStateName } from '@rideline/contract';
import { createRider, type Rider, type RiderStats } from '@rideline/sdk';
import type { Habits } from '../habits.ts';
import type { TraceTrip } from '../trace/trace.ts';
import type { TraceClock } from '../trace/trace-clock.ts';
import { type RiderAges, ShownCar } from './rider-ages.ts';

export interface RequestingRiderParts {
  readonly url: string;
  readonly clock: TraceClock;
  readonly token: (subject: string) => Promise<string>;
  readonly habits: Habits;
  readonly ages: RiderAges;
  /** Wall ms from the request to the first offer, and to the acceptance. */
  readonly waits: { offered(ms: number): void; accepted(ms: number): void };
  readonly onGone: (rider: RequestingRider) => void;
}

/** One rider of the derived set: requests the trip where and when it began that day, and follows it to its end. */
export class RequestingRider {
  readonly riderId: string;
  tripId: string | null = null;
  state: TripStateName | null = null;
  shown = false;
  problem: string | undefined;
  readonly #rider: Rider;
  readonly #trip: TraceTrip;
  readonly #parts: RequestingRiderParts;
  #requestedMs = 0;
  #wasOffered = false;
  #wasAccepted = false;
  #cancelTimer: NodeJS.Timeout | undefined;

  constructor(trip: TraceTrip, number: number, parts: RequestingRiderParts) {
    this.riderId = `rider-${number}`;
    this.#trip = trip;
    this.#parts = parts;
    this.#rider = createRider({ url: parts.url, token: () => parts.token(this.riderId) });
  }

  async request(): Promise<void> {
    const { habits, clock } = this.#parts;
    this.#rider.connect();
    this.#requestedMs = Date.now();
    const { pickup, dropoff } = this.#trip;
    const answer = await this.#rider.requestTrip({
      pickup: { lat: pickup.lat, lng: pickup.lng },
      dropoff: { lat: dropoff.lat, lng: dropoff.lng },
    });
    if (!answer.ok) {
      this.problem = `${this.riderId} could not request a trip: ${answer.code}`;
      this.leave();
      return;
    }
    this.tripId = answer.tripId;
    this.state = answer.state;
    this.#follow(answer.tripId);
    const after = habits.riderCancelsAfter(this.riderId);
    if (after !== null)
      this.#cancelTimer = setTimeout(() => void this.cancel('took too long'), after / clock.rate);
  }

  /** Cancels the trip if that is still possible. */
  async cancel(reason: string): Promise<void> {
    if (this.tripId !== null && this.state !== null && !TRIP_ENDS.includes(this.state))
      await this.#rider.cancelTrip(this.tripId, reason);
  }

  leave(): void {
    clearTimeout(this.#cancelTimer);
    if (this.#rider.state.kind === 'stopped') return;
    this.#rider.close();
    this.#parts.onGone(this);
  }

  stats(): RiderStats {
    return this.#rider.stats();
  }

  #follow(tripId: string): void {
    const { ages, clock } = this.#parts;
    const car = new ShownCar(ages, (timestamp) => clock.ageMs(timestamp));
    this.#rider.follow(tripId, {
      onPosition: (position) => {
        this.shown = true;
        car.onPosition(position);
      },
      onReset: ({ snapshot }) => {
        car.onSnapshot(snapshot);
        this.#setState(snapshot.state);
      },
      onEvent: (event: TripEvent) => this.#setState(event.state),
      onEnd: ({ code }) => {
        if (code !== undefined) this.problem = `${this.riderId} was refused: ${code}`;
        this.leave();
      },
    });
  }

  #setState(state: TripStateName): void {
    const { waits } = this.#parts;
    this.state = state;
    const waitedMs = Date.now() - this.#requestedMs;
    if (!this.#wasOffered && (state === 'offered' || state === 'accepted')) {
      this.#wasOffered = true;
      waits.offered(waitedMs);
    }
    if (this.#wasAccepted || state !== 'accepted') return;
    this.#wasAccepted = true;
    waits.accepted(waitedMs);
  }
}
