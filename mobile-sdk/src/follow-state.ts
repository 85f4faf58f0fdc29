import {
  LIMITS,
  type TrackCursor,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripStateName,
} from '@rideline/contract';

/** What the app is to be told, in this order. */
export type FollowStep =
  | { kind: 'position'; position: TrackPosition }
  | { kind: 'event'; event: TripEvent }
  /** The start, or a new start because what lies between could not be recovered: never a silent gap. */
  | { kind: 'reset'; why: ResetReason; subscribed: TrackSubscribed }
  /** Something is missing: subscribe again with the cursor. */
  | { kind: 'resubscribe' };

export type ResetReason = 'start' | 'unrecoverable' | 'server';

/** Pushes held while a subscription is being answered; more than the server may leave unseen, plus its states. */
const HELD_MAX = LIMITS.trackLogPositions;

const ENDED: ReadonlySet<TripStateName> = new Set([
  'completed',
  'cancelled',
  'no_show',
  'no_drivers',
  'failed',
]);

/**
 * One followed trip as a follower knows it: pure. State events are contiguous by version; positions rise within an
 * epoch and say what was left out. Whatever does not fit is dropped (older) or asked for again (newer).
 */
export class FollowState {
  private cursor: TrackCursor | undefined;
  private subscribing = true;
  private held: ({ position: TrackPosition } | { event: TripEvent })[] = [];
  private overheld = false;
  private state: TripStateName | undefined;
  readonly counts = {
    positions: 0,
    events: 0,
    skipped: 0,
    duplicates: 0,
    holes: 0,
    resets: 0,
    recoveries: 0,
  };

  /** Where to go on; undefined before the first answer. */
  get since(): TrackCursor | undefined {
    return this.cursor;
  }

  get ended(): boolean {
    return this.state !== undefined && ENDED.has(this.state);
  }

  /** Highest position that the app was told of in this epoch; 0 when none. */
  get pos(): number {
    return this.cursor?.pos ?? 0;
  }

  /** From now on pushes are held until `subscribed`: they may be newer than the answer. */
  beginSubscribe(): void {
    this.subscribing = true;
    this.held = [];
    this.overheld = false;
  }

  subscribed(answer: TrackSubscribed): FollowStep[] {
    const steps: FollowStep[] = [];
    if (this.cursor !== undefined && answer.recovered) {
      this.counts.recoveries++;
      this.subscribing = false;
      for (const item of answer.missed) {
        if (item.kind === 'event') this.takeEvent(item.event, steps);
        else this.takePosition(item.position, steps);
      }
      this.checkReached(answer, steps);
    } else this.restart(answer, this.cursor === undefined ? 'start' : 'unrecoverable', steps);
    this.releaseHeld(steps);
    return steps;
  }

  /** `track:reset`: what is held here is void. */
  reset(answer: TrackSubscribed): FollowStep[] {
    const steps: FollowStep[] = [];
    this.restart(answer, 'server', steps);
    this.releaseHeld(steps);
    return steps;
  }

  position(position: TrackPosition): FollowStep[] {
    if (this.subscribing) return this.hold({ position });
    const steps: FollowStep[] = [];
    this.takePosition(position, steps);
    return steps;
  }

  event(event: TripEvent): FollowStep[] {
    if (this.subscribing) return this.hold({ event });
    const steps: FollowStep[] = [];
    this.takeEvent(event, steps);
    return steps;
  }

  private hold(item: { position: TrackPosition } | { event: TripEvent }): FollowStep[] {
    if (this.held.length < HELD_MAX) this.held.push(item);
    else this.overheld = true;
    return [];
  }

  private restart(answer: TrackSubscribed, why: ResetReason, steps: FollowStep[]): void {
    this.subscribing = false;
    this.counts.resets++;
    this.cursor = { version: answer.version, epoch: answer.epoch, pos: answer.pos };
    this.state = answer.snapshot.state;
    steps.push({ kind: 'reset', why, subscribed: answer });
  }

  /** `recovered` promises that `missed` reaches up to where the answer stands: believe it only when it does. */
  private checkReached(answer: TrackSubscribed, steps: FollowStep[]): void {
    const cursor = this.cursor;
    if (cursor === undefined) return;
    const short = answer.epoch !== cursor.epoch || answer.pos > cursor.pos || answer.version > cursor.version;
    if (short) this.hole(steps);
  }

  private releaseHeld(steps: FollowStep[]): void {
    const held = this.held;
    this.held = [];
    for (const item of held) {
      if ('event' in item) this.takeEvent(item.event, steps);
      else this.takePosition(item.position, steps);
    }
    if (this.overheld) this.hole(steps);
    this.overheld = false;
  }

  private takePosition(position: TrackPosition, steps: FollowStep[]): void {
    const cursor = this.cursor;
    if (cursor === undefined) return;
    // Epoch 0: nothing was logged when this follower started. A log that begins is no reset for it.
    if (cursor.epoch === 0) cursor.epoch = position.epoch;
    if (position.epoch !== cursor.epoch) {
      // An older epoch is a straggler; a newer one means that this follower missed its reset.
      if (position.epoch < cursor.epoch) this.counts.duplicates++;
      else this.hole(steps);
      return;
    }
    if (position.pos <= cursor.pos) {
      this.counts.duplicates++;
      return;
    }
    if (position.pos - cursor.pos - 1 > position.skipped) {
      this.hole(steps);
      return;
    }
    cursor.pos = position.pos;
    this.counts.positions++;
    this.counts.skipped += position.skipped;
    steps.push({ kind: 'position', position });
  }

  private takeEvent(event: TripEvent, steps: FollowStep[]): void {
    const cursor = this.cursor;
    if (cursor === undefined) return;
    if (event.version <= cursor.version) {
      this.counts.duplicates++;
      return;
    }
    if (event.version > cursor.version + 1) {
      this.hole(steps);
      return;
    }
    cursor.version = event.version;
    this.state = event.state;
    this.counts.events++;
    steps.push({ kind: 'event', event });
  }

  private hole(steps: FollowStep[]): void {
    if (steps.some((step) => step.kind === 'resubscribe')) return;
    this.counts.holes++;
    steps.push({ kind: 'resubscribe' });
  }
}
