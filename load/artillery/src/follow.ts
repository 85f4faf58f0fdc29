import type {
  TrackCursor,
  TrackPosition,
  TrackSubscribed,
  TripEvent,
  TripStateName,
} from '@rideline/contract';
import { OperationFailed } from './codes.ts';
import type { Connection } from './connection.ts';
import type { Lab } from './lab.ts';
import { pause } from './repeat.ts';

/** As in docs/reference/limits.md: `seenEveryPositions`, `seenEveryMs`. */
const SEEN_POSITIONS = 8;
const SEEN_MS = 2000;
/** Messages kept while a subscription is under way; as many as the server's log has. */
const MOST_HELD = 300;
const POSITIONS_PER_ENTRY = 500;
const RETRY_MS = 500;
const RETRY_MOST_MS = 5000;

interface Run {
  epoch: number;
  first: number;
  firstSkipped: number;
  last: number;
  count: number;
  skipped: number;
}

export interface FollowHandlers {
  /** The trip's state as a snapshot or an event says it. */
  readonly onState: (state: TripStateName) => void;
}

/** A rider who follows one trip: finds gaps, closes them by subscribing again, and tells the server what was seen. */
export class Follow {
  readonly #lab: Lab;
  readonly #connection: Connection;
  readonly #handlers: FollowHandlers;
  readonly #ids: { readonly userId: string; readonly tripId: string; readonly follow: number };
  #cursor: TrackCursor | null = null;
  #held: ({ position: TrackPosition } | { event: TripEvent })[] = [];
  #isSubscribing = false;
  #isDone = false;
  /** Raised with every subscription: the answer to an earlier one is of no use. */
  #subscription = 0;
  #failures = 0;
  /** Whose car is on the screen; the first position of a driver is as old as it is, which is no latency. */
  #driverId: string | null = null;
  #seenPos = 0;
  #seenTimer: NodeJS.Timeout | undefined;
  #run: Run | null = null;

  constructor(
    lab: Lab,
    about: {
      connection: Connection;
      userId: string;
      tripId: string;
      follow: number;
      handlers: FollowHandlers;
    },
  ) {
    const { connection, userId, tripId, follow, handlers } = about;
    this.#lab = lab;
    this.#connection = connection;
    this.#handlers = handlers;
    this.#ids = { userId, tripId, follow };
  }

