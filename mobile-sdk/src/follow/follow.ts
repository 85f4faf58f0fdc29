import {
  LIMITS,
  type TrackPosition,
  type TrackSubscribe,
  type TrackSubscribed,
  type TripEvent,
  type TripId,
  type TripSnapshot,
} from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import { retryAdvice } from '../connection/connection-state.ts';
import type { SdkClock } from '../time/clock.ts';
import { startElapsed } from '../time/elapsed.ts';
import { Timer } from '../time/timer.ts';
import type { DrawnCar } from './drawn-car.ts';
import { type FollowGap, FollowState, type FollowStep, type ResetReason } from './follow-state.ts';
import {
  FIRST_VIEW,
  type FollowedPosition,
  type FollowStatus,
  type FollowView,
  hasDriver,
  withEvent,
  withPosition,
  withSnapshot,
} from './follow-view.ts';
import type { DrawnPosition } from './motion.ts';

export interface FollowHandlers {
  /** Rising within an epoch; `skipped`: how many positions were left out before it. */
  onPosition?: (position: TrackPosition) => void;
  /** Contiguous by version. */
  onEvent?: (event: TripEvent) => void;
  /** The start, or a reset: what lies between is lost, and this is the current state. */
  onReset?: (subscribed: TrackSubscribed, why: ResetReason) => void;
  /** What a reset has lost, before `onReset`. There is no other gap: whatever else was missed is delivered late and in order. */
  onGap?: (gap: FollowGap) => void;
  /** No fix is younger than 10 s: show the last position greyed, with its age. The next `onPosition` ends it. */
  onStale?: (stale: { position: FollowedPosition; ageMs: number }) => void;
  /** Seconds until the driver is at the pick-up, the next stop or the drop-off, whenever it changes; null: not known. */
  onEta?: (etaSeconds: number | null) => void;
  /** The trip has ended (no code), or it cannot be followed (with code): nothing more arrives. */
  onEnd?: (end: { code?: string }) => void;
}

/** Without a younger fix a position is stale, ms. */
export const STALE_AFTER_MS = 10_000;
const SUBSCRIBE_TIMEOUT_MS = 10_000;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;
/**
 * A follower that hears nothing for so long asks for what it may have missed: with the answer's time limit of 10 s, and 2 s in which the
 * connection has to show that it lives, a hidden gap is found within 30 s. The random part keeps followers that fell silent together apart.
 */
const CHECK_MS = 12_000;
const CHECK_SPREAD_MS = 3000;

export const NO_CHECKS = { silences: 0, hiddenGaps: 0 };

/** Of a driver's fix: ms since it was taken, as this phone's clocks say; undefined while it does not know the server's time. */
export type AgeOf = (timestamp: number) => number | undefined;

/** What is needed of a connection. */
export type FollowConnection = Pick<Connection, 'connected' | 'send' | 'request' | 'wake'>;

/** One followed trip across reconnects: the effects around `FollowState`, and what a screen shows of it. Made by `rider.follow`. */
export class Follow {
  readonly tripId: TripId;
  /** @internal */
  readonly state = new FollowState();
  /** @internal Silences that were checked, and those in which something had been missed. */
  readonly checks = { ...NO_CHECKS };
  readonly #connection: FollowConnection;
  readonly #clock: SdkClock;
  readonly #ageOf: AgeOf;
  readonly #handlers: FollowHandlers[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #onHandlerError: (error: unknown) => void;
  readonly #seenTimer: Timer;
  readonly #retryTimer: Timer;
  readonly #checkTimer: Timer;
  readonly #staleTimer: Timer;
  #view: FollowView = FIRST_VIEW;
  #car: DrawnCar | undefined;
  /** ms since the newest position arrived, sleep included. */
  #sinceArrivalMs: () => number;
  #seenPos = 0;
  #subscription = 0;
  #failures = 0;
  #done = false;

  /** @internal */
  constructor(parts: {
    tripId: TripId;
    connection: FollowConnection;
    clock: SdkClock;
    ageOf: AgeOf;
    onHandlerError: (error: unknown) => void;
  }) {
    this.tripId = parts.tripId;
    this.#connection = parts.connection;
    this.#clock = parts.clock;
    this.#ageOf = parts.ageOf;
    this.#onHandlerError = parts.onHandlerError;
    this.#sinceArrivalMs = startElapsed(parts.clock);
    this.#seenTimer = new Timer(parts.clock);
    this.#retryTimer = new Timer(parts.clock);
    this.#checkTimer = new Timer(parts.clock);
    this.#staleTimer = new Timer(parts.clock);
  }

  /** What a screen shows now; the same object until something changes. */
  get view(): FollowView {
    return this.#view;
  }

  /** Calls `listener` after each change of `view`. Returns the function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @internal For `drawnPosition`, which makes the car once. */
  drawn(make: () => DrawnCar): DrawnPosition | null {
    if (this.#car === undefined) {
      this.#car = make();
      this.#moveCar();
    }
    return this.#car.at(this.#clock.monotonicMs());
  }

