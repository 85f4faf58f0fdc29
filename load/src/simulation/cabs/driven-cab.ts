import type { Offer, Point, TripSnapshot } from '@rideline/contract';
import type { Habits } from '../habits.ts';
import type { TraceFix } from '../trace/trace.ts';
import type { TraceClock } from '../trace/trace-clock.ts';
import type { Visitors } from '../trips/visitors.ts';
import { type CabCommand, type CabDrive, stepCab } from './cab-drive.ts';
import { ReplayCab } from './replay-cab.ts';

export interface DrivenCabParts {
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly clock: TraceClock;
  readonly habits: Habits;
  readonly visitors: Pick<Visitors, 'haveDriverFor'>;
  /** The server refused something that it should have allowed. */
  readonly onProblem: (problem: string) => void;
}

/** Between two fixes of a driven cab, domain ms; in wall ms, no more often than a phone sends. */
const FIX_MS = 4000;
const FIX_WALL_MS = 1000;

/** A cab that takes offers: it cruises along its trace until it has accepted one, and is then driven by `stepCab`. */
export class DrivenCab extends ReplayCab {
  readonly #parts: DrivenCabParts;
  #drive: CabDrive = { kind: 'cruising' };
  #place: Point | null = null;
  #trace: Point | null = null;
  #fixAt = 0;
  #isAvailable = false;
  #ending = false;
  readonly counts = { offers: 0, accepted: 0, declined: 0, missed: 0 };

  constructor(id: string, parts: DrivenCabParts) {
    super(id, parts.url, parts.token);
    this.#parts = parts;
    this.driver.on('offer', (offer) => void this.#onOffer(offer));
    this.driver.on('trip', ({ trip }) => this.#onTrip(trip));
  }

  /** On a trip, or on the way back from one. */
  get isDriven(): boolean {
    return this.#drive.kind !== 'cruising';
  }

  /** A fix of the recorded trace. Whether the cab had a fare that day does not matter here. */
  override take(fix: TraceFix): void {
    this.#trace = { lat: fix.lat, lng: fix.lng };
    if (!this.#isAvailable) {
      this.#isAvailable = true;
      this.driver.setStatus('available');
    }
    if (this.isDriven) return;
    this.#place = this.#trace;
    this.driver.push({ lat: fix.lat, lng: fix.lng, t: fix.at, speed: fix.speed, heading: fix.heading });
  }

  /** Moves a driven cab; called every few hundred ms. */
  tick(now: number): void {
    const { habits, clock } = this.#parts;
    const everyMs = Math.max(FIX_MS, FIX_WALL_MS * clock.rate);
    if (!this.isDriven || this.#place === null || now - this.#fixAt < everyMs) return;
    const passedMs = Math.min(now - this.#fixAt, 2 * everyMs);
    const tripId = 'tripId' in this.#drive ? this.#drive.tripId : null;
    const boardingMs = () => habits.boardingMs(this.id, this.counts.accepted);
    const step = stepCab(this.#drive, this.#place, this.#trace, now, passedMs, boardingMs);
    this.#fixAt = now;
    this.#drive = step.drive;
    if (step.place) {
      const { lat, lng, speed, heading } = step.place;
      this.#place = { lat, lng };
      this.driver.push({ lat, lng, t: Math.round(now), speed, heading });
    }
    if (step.command && tripId) void this.#send(tripId, step.command);
  }

  /** The day is over: the rider on board is set down here. */
  async finish(): Promise<void> {
    this.#ending = true;
    const { trip } = this.driver;
    if (trip === null || (trip.state !== 'in_progress' && trip.state !== 'at_stop')) return;
    await this.#send(trip.tripId, 'complete');
  }

  async #onOffer(offer: Offer): Promise<void> {
    const { habits, clock, visitors } = this.#parts;
    const { offerId } = offer;
    // Without an answer the cab goes on by its habits.
    if (await visitors.haveDriverFor(offer).catch(() => false)) return this.#answer(offerId, false);
    this.counts.offers++;
    const habit = this.#ending
      ? ({ kind: 'decline', afterMs: 0 } as const)
      : habits.onOffer(this.id, this.counts.offers);
    if (habit.kind === 'miss') {
      this.counts.missed++;
      return;
    }
    setTimeout(() => void this.#answer(offerId, habit.kind === 'accept'), habit.afterMs / clock.rate);
  }

  async #answer(offerId: Offer['offerId'], accept: boolean): Promise<void> {
    // The offer was revoked in the meantime.
    if (!this.driver.offers.some((offer) => offer.offerId === offerId)) return;
    const outcome = await this.driver.answerOffer(offerId, accept);
    if (outcome.ok) this.counts[accept ? 'accepted' : 'declined']++;
    // Expected: another driver was faster, or the rider cancelled.
    else if (outcome.code !== 'GONE' && outcome.code !== 'CONFLICT' && outcome.code !== 'UNAVAILABLE')
      this.#parts.onProblem(`${this.id} could not answer: ${outcome.code}`);
  }

  #onTrip(trip: TripSnapshot | null): void {
    const on = 'tripId' in this.#drive ? this.#drive.tripId : null;
    if (trip === null) {
      if (on !== null) this.#drive = { kind: 'returning' };
      return;
    }
    if (trip.tripId === on || trip.state !== 'accepted' || !trip.pickup || !trip.dropoff) return;
    this.#place ??= this.#trace ?? trip.pickup;
    this.#fixAt = this.#parts.clock.domainMs();
    const { tripId, pickup, dropoff } = trip;
    this.#drive = { kind: 'to_pickup', tripId, pickup, dropoff };
  }

  async #send(tripId: string, command: CabCommand): Promise<void> {
    const outcome = await this.driver.tripCommand(tripId as TripSnapshot['tripId'], command);
    // The rider or an operator may have ended the trip in the meantime.
    if (!outcome.ok && outcome.code !== 'ILLEGAL_TRANSITION')
      this.#parts.onProblem(`${this.id} could not send ${command}: ${outcome.code}`);
  }
}
