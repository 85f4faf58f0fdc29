import {
  LIMITS,
  type TrackPosition,
  type TrackSubscribe,
  type TrackSubscribed,
  type TripEvent,
} from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import { retryAdvice } from '../connection/connection-state.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import { FollowState, type FollowStep, type ResetReason } from './follow-state.ts';

export interface FollowHandlers {
  /** Rising within an epoch; `skipped`: how many positions were left out before it. */
  onPosition?: (position: TrackPosition) => void;
  /** Contiguous by version. */
  onEvent?: (event: TripEvent) => void;
  /** The start, or a reset: what lies between is lost, and this is the current state. */
  onReset?: (subscribed: TrackSubscribed, why: ResetReason) => void;
  /** The trip has ended (no code), or it cannot be followed (with code): nothing more arrives. */
  onEnd?: (end: { code?: string }) => void;
}

const SUBSCRIBE_TIMEOUT_MS = 10_000;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;

/** One followed trip across reconnects: the effects around `FollowState`. */
export class Follow {
  readonly tripId: TrackSubscribe['tripId'];
  readonly state = new FollowState();
  readonly #connection: Connection;
  readonly #clock: SdkClock;
  readonly #handlers: FollowHandlers;
  readonly #onDone: () => void;
  readonly #onHandlerError: (error: unknown) => void;
  readonly #seenTimer: Timer;
  readonly #retryTimer: Timer;
  #seenPos = 0;
  #subscription = 0;
  #failures = 0;
  #done = false;

  constructor(parts: {
    tripId: TrackSubscribe['tripId'];
    connection: Connection;
    clock: SdkClock;
    handlers: FollowHandlers;
    onDone: () => void;
    onHandlerError: (error: unknown) => void;
  }) {
    this.tripId = parts.tripId;
    this.#connection = parts.connection;
    this.#clock = parts.clock;
    this.#handlers = parts.handlers;
    this.#onDone = parts.onDone;
    this.#onHandlerError = parts.onHandlerError;
    this.#seenTimer = new Timer(parts.clock);
    this.#retryTimer = new Timer(parts.clock);
  }

  /** Subscribes with the cursor. Called on every connection, and when something is missing. */
  async subscribe(): Promise<void> {
    if (this.#done || !this.#connection.connected) return;
    const subscription = ++this.#subscription;
    this.#retryTimer.clear();
    this.state.beginSubscribe();
    const since = this.state.since;
    const body: TrackSubscribe = { tripId: this.tripId, ...(since === undefined ? {} : { since }) };
    const reply = await this.#connection.request<TrackSubscribed>(
      'track:subscribe',
      body,
      SUBSCRIBE_TIMEOUT_MS,
    );
    if (this.#done || subscription !== this.#subscription) return;
    if (reply.ok) {
      this.#seenPos = reply.pos;
      this.#perform(this.state.subscribed(reply));
    } else if (this.#connection.connected) this.#refused(reply.code, reply.retryAfterMs);
  }

  /** The connection is down: sends nothing until the next one. */
  disconnected(): void {
    this.#subscription++;
    this.#seenTimer.clear();
    this.#retryTimer.clear();
  }

  onPosition(position: TrackPosition): void {
    if (!this.#done) this.#perform(this.state.position(position));
  }

  onEvent(event: TripEvent): void {
    if (!this.#done) this.#perform(this.state.event(event));
  }

  onReset(subscribed: TrackSubscribed): void {
    if (this.#done) return;
    this.#subscription++;
    this.#seenPos = subscribed.pos;
    this.#perform(this.state.reset(subscribed));
  }

  stop(): void {
    if (this.#done) return;
    this.#connection.send('track:unsubscribe', { tripId: this.tripId });
    this.#finish();
  }

  #perform(steps: readonly FollowStep[]): void {
    let again = false;
    for (const step of steps) {
      if (step.kind === 'resubscribe') again = true;
      else this.#notify(step);
    }
    if (this.state.ended) {
      this.#end();
      return;
    }
    this.#scheduleSeen();
    if (again) this.#subscribeLater(undefined);
    else if (steps.length > 0) this.#failures = 0;
  }

  #notify(step: Exclude<FollowStep, { kind: 'resubscribe' }>): void {
    try {
      if (step.kind === 'position') this.#handlers.onPosition?.(step.position);
      else if (step.kind === 'event') this.#handlers.onEvent?.(step.event);
      else this.#handlers.onReset?.(step.subscribed, step.why);
    } catch (error) {
      this.#onHandlerError(error);
    }
  }

  /** Without `track:seen` the server soon holds all positions except the newest. */
  #scheduleSeen(): void {
    const unseen = this.state.pos - this.#seenPos;
    if (unseen >= LIMITS.seenEveryPositions) this.#sendSeen();
    else if (unseen > 0 && !this.#seenTimer.running)
      this.#seenTimer.set(LIMITS.seenEveryMs, () => this.#sendSeen());
  }

  #sendSeen(): void {
    this.#seenTimer.clear();
    const pos = this.state.pos;
    if (this.#connection.send('track:seen', { tripId: this.tripId, pos })) this.#seenPos = pos;
  }

  #refused(code: string, retryAfterMs: number | undefined): void {
    if (code === 'TIMEOUT' || retryAdvice(code) === 'later') this.#subscribeLater(retryAfterMs);
    else {
      this.#finish();
      this.#handlers.onEnd?.({ code });
    }
  }

  /** Backs off, so that repeated answers with a hole do not cause a loop of subscriptions. */
  #subscribeLater(requestedMs: number | undefined): void {
    const bound = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    const first = this.#failures === 0 && requestedMs === undefined;
    this.#failures++;
    if (first) void this.subscribe();
    else this.#retryTimer.set((requestedMs ?? 0) + this.#clock.random() * bound, () => void this.subscribe());
  }

  #end(): void {
    this.#connection.send('track:unsubscribe', { tripId: this.tripId });
    this.#finish();
    this.#handlers.onEnd?.({});
  }

  #finish(): void {
    this.#done = true;
    this.#seenTimer.clear();
    this.#retryTimer.clear();
    this.#onDone();
  }
}
