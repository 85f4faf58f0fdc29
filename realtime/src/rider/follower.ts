import { LIMITS, type ShareId, type TrackSubscribed, type TripEvent, type TripId } from '@rideline/contract';
import type { HotCounters } from '../hot-counters.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { sendDirectly } from '../wire/direct-send.ts';
import type { PositionMessage } from './position-message.ts';
import { sharedEvent, sharedSubscribed } from './shared-view.ts';

/** What a follower was sent last. */
export interface FollowerCursor {
  readonly version: number;
  readonly epoch: number;
  readonly pos: number;
}

/**
 * One socket that follows one trip. At most eight positions are sent and unseen; beyond that only the newest is held, and sent when the phone
 * reports that it has seen some. State events are never held: they do not pass through here.
 */
export class Follower {
  readonly socket: AnySocket;
  readonly tripId: TripId;
  /** The share that the socket follows through; null for the trip's rider. */
  readonly shareId: ShareId | null;
  /** Wall ms at which the socket began to follow, however often it subscribed since. */
  readonly sinceMs: number;
  /** Newest state event that was sent to the socket. */
  version = 0;
  /** The end of the trip was sent to the socket. */
  ended = false;
  readonly #wallMs: () => number;
  readonly #counters: HotCounters;
  #epoch = 0;
  #pos = 0;
  readonly #unseen: number[] = [];
  #held: PositionMessage | null = null;
  /** Positions that arrived before the log was read; null afterwards. */
  #early: PositionMessage[] | null = [];

  constructor(
    socket: AnySocket,
    tripId: TripId,
    sinceMs: number,
    wallMs: () => number,
    counters: HotCounters,
  ) {
    this.socket = socket;
    this.tripId = tripId;
    const { role, sessionId } = socket.data.principal;
    this.shareId = role === 'share' ? (String(sessionId) as ShareId) : null;
    this.sinceMs = sinceMs;
    this.#wallMs = wallMs;
    this.#counters = counters;
  }

  /** Sends a state event that the adapter's room did not deliver. */
  sendEvent(event: TripEvent): void {
    this.socket.emit('trip:event', this.shareId === null ? event : sharedEvent(event));
  }

  /** Earlier positions are void: the follower starts again from this snapshot. */
  sendReset(subscribed: TrackSubscribed): void {
    this.socket.emit('track:reset', this.shareId === null ? subscribed : sharedSubscribed(subscribed));
  }

  get ready(): boolean {
    return this.#early === null;
  }

  /** The socket was sent everything up to the cursor; sends what arrived meanwhile. */
  startAt(cursor: FollowerCursor): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.version = Math.max(this.version, cursor.version);
    this.#epoch = cursor.epoch;
    this.#pos = cursor.pos;
    this.#unseen.length = 0;
    this.#held = null;
    for (const message of early) this.push(message);
  }

  /** Collects positions until `startAt`: the socket is about to be reset. */
  hold(): void {
    this.#early ??= [];
  }

  push(message: PositionMessage): void {
    if (this.#early !== null) {
      this.#early.push(message);
      if (this.#early.length > LIMITS.trackLogPositions) this.#early.shift();
      return;
    }
    const { position } = message;
    // For a follower that has had no position, the first epoch of a log is not a reset. For all others a new epoch is, and `track:reset` sends it.
    if (this.#epoch === 0) this.#epoch = position.epoch;
    if (position.epoch !== this.#epoch || position.pos <= this.#pos) return;
    if (this.#unseen.length < LIMITS.unseenPositions) this.#send(message);
    else {
      this.#held = message;
      this.#counters.followers.held++;
    }
  }

  /** The phone has shown every position up to `pos`. */
  seen(pos: number): void {
    while (this.#unseen.length > 0 && (this.#unseen[0] as number) <= pos) this.#unseen.shift();
    const held = this.#held;
    if (held === null || this.#unseen.length >= LIMITS.unseenPositions) return;
    this.#held = null;
    this.#send(held);
  }

  #send(message: PositionMessage): void {
    const { pos, receivedAt } = message.position;
    const skipped = pos - this.#pos - 1;
    this.#pos = pos;
    this.#unseen.push(pos);
    sendDirectly(this.socket, message.after(skipped, this.shareId !== null));
    this.#counters.followers.sent++;
    this.#counters.positionAge(this.#wallMs() - receivedAt);
  }
}
