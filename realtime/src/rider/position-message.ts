import type { TripId } from '@rideline/contract';
import type { LoggedPosition } from '@rideline/fleet/live/trip-log';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import { type DirectEvent, directEvent } from '../wire/direct-send.ts';
import { sharedPosition } from './shared-view.ts';
import { trackPosition } from './track-position.ts';

/** A message without skipped positions, and the age that it carries. */
interface Encoded {
  readonly ageMs: number;
  readonly event: DirectEvent;
}

/** A position for the followers of a trip. Nearly all of them get the same bytes: the message is encoded once for its rider, and once for shares. */
export class PositionMessage {
  readonly position: LoggedPosition;
  readonly #tripId: TripId;
  readonly #clock: Clock;
  readonly #eta: { readonly etaSeconds?: number };
  readonly #encoded = new Map<boolean, Encoded>();

  /** @param etaSeconds from the position to the trip's next place; null: there is none */
  constructor(tripId: TripId, position: LoggedPosition, etaSeconds: number | null, clock: Clock) {
    this.#tripId = tripId;
    this.position = position;
    this.#clock = clock;
    this.#eta = etaSeconds === null ? {} : { etaSeconds };
  }

  /** The message for a follower to whom `skipped` positions were not sent; `shared`: for one who follows through a share. */
  after(skipped: number, shared: boolean): DirectEvent {
    const age = Math.max(0, ageMs(this.#clock, this.position.t));
    if (skipped !== 0) return this.#event(skipped, age, shared);
    const known = this.#encoded.get(shared);
    // A position that was held for a follower is sent later, with a greater age.
    if (known?.ageMs === age) return known.event;
    const event = this.#event(0, age, shared);
    this.#encoded.set(shared, { ageMs: age, event });
    return event;
  }

  #event(skipped: number, age: number, shared: boolean): DirectEvent {
    const body = trackPosition(this.#tripId, this.position, { skipped, ageMs: age, ...this.#eta });
    return directEvent('/rider', 'location:update', shared ? sharedPosition(body) : body);
  }
}