  /** Subscribes; called at the start, after each connect, and after a gap. @param dueMs when it was due */
  async subscribe(dueMs: number): Promise<void> {
    if (this.#isDone || !this.#connection.isConnected) return;
    const { recorder, nowMs, settings } = this.#lab;
    const subscription = ++this.#subscription;
    this.#isSubscribing = true;
    this.#held = [];
    const since = this.#cursor === null ? {} : { since: this.#cursor };
    recorder.count('operations.sent');
    try {
      const answer = await this.#connection.call<TrackSubscribed>(
        'track:subscribe',
        { tripId: this.#ids.tripId, ...since },
        settings.ackTimeoutMs,
      );
      if (this.#isDone || subscription !== this.#subscription) return;
      recorder.observe('track.subscribe', nowMs() - dueMs);
      this.#failures = 0;
      this.#subscribed(answer);
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      recorder.failed('track.subscribe', error.code);
      if (this.#isDone || subscription !== this.#subscription) return;
      if (error.canRepeat) await this.#again(error.retryAfterMs);
      else this.end('refused', error.code);
    }
  }

  position(position: TrackPosition): void {
    if (this.#isDone) return;
    if (!this.#isSubscribing) this.#take(position);
    else if (this.#held.length < MOST_HELD) this.#held.push({ position });
  }

  event(event: TripEvent): void {
    if (this.#isDone) return;
    if (!this.#isSubscribing) this.#takeEvent(event);
    else if (this.#held.length < MOST_HELD) this.#held.push({ event });
  }

  /** `track:reset`: what was shown is void. */
  reset(answer: TrackSubscribed): void {
    if (this.#isDone) return;
    this.#subscription++;
    this.#restart(answer, 'server');
    this.#release();
  }

  end(why: 'done' | 'refused' | 'left', code: string | null = null): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#seenTimer);
    this.#flushRun();
    this.#connection.send('track:unsubscribe', { tripId: this.#ids.tripId });
    this.#lab.note({ kind: 'follow.ended', ...this.#ids, why, code });
  }

  #subscribed(answer: TrackSubscribed): void {
    if (this.#cursor === null || !answer.recovered) {
      this.#restart(answer, this.#cursor === null ? 'start' : 'unrecoverable');
    } else {
      this.#isSubscribing = false;
      for (const item of answer.missed) {
        if (item.kind === 'event') this.#takeEvent(item.event);
        else this.#take(item.position);
      }
    }
    this.#release();
  }

  #restart(answer: TrackSubscribed, why: 'start' | 'unrecoverable' | 'server'): void {
    this.#flushRun();
    const { version, epoch, pos, snapshot } = answer;
    this.#isSubscribing = false;
    this.#cursor = { version, epoch, pos };
    this.#seenPos = pos;
    this.#driverId = snapshot.driver?.id ?? null;
    this.#lab.note({
      kind: 'follow.reset',
      ...this.#ids,
      why,
      version,
      epoch,
      pos,
      state: snapshot.state,
    });
    this.#handlers.onState(snapshot.state);
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const item of held) {
      if ('event' in item) this.#takeEvent(item.event);
      else this.#take(item.position);
    }
  }

  #take(position: TrackPosition): void {
    const cursor = this.#cursor;
    if (cursor === null || this.#isDone) return;
    // Nothing was logged when this follower began: the first epoch of a log is not a reset.
    if (cursor.epoch === 0) cursor.epoch = position.epoch;
    const { epoch, pos, skipped, driverId, timestamp } = position;
    if (epoch < cursor.epoch || (epoch === cursor.epoch && pos <= cursor.pos)) return;
    if (epoch > cursor.epoch || pos - cursor.pos - 1 > skipped) {
      this.#hole();
      return;
    }
    cursor.pos = pos;
    const { recorder, clock, nowMs } = this.#lab;
    recorder.count('positions.received');
    if (skipped > 0) recorder.count('positions.skipped', skipped);
    if (this.#driverId === driverId) recorder.observe('track.position', clock.ageOf(timestamp, nowMs()));
    this.#driverId = driverId;
    this.#noteRun(position);
    this.#scheduleSeen(pos);
  }

  #takeEvent(event: TripEvent): void {
    const cursor = this.#cursor;
    if (cursor === null || this.#isDone || event.version <= cursor.version) return;
    if (event.version > cursor.version + 1) {
      this.#hole();
      return;
    }
    cursor.version = event.version;
    this.#flushRun();
    const { version, type, state } = event;
    this.#lab.note({ kind: 'follow.event', ...this.#ids, version, type, state });
    this.#handlers.onState(state);
  }

  #hole(): void {
    if (this.#isSubscribing) return;
    this.#lab.recorder.count('positions.holes');
    this.#isSubscribing = true;
    void this.#again(0);
  }

  /** Backs off, so that repeated answers with a gap do not become a loop. */
  async #again(askedMs: number): Promise<void> {
    const waitMs = this.#failures === 0 ? 0 : Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** this.#failures);
    this.#failures++;
    const subscription = this.#subscription;
    await pause(askedMs + waitMs * Math.random());
    if (subscription === this.#subscription) await this.subscribe(this.#lab.nowMs());
  }

  /** Without `track:seen` the server soon sends the newest position only. */
  #scheduleSeen(pos: number): void {
    if (pos - this.#seenPos >= SEEN_POSITIONS) this.#sendSeen();
    else this.#seenTimer ??= setTimeout(() => this.#sendSeen(), SEEN_MS);
  }

  #sendSeen(): void {
    clearTimeout(this.#seenTimer);
    this.#seenTimer = undefined;
    const pos = this.#cursor?.pos ?? 0;
    this.#connection.send('track:seen', { tripId: this.#ids.tripId, pos });
    this.#seenPos = pos;
  }

  #noteRun({ epoch, pos, skipped }: TrackPosition): void {
    if (!this.#lab.hasJournal) return;
    if (this.#run === null || this.#run.epoch !== epoch || this.#run.count >= POSITIONS_PER_ENTRY) {
      this.#flushRun();
      this.#run = { epoch, first: pos, firstSkipped: skipped, last: pos, count: 1, skipped };
      return;
    }
    this.#run.last = pos;
    this.#run.count++;
    this.#run.skipped += skipped;
  }

  #flushRun(): void {
    if (this.#run !== null) this.#lab.note({ kind: 'follow.positions', ...this.#ids, ...this.#run });
    this.#run = null;
  }
}