  /** Age of the newest position, ms; null while there is none. */
  ageMs(): number | null {
    const { position } = this.#view;
    return position && position.ageMs + this.#sinceArrivalMs();
  }

  /** Follows the trip no longer, for all who follow it. `rider.follow` starts it again. */
  stop(): void {
    if (this.#done) return;
    this.#connection.send('track:unsubscribe', { tripId: this.tripId });
    this.#finish('stopped', null);
  }

  /** @internal */
  get isDone(): boolean {
    return this.#done;
  }

  /** @internal Handlers that come later begin with the state as it is. */
  add(handlers: FollowHandlers): void {
    const { trip } = this.#view;
    const cursor = this.state.since;
    this.#handlers.push(handlers);
    if (trip === null || cursor === undefined) return;
    const subscribed = { ...cursor, snapshot: this.#snapshot(), missed: [], recovered: false };
    this.#call(() => handlers.onReset?.(subscribed, 'start'));
  }

  /** @internal Begins, or begins again after `stop` or an end. */
  start(): void {
    this.#done = false;
    if (this.#view.status === 'stopped' || this.#view.status === 'ended')
      this.#show({ ...this.#view, status: this.#view.trip === null ? 'starting' : 'live', endCode: null });
    void this.subscribe();
  }

  /** @internal Subscribes with the cursor. Called on every connection, and when something is or may be missing. */
  async subscribe(isCheck = false): Promise<void> {
    if (this.#done || !this.#connection.connected) return;
    const subscription = ++this.#subscription;
    this.#retryTimer.clear();
    this.#checkTimer.clear();
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
      const steps = this.state.subscribed(reply);
      if (isCheck && steps.length > 0) this.checks.hiddenGaps++;
      this.#perform(steps);
      this.#refresh(reply);
    } else if (this.#connection.connected) this.#refused(reply.code, reply.retryAfterMs);
  }

  /** @internal The connection is down: sends nothing until the next one. */
  disconnected(): void {
    this.#subscription++;
    for (const timer of [this.#seenTimer, this.#retryTimer, this.#checkTimer]) timer.clear();
  }

  /** @internal It cannot be followed any more: the session or the right to follow is over. */
  end(code: string): void {
    if (this.#done) return;
    this.#finish('ended', code);
    this.#each((handlers) => handlers.onEnd?.({ code }));
  }

  /** @internal */
  onPosition(position: TrackPosition): void {
    if (!this.#done) this.#perform(this.state.position(position));
  }

  /** @internal */
  onEvent(event: TripEvent): void {
    if (!this.#done) this.#perform(this.state.event(event));
  }

  /** @internal */
  onReset(subscribed: TrackSubscribed): void {
    if (this.#done) return;
    this.#subscription++;
    this.#seenPos = subscribed.pos;
    this.#perform(this.state.reset(subscribed));
  }

  #perform(steps: readonly FollowStep[]): void {
    let again = false;
    for (const step of steps) {
      if (step.kind === 'resubscribe') again = true;
      else this.#take(step);
    }
    if (this.state.ended) {
      this.#end();
      return;
    }
    this.#scheduleSeen();
    this.#scheduleCheck();
    if (again) this.#subscribeLater(undefined);
    else if (steps.length > 0) this.#failures = 0;
  }

  #take(step: Exclude<FollowStep, { kind: 'resubscribe' }>): void {
    const etaBefore = this.#view.etaSeconds;
    switch (step.kind) {
      case 'position':
        this.#move(step.position);
        this.#each((handlers) => handlers.onPosition?.(step.position));
        break;
      case 'event':
        this.#show(withEvent(this.#view, step.event));
        this.#afterEvent(step.event);
        this.#each((handlers) => handlers.onEvent?.(step.event));
        break;
      case 'reset': {
        const { subscribed, why, gap } = step;
        this.#car?.clear();
        this.#showSnapshot(subscribed.snapshot, gap);
        if (gap !== undefined) this.#each((handlers) => handlers.onGap?.(gap));
        this.#each((handlers) => handlers.onReset?.(subscribed, why));
        break;
      }
    }
    this.#reportEta(etaBefore);
  }

  #afterEvent(event: TripEvent): void {
    if (this.#view.position === null) this.#car?.clear();
    this.#scheduleStale();
    // The event has only the driver's id: name and vehicle are in the snapshot, which no cursor goes back behind.
    if (event.type === 'accepted') void this.subscribe();
  }

  /** After a recovery the snapshot has what events do not tell: the driver, the arrival time. */
  #refresh({ snapshot, version }: TrackSubscribed): void {
    if (this.#done || version !== this.state.since?.version) return;
    const etaBefore = this.#view.etaSeconds;
    const { trip, position, etaSeconds } = withSnapshot(this.#view, snapshot, 0);
    // A position that arrived while the answer was on its way is newer than the snapshot's.
    const isNewest = position?.timestamp === this.#view.position?.timestamp;
    this.#show({ ...this.#view, trip, ...(isNewest ? { etaSeconds } : {}) });
    this.#reportEta(etaBefore);
  }

  #showSnapshot(snapshot: TripSnapshot, gap: FollowGap | undefined): void {
    const { position } = snapshot;
    const ageMs = position === null ? 0 : this.#ageOnArrival(position.at, position.ageMs);
    const view = withSnapshot(this.#view, snapshot, ageMs);
    this.#show({ ...view, status: 'live', gap: gap ?? view.gap });
    if (view.position !== null) this.#arrive();
    else this.#staleTimer.clear();
  }

  #move(position: TrackPosition): void {
    const ageMs = this.#ageOnArrival(position.timestamp, position.ageMs);
    this.#show(withPosition(this.#view, position, ageMs));
    if (this.#view.position !== null) this.#arrive();
  }

  /** The server says how old the fix was when it was sent; the clocks say how long it was on its way as well. */
  #ageOnArrival(timestamp: number, sentAgeMs: number): number {
    return Math.max(sentAgeMs, this.#ageOf(timestamp) ?? 0);
  }

  #arrive(): void {
    this.#sinceArrivalMs = startElapsed(this.#clock);
    this.#moveCar();
    this.#scheduleStale();
  }

  #moveCar(): void {
    const { position } = this.#view;
    const nowMs = this.#clock.monotonicMs();
    if (position !== null) this.#car?.moveTo({ ...position, takenMs: nowMs - (this.ageMs() ?? 0) }, nowMs);
  }

  #scheduleStale(): void {
    const ageMs = this.ageMs();
    if (ageMs === null || !hasDriver(this.#view)) {
      this.#staleTimer.clear();
      if (this.#view.status === 'stale') this.#show({ ...this.#view, status: 'live' });
      return;
    }
    if (ageMs >= STALE_AFTER_MS) this.#becomeStale(ageMs);
    else this.#staleTimer.set(STALE_AFTER_MS - ageMs, () => this.#scheduleStale());
  }

  #becomeStale(ageMs: number): void {
    const { position, status } = this.#view;
    if (position === null || status === 'stale' || this.#done) return;
    this.#show({ ...this.#view, status: 'stale' });
    this.#each((handlers) => handlers.onStale?.({ position, ageMs }));
  }

  #reportEta(before: number | null): void {
    const { etaSeconds } = this.#view;
    if (etaSeconds !== before) this.#each((handlers) => handlers.onEta?.(etaSeconds));
  }

  #show(view: FollowView): void {
    const names = Object.keys(view) as (keyof FollowView)[];
    if (names.every((name) => view[name] === this.#view[name])) return;
    this.#view = view;
    for (const listener of [...this.#listeners]) this.#call(listener);
  }

  #each(call: (handlers: FollowHandlers) => void): void {
    for (const handlers of [...this.#handlers]) this.#call(() => call(handlers));
  }

  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#onHandlerError(error);
    }
  }

  #snapshot(): TripSnapshot {
    const { trip, position, etaSeconds } = this.#view;
    const { pickup, dropoff } = trip ?? {};
    return {
      tripId: this.tripId,
      state: trip?.state ?? 'searching',
      version: trip?.version ?? 0,
      driver: trip?.driver ?? null,
      position: position && {
        lat: position.lat,
        lng: position.lng,
        heading: position.heading,
        speed: position.speed,
        at: position.timestamp,
        ageMs: this.ageMs() ?? 0,
      },
      ...(etaSeconds === null ? {} : { etaSeconds }),
      ...(pickup ? { pickup } : {}),
      ...(dropoff ? { dropoff } : {}),
      stops: [...(trip?.stops ?? [])],
      stopsDone: trip?.stopsDone ?? 0,
    };
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

  /** Set again by each message: silence may be a gap that nothing else would tell. */
  #scheduleCheck(): void {
    this.#checkTimer.set(CHECK_MS + this.#clock.random() * CHECK_SPREAD_MS, () => {
      this.checks.silences++;
      void this.subscribe(true);
    });
  }

  #refused(code: string, retryAfterMs: number | undefined): void {
    // No answer in time: a connection whose other end is gone has to be found out, or the gap behind it stays hidden.
    if (code === 'TIMEOUT') this.#connection.wake();
    if (code === 'TIMEOUT' || retryAdvice(code) === 'later') this.#subscribeLater(retryAfterMs);
    else this.end(code);
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
    this.#finish('ended', null);
    this.#each((handlers) => handlers.onEnd?.({}));
  }

  #finish(status: FollowStatus & ('ended' | 'stopped'), endCode: string | null): void {
    this.#done = true;
    this.disconnected();
    this.#staleTimer.clear();
    this.#show({ ...this.#view, status, endCode });
  }
}
