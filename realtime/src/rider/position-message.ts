import type { TripId } from '@rideline/contract';
import type { LoggedPosition } from '@rideline/fleet/live/trip-log';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import { type DirectEvent, directEvent } from '../wire/direct-send.ts';
import { trackPosition } from './track-position.ts';

/** A position for the followers of a trip. Nearly all of them get the same bytes: the message is encoded once for them. */
export class PositionMessage {
  readonly position: LoggedPosition;
  readonly #tripId: TripId;
  readonly #clock: Clock;
  readonly #eta: { readonly etaSeconds?: number };
  #withoutSkips: DirectEvent | null = null;
  #ageMs = 0;

  /** @param etaSeconds from the position to the trip's next place; null: there is none */
  constructor(tripId: TripId, position: LoggedPosition, etaSeconds: number | null, clock: Clock) {
    this.#tripId = tripId;
    this.position = position;
    this.#clock = clock;
    this.#eta = etaSeconds === null ? {} : { etaSeconds };
  }

  /** The message for a follower to whom `skipped` positions were not sent. */
  after(skipped: number): DirectEvent {
    const age = Math.max(0, ageMs(this.#clock, this.position.t));
    if (skipped !== 0) return this.#event(skipped, age);
    // A position that was held for a follower is sent later, with a greater age.
    if (this.#withoutSkips === null || this.#ageMs !== age) {
      this.#withoutSkips = this.#event(0, age);
      this.#ageMs = age;
    }
    return this.#withoutSkips;
  }

  #event(skipped: number, age: number): DirectEvent {
    const body = trackPosition(this.#tripId, this.position, { skipped, ageMs: age, ...this.#eta });
    return directEvent('/rider', 'location:update', body);
  }
}
