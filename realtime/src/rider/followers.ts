import { TRIP_ENDS, type TripEvent, type TripId } from '@rideline/contract';
import {
  type LoggedPosition,
  type LoggedTrip,
  type LogHead,
  renewPositionLog,
  type TripLog,
} from '@rideline/fleet/live/trip-log';
import { corked } from '@rideline/platform/redis/redis-cork';
import { disconnectWithReason } from '../socket/disconnect.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import type { Follower, FollowerCursor } from './follower.ts';
import { type FollowedTrip, FollowerTable, type KnownHead } from './follower-table.ts';
import { PositionMessage } from './position-message.ts';
import type { RiderContext } from './rider-context.ts';
import { sharedTripOf } from './shared-view.ts';
import { freshStart } from './track-recovery.ts';
import { TripChannels } from './trip-channels.ts';
import { etaSecondsOf } from './trip-reader.ts';
import { WatcherReports } from './watcher-reports.ts';

/** Steps in which all followed trips are compared once with their logs: messages are hints that may be lost. */
const CHECK_STEPS = 10;
const CHECK_STEP_MS = 1000;

/** Events after which the known driver is not the trip's driver. */
const CHANGES_DRIVER: ReadonlySet<string> = new Set(['accepted', 'driver_cancelled', 'reassigned']);

/** The trip after an event, for arrival times: the log has it as well, and is read only when something is missing. */
function afterEvent(logged: LoggedTrip | null, event: TripEvent): LoggedTrip | null {
  const { type, state, version, data } = event;
  if (logged === null || version <= logged.version) return logged;
  const driver = CHANGES_DRIVER.has(type) ? null : logged.driver;
  const route =
    logged.route && typeof data.stop === 'number' ? { ...logged.route, stopsDone: data.stop } : null;
  return { ...logged, state, version, driver, ...(route && { route }) };
}

const isAfter = (head: LogHead, position: LogHead): boolean =>
  position.epoch === head.epoch && position.pos === head.pos + 1;

/** A message that was in flight while the log was read. A newer position under an old number comes from a log that lost its end. */
const isEcho = (head: KnownHead, position: LoggedPosition): boolean =>
  position.epoch === head.epoch && position.pos <= head.pos && position.receivedAt <= head.receivedAt;

/** Sends trips to their followers: forwards positions, repairs holes, and removes followers when the trip ends. */
export class Followers {
  readonly #context: RiderContext;
  readonly table: FollowerTable;
  readonly #reports: WatcherReports;
  #timer: NodeJS.Timeout | undefined;
  #step = 0;

