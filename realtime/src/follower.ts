import { LIMITS, type TrackPosition, type TripId } from '@rideline/contract';
import type { LoggedPosition } from '@rideline/fleet/trip-log';
import { ageMs, type Clock } from '@rideline/platform/clock';
import type { HotCounters } from './hot-counters.ts';
import type { AnySocket } from './socket-data.ts';

/** Where a follower stands: what he was given last. */
export interface FollowerCursor {
  readonly version: number;
  readonly epoch: number;
  readonly pos: number;
}

/**
 * One socket that follows one trip. At most eight positions are on their way unseen; past that only the newest is held and goes out when the
 * phone says that it has seen some. States are not held back: they do not come through here.
 */
export class Follower {
  readonly socket: AnySocket;
  readonly tripId: TripId;
  /** Newest state event that the socket was given. */
  version = 0;
  /** The socket was told that the trip has ended. */
  ended = false;
  readonly #clock: Clock;
  readonly #counters: HotCounters;
  #epoch = 0;
  #pos = 0;
  readonly #unseen: number[] = [];
  #held: LoggedPosition | null = null;
  /** Positions that came before the log was read; null afterwards. */
  #early: LoggedPosition[] | null = [];

  constructor(socket: AnySocket, tripId: TripId, clock: Clock, counters: HotCounters) {
    this.socket = socket;
    this.tripId = tripId;
    this.#clock = clock;
    this.#counters = counters;
  }

  get ready(): boolean {
    return this.#early === null;
  }

  /** The socket has been given everything up to the cursor; what came meanwhile follows. */
  startAt(cursor: FollowerCursor): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.version = Math.max(this.version, cursor.version);
    this.#epoch = cursor.epoch;
    this.#pos = cursor.pos;
    this.#unseen.length = 0;
    this.#held = null;
    for (const position of early) this.push(position);
  }

  /** Collects what comes until `startAt`: the socket is about to be given a new start. */
  hold(): void {
    this.#early ??= [];
  }

  push(position: LoggedPosition): void {
    if (this.#early !== null) {
      this.#early.push(position);
      if (this.#early.length > LIMITS.trackLogPositions) this.#early.shift();
      return;
    }
    // A log that has begun is no reset to who stood before its beginning; to everybody else another epoch is one, and is told apart.
    if (this.#epoch === 0) this.#epoch = position.epoch;
    if (position.epoch !== this.#epoch || position.pos <= this.#pos) return;
    if (this.#unseen.length < LIMITS.unseenPositions) this.#send(position);
    else {
      this.#held = position;
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

  #send(position: LoggedPosition): void {
    const { driverId, lat, lng, speed, heading, t, receivedAt, epoch, pos } = position;
    const body: TrackPosition = {
      driverId,
      tripId: this.tripId,
      lat,
      lng,
      speed,
      heading,
      timestamp: t,
      epoch,
      pos,
      skipped: pos - this.#pos - 1,
      ageMs: Math.max(0, ageMs(this.#clock, t)),
    };
    this.#pos = pos;
    this.#unseen.push(pos);
    this.socket.emit('location:update', body);
    this.#counters.followers.sent++;
    this.#counters.positionAge(this.#clock.wallMs() - receivedAt);
  }
}
