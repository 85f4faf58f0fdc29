import type { TripId } from '@rideline/contract';
import type { LoggedPosition } from '@rideline/fleet/trips/trip-log';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import { type DirectEvent, directEvent } from '../wire/direct-send.ts';
import { trackPosition } from './track-position.ts';

/** A position for the followers of a trip. Nearly all of them are told the same, word for word: it is written once for them. */
export class PositionMessage {
  readonly position: LoggedPosition;
  readonly #tripId: TripId;
  readonly #clock: Clock;
  #afterNone: DirectEvent | null = null;
  #ageMs = 0;

  constructor(tripId: TripId, position: LoggedPosition, clock: Clock) {
    this.#tripId = tripId;
    this.position = position;
    this.#clock = clock;
  }

  /** What a follower is told to whom `skipped` positions were not sent. */
  after(skipped: number): DirectEvent {
    const age = Math.max(0, ageMs(this.#clock, this.position.t));
    if (skipped !== 0) return this.#event(skipped, age);
    // One that was held back for a follower goes out later, and older.
    if (this.#afterNone === null || this.#ageMs !== age) {
      this.#afterNone = this.#event(0, age);
      this.#ageMs = age;
    }
    return this.#afterNone;
  }

  #event(skipped: number, age: number): DirectEvent {
    const body = trackPosition(this.#tripId, this.position, { skipped, ageMs: age });
    return directEvent('/rider', 'location:update', body);
  }
}