  constructor(context: RiderContext) {
    this.#context = context;
    const { stateSubscriber: subscriber, config, log } = context;
    const channels = new TripChannels({
      subscriber,
      region: config.region,
      log,
      onPosition: (tripId, position) => this.#onPosition(tripId, position),
    });
    const { state, cache, metrics } = context;
    const { region, process: gateway } = config;
    this.#reports = new WatcherReports({ state, cache, region, gateway, metrics, log });
    this.table = new FollowerTable(context, channels, CHECK_STEPS, (trip) => this.#reports.changed(trip));
    // What was published while the connection was down is in the logs.
    subscriber.on('ready', () => {
      for (const trip of this.table.trips) void this.#repair(trip);
    });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#step = (this.#step + 1) % CHECK_STEPS;
      // One system call for all trips of this step.
      corked(this.#context.state, () => {
        for (const trip of this.table.trips) if (trip.slot === this.#step) void this.#check(trip);
      });
    }, CHECK_STEP_MS);
  }

  /** The followers that the drain has just removed are written, so that drivers see the right number at once. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reports.flush();
    this.#reports.stop();
  }

  /** The socket was sent everything up to the cursor: it gets positions from here on. */
  begin(follower: Follower, logged: LoggedTrip, cursor: FollowerCursor, newest: LoggedPosition | null): void {
    const trip = this.table.trip(follower.tripId);
    if (!trip || this.table.find(follower.socket, follower.tripId) !== follower) return;
    if (trip.logged === null || logged.version >= trip.logged.version) trip.logged = logged;
    trip.head ??= newest;
    follower.startAt(cursor);
    if (follower.ended) this.#leaveEnded(follower);
  }

  /** A state event is being sent to the socket, by the adapter's room or by a repair. */
  sawEvent(socket: AnySocket, event: TripEvent): void {
    const shared = sharedTripOf(socket);
    const tripId = shared ?? event.tripId;
    const follower = this.table.find(socket, tripId);
    const trip = this.table.trip(tripId);
    if (!follower || !trip) {
      if (shared !== null && TRIP_ENDS.includes(event.state)) setImmediate(() => this.endShared(socket));
      return;
    }
    const hole = follower.ready && event.version > follower.version + 1;
    follower.version = Math.max(follower.version, event.version);
    if (shared === null) trip.logged = afterEvent(trip.logged, event);
    else void this.#knowAgain(trip, event);
    follower.ended ||= TRIP_ENDS.includes(event.state);
    // The event itself must be sent first.
    if (follower.ended) setImmediate(() => this.#finish(trip, event));
    else if (hole) void this.#reset(trip, follower);
  }

  /** An event for shares says which state it is and nothing else: the rest of the trip is read again, for arrival times. Never rejects. */
  async #knowAgain(trip: FollowedTrip, { version, state }: TripEvent): Promise<void> {
    const { logged } = trip;
    if (logged === null || version <= logged.version) return;
    trip.logged = { ...logged, state };
    try {
      const { trip: read } = await this.#context.trips.read(trip.tripId);
      if (read !== null && read.version >= (trip.logged?.version ?? 0)) trip.logged = read;
    } catch (error) {
      this.#context.log.debug({ reason: (error as Error).message }, 'followed trip not read after an event');
    }
  }

  /**
   * The trip has ended: its followers get nothing more of its driver. Another gateway sends the event for shares in a message of its own, which
   * may be read after the message for the rider: a share that was not sent the end yet gets it before it is closed.
   */
  #finish(trip: FollowedTrip, end: TripEvent | undefined): void {
    for (const follower of [...trip.followers]) {
      follower.ended = true;
      // A follower that has not started yet gets its answer first.
      if (!follower.ready && !trip.resetting.has(follower)) continue;
      const isTold = end === undefined || follower.version >= end.version;
      if (follower.shareId !== null && !isTold) follower.sendEvent(end);
      this.#leaveEnded(follower);
    }
  }

  #leaveEnded(follower: Follower): void {
    this.table.leave(follower);
    if (follower.shareId !== null) this.endShared(follower.socket);
  }

  /** A share ends with its trip, and with it the socket that it opened. */
  endShared(socket: AnySocket): void {
    disconnectWithReason(socket, { code: 'GONE' }, this.#context);
  }

  #onPosition(tripId: TripId, position: LoggedPosition): void {
    const trip = this.table.trip(tripId);
    if (trip === undefined) return;
    if (trip.head === null || isAfter(trip.head, position)) this.#forward(trip, position);
    else if (!isEcho(trip.head, position)) void this.#repair(trip);
  }

  #forward(trip: FollowedTrip, position: LoggedPosition): void {
    trip.head = position;
    const eta = trip.logged && etaSecondsOf(trip.logged, position);
    const message = new PositionMessage(trip.tripId, position, eta, this.#context.clock);
    for (const follower of trip.followers) follower.push(message);
  }

  async #check(trip: FollowedTrip): Promise<void> {
    this.#reports.changed(trip);
    for (const follower of trip.resetting) void this.#reset(trip, follower);
    try {
      const { version, head, ended } = await this.#context.trips.head(trip.tripId);
      const moved = head.epoch !== 0 && (trip.head?.epoch !== head.epoch || trip.head.pos !== head.pos);
      trip.repairEvents ||= version > this.#leastVersion(trip);
      if (moved || ended || trip.repairEvents) await this.#repair(trip);
    } catch (error) {
      this.#context.log.warn({ reason: (error as Error).message }, 'followed trip not compared with its log');
    }
  }

  #leastVersion(trip: FollowedTrip): number {
    let least = Number.POSITIVE_INFINITY;
    for (const follower of trip.followers) if (follower.ready) least = Math.min(least, follower.version);
    return least;
  }

  /** Compares with the log and sends followers what they lack. One repair at a time per trip; never rejects. */
  async #repair(trip: FollowedTrip): Promise<void> {
    if (trip.repairing) {
      trip.repairAgain = true;
      return;
    }
    trip.repairing = true;
    try {
      do {
        trip.repairAgain = false;
        await this.#repairOnce(trip);
      } while (trip.repairAgain && this.table.trip(trip.tripId) === trip);
    } catch (error) {
      this.#context.metrics.track_repairs_total.inc({ outcome: 'failed' });
      this.#context.log.warn({ reason: (error as Error).message }, 'followed trip not repaired');
    } finally {
      trip.repairing = false;
    }
  }

  async #repairOnce(trip: FollowedTrip): Promise<void> {
    const before = trip.head ?? { epoch: 0, pos: 0 };
    const log = await this.#context.trips.read(trip.tripId, before);
    const isOver = log.trip !== null && log.trip.endedAt !== null;
    // The relay writes the log before it sends the event: a share would be closed without having heard of the end.
    if (trip.repairEvents || isOver) this.#repairEvents(trip, log);
    trip.repairEvents = false;
    await this.#repairPositions(trip, before, log);
    if (isOver) this.#finish(trip, log.events.at(-1));
  }

  #repairEvents(trip: FollowedTrip, { trip: logged, events }: TripLog): void {
    if (logged === null) return;
    trip.logged = logged;
    for (const follower of [...trip.followers]) {
      if (!follower.ready || follower.version >= logged.version) continue;
      const missed = events.filter((event) => event.version > follower.version);
      if (missed[0]?.version === follower.version + 1) {
        this.#context.metrics.track_repairs_total.inc({ outcome: 'events' });
        for (const event of missed) follower.sendEvent(event);
      } else void this.#reset(trip, follower);
    }
  }

  async #repairPositions(trip: FollowedTrip, before: LogHead, log: TripLog): Promise<void> {
    const { head, first, newest, positions } = log;
    // The log is empty: the next position starts it again with a new epoch.
    if (head.epoch === 0) return;
    const sameEpoch = head.epoch === before.epoch;
    if (sameEpoch && head.pos < before.pos) {
      // The log lost its end: numbers already sent would be used again for other positions.
      await renewPositionLog(this.#context.state, this.#context.config.region, trip.tripId, before);
      trip.head = null;
      this.#resetAll(trip);
    } else if (before.epoch === 0 || (sameEpoch && first.pos <= before.pos + 1)) {
      for (const position of positions) {
        const newer =
          trip.head === null || trip.head.epoch !== position.epoch || position.pos > trip.head.pos;
        if (newer) this.#forward(trip, position);
      }
      if (positions.length > 0) this.#context.metrics.track_repairs_total.inc({ outcome: 'positions' });
    } else {
      trip.head = newest;
      this.#resetAll(trip);
    }
  }

  #resetAll(trip: FollowedTrip): void {
    for (const follower of [...trip.followers]) if (follower.ready) void this.#reset(trip, follower);
  }

  /** The follower's cursor does not join on to the log: it starts again from a snapshot. A failed reset is retried by the next check. */
  async #reset(trip: FollowedTrip, follower: Follower): Promise<void> {
    follower.hold();
    trip.resetting.add(follower);
    try {
      const log = await this.#context.trips.read(trip.tripId);
      const logged = log.trip ?? trip.logged;
      if (logged === null || !trip.resetting.delete(follower)) return;
      const subscribed = freshStart(this.#context.trips, logged, log);
      this.#context.metrics.track_repairs_total.inc({ outcome: 'reset' });
      follower.sendReset(subscribed);
      this.begin(follower, logged, subscribed, log.newest);
    } catch (error) {
      this.#context.log.warn({ reason: (error as Error).message }, 'follower not reset');
    }
  }
}
