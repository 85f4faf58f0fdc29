import {
  LIMITS,
  TRIP_ENDS,
  type TrackCursor,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripStateName,
} from '@rideline/contract';

/** Steps to perform, in this order. */
export type FollowStep =
  | { kind: 'position'; position: TrackPosition }
  | { kind: 'event'; event: TripEvent }
  /** The start, or a reset because what lies between could not be recovered: never a silent gap. `gap`: absent at the start. */
  | { kind: 'reset'; why: ResetReason; subscribed: TrackSubscribed; gap?: FollowGap }
  /** Something is missing: subscribe again with the cursor. */
  | { kind: 'resubscribe' };

export type ResetReason = 'start' | 'unrecoverable' | 'server';

/** What a follower has missed for good. The current state follows it. */
export interface FollowGap {
  /** `unrecoverable`: the server's log does not reach back to `from` · `server`: the server has lost the log. */
  readonly why: Exclude<ResetReason, 'start'>;
  /** The last state event and the last position that were delivered. */
  readonly from: TrackCursor;
  /** Where it goes on. */
  readonly to: TrackCursor;
  /** State events that were missed. */
  readonly missedEvents: number;
  /** Positions that were missed; null: the log has begun again, so their number is not known. */
  readonly missedPositions: number | null;
}

export const NO_COUNTS = {
  positions: 0,
  events: 0,
  skipped: 0,
  duplicates: 0,
  holes: 0,
  resets: 0,
  recoveries: 0,
};

/** Messages held during a subscription; more than the server may send unseen, plus state events. */
const MAX_HELD = LIMITS.trackLogPositions;

/**
 * The state of one followed trip, pure. State events are contiguous by version; positions rise within an epoch and carry how many were left
 * out. A message that does not fit is dropped (older) or causes a new subscription (newer).
 */
export class FollowState {
  #cursor: TrackCursor | undefined;
  #subscribing = true;
  #held: ({ position: TrackPosition } | { event: TripEvent })[] = [];
  #overflowed = false;
  #state: TripStateName | undefined;
  readonly counts = { ...NO_COUNTS };

  /** Cursor for the next subscription; undefined before the first answer. */
  get since(): TrackCursor | undefined {
    return this.#cursor;
  }

  get ended(): boolean {
    return this.#state !== undefined && TRIP_ENDS.includes(this.#state);
  }

  /** Highest position delivered to the app in this epoch; 0 when none. */
  get pos(): number {
    return this.#cursor?.pos ?? 0;
  }

  /** Holds messages from now on until `subscribed`: they may be newer than the answer. */
  beginSubscribe(): void {
    this.#subscribing = true;
    this.#held = [];
    this.#overflowed = false;
  }

  subscribed(answer: TrackSubscribed): FollowStep[] {
    const steps: FollowStep[] = [];
    if (this.#cursor !== undefined && (answer.recovered || isAt(this.#cursor, answer))) {
      this.counts.recoveries++;
      this.#subscribing = false;
      for (const item of answer.missed) {
        if (item.kind === 'event') this.#takeEvent(item.event, steps);
        else this.#takePosition(item.position, steps);
      }
      this.#checkReached(answer, steps);
    } else this.#restart(answer, this.#cursor === undefined ? 'start' : 'unrecoverable', steps);
    this.#releaseHeld(steps);
    return steps;
  }

  /** `track:reset`: the current state is void. */
  reset(answer: TrackSubscribed): FollowStep[] {
    const steps: FollowStep[] = [];
    this.#restart(answer, 'server', steps);
    this.#releaseHeld(steps);
    return steps;
  }

  position(position: TrackPosition): FollowStep[] {
    if (this.#subscribing) return this.#hold({ position });
    const steps: FollowStep[] = [];
    this.#takePosition(position, steps);
    return steps;
  }

  event(event: TripEvent): FollowStep[] {
    if (this.#subscribing) return this.#hold({ event });
    const steps: FollowStep[] = [];
    this.#takeEvent(event, steps);
    return steps;
  }

  #hold(item: { position: TrackPosition } | { event: TripEvent }): FollowStep[] {
    if (this.#held.length < MAX_HELD) this.#held.push(item);
    else this.#overflowed = true;
    return [];
  }

  #restart(answer: TrackSubscribed, why: ResetReason, steps: FollowStep[]): void {
    this.#subscribing = false;
    this.counts.resets++;
    const { version, epoch, pos } = answer;
    const from = this.#cursor;
    const to = { version, epoch, pos };
    this.#cursor = { ...to };
    this.#state = answer.snapshot.state;
    const gap = from === undefined || why === 'start' ? {} : { gap: gapBetween(why, from, to) };
    steps.push({ kind: 'reset', why, subscribed: answer, ...gap });
  }

  /** `recovered` promises that `missed` reaches the answer's cursor: a hole when it does not. */
  #checkReached(answer: TrackSubscribed, steps: FollowStep[]): void {
    const cursor = this.#cursor;
    if (cursor === undefined) return;
    const short = answer.epoch !== cursor.epoch || answer.pos > cursor.pos || answer.version > cursor.version;
    if (short) this.#hole(steps);
  }

  #releaseHeld(steps: FollowStep[]): void {
    const held = this.#held;
    this.#held = [];
    for (const item of held) {
      if ('event' in item) this.#takeEvent(item.event, steps);
      else this.#takePosition(item.position, steps);
    }
    if (this.#overflowed) this.#hole(steps);
    this.#overflowed = false;
  }

  #takePosition(position: TrackPosition, steps: FollowStep[]): void {
    const cursor = this.#cursor;
    if (cursor === undefined) return;
    // Epoch 0: nothing was logged when this follower started. The first epoch of a log is not a reset.
    if (cursor.epoch === 0) cursor.epoch = position.epoch;
    if (position.epoch !== cursor.epoch) {
      // An older epoch arrived late; a newer one means that this follower missed its reset.
      if (position.epoch < cursor.epoch) this.counts.duplicates++;
      else this.#hole(steps);
      return;
    }
    if (position.pos <= cursor.pos) {
      this.counts.duplicates++;
      return;
    }
    if (position.pos - cursor.pos - 1 > position.skipped) {
      this.#hole(steps);
      return;
    }
    cursor.pos = position.pos;
    this.counts.positions++;
    this.counts.skipped += position.skipped;
    steps.push({ kind: 'position', position });
  }

  #takeEvent(event: TripEvent, steps: FollowStep[]): void {
    const cursor = this.#cursor;
    if (cursor === undefined) return;
    if (event.version <= cursor.version) {
      this.counts.duplicates++;
      return;
    }
    if (event.version > cursor.version + 1) {
      this.#hole(steps);
      return;
    }
    cursor.version = event.version;
    this.#state = event.state;
    this.counts.events++;
    steps.push({ kind: 'event', event });
  }

  #hole(steps: FollowStep[]): void {
    if (steps.some((step) => step.kind === 'resubscribe')) return;
    this.counts.holes++;
    steps.push({ kind: 'resubscribe' });
  }
}

/** Nothing was missed: so it is also where the server recovers nothing, for the holder of a share link. */
function isAt({ version, epoch, pos }: TrackCursor, answer: TrackSubscribed): boolean {
  return version === answer.version && epoch === answer.epoch && pos === answer.pos;
}

function gapBetween(why: FollowGap['why'], from: TrackCursor, to: TrackCursor): FollowGap {
  return {
    why,
    from,
    to,
    missedEvents: Math.max(0, to.version - from.version),
    missedPositions: from.epoch === to.epoch ? Math.max(0, to.pos - from.pos) : null,
  };
}
