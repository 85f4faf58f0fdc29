import { randomUUID } from 'node:crypto';
import type {
  Notification,
  TrackPosition,
  TrackSubscribed,
  TripEvent,
  TripStateName,
} from '@rideline/contract';
import { OperationFailed } from './codes.ts';
import { Connection } from './connection.ts';
import { Follow } from './follow.ts';
import type { Lab } from './lab.ts';
import { seededRandom } from './random.ts';
import type { Session } from './session.ts';
import { TripRequests } from './trip-requests.ts';

/** A trip counts as assigned in time within this time of its request: the longest that a backlog of matching may take to drain. */
const IN_TIME_MS = 15_000;
/** Beyond the ride: the server searches for two minutes, and the driver comes. */
const SEARCH_MS = 180_000;
const ENDED: readonly TripStateName[] = ['completed', 'cancelled', 'no_show', 'no_drivers', 'failed'];
const WAITING: readonly TripStateName[] = ['scheduled', 'searching', 'offered'];
/** The rider can cancel until the ride has begun. */
const CANCELLABLE: readonly TripStateName[] = [...WAITING, 'accepted', 'arrived'];
/** Events that a driver's command causes. */
const OF_COMMANDS = ['arrived', 'started', 'completed'];

interface Trip {
  readonly id: string;
  readonly dueMs: number;
  readonly follow: Follow;
  state: TripStateName;
  isAssigned: boolean;
  readonly over: PromiseWithResolvers<void>;
}

/** One rider's phone: requests a trip, and follows it until its end. */
export class Rider {
  readonly #lab: Lab;
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #requests: TripRequests;
  readonly #random: () => number;
  readonly #onNotification: (notification: Notification) => void;
  #trip: Trip | null = null;
  #follows = 0;

  constructor(
    lab: Lab,
    about: { session: Session; number: number; onNotification: (notification: Notification) => void },
  ) {
    const { session, number, onNotification } = about;
    this.#lab = lab;
    this.#session = session;
    this.#requests = new TripRequests(lab, session);
    this.#onNotification = onNotification;
    const { client, recorder, nowMs, settings } = lab;
    this.#random = seededRandom(`${settings.seed} rider ${number}`);
    this.#connection = new Connection({
      client,
      target: settings.target,
      namespace: '/rider',
      transport: settings.transport,
      token: () => session.token,
      recorder,
      nowMs,
      onConnect: () => void this.#trip?.follow.subscribe(nowMs()),
      onEvent: (event, body, ack) => this.#onEvent(event, body, ack),
    });
    session.onToken = (token) => this.#connection.send('auth:renew', { token });
  }

  async open(dueMs: number, untilMs: number): Promise<boolean> {
    this.#connection.open(dueMs);
    return this.#connection.connected(Math.max(0, untilMs - this.#lab.nowMs()));
  }

  close(): void {
    this.#trip?.follow.end('left');
    this.#connection.close();
  }

  /** Requests a trip that was due at this instant. Resolves when it has ended. */
  async ride(dueMs: number): Promise<void> {
    const { recorder, nowMs } = this.#lab;
    const trip = this.#begin(dueMs);
    this.#trip = trip;
    recorder.count('trips.requested');
    try {
      const pickup = this.place();
      const dropoff = this.#lab.city.door(this.#random);
      await this.#requests.request({ tripId: trip.id, pickup, dropoff }, this.#follows === 1);
      recorder.observe('trip.create', nowMs() - dueMs);
      void trip.follow.subscribe(nowMs());
      await this.#untilOver(trip);
      trip.follow.end(ENDED.includes(trip.state) ? 'done' : 'left');
    } catch (error) {
      // Counted by its code; this trip is given up.
      if (!(error instanceof OperationFailed)) throw error;
      trip.follow.end('left');
    } finally {
      this.#trip = null;
    }
  }

  /** Where this rider stands now. */
  place(): { lat: number; lng: number } {
    return this.#lab.city.door(this.#random);
  }

  #begin(dueMs: number): Trip {
    const id = randomUUID();
    const follow = new Follow(this.#lab, {
      connection: this.#connection,
      userId: this.#session.id,
      tripId: id,
      follow: this.#follows++,
      handlers: { onState: (state) => this.#onState(trip, state) },
    });
    const trip: Trip = {
      id,
      dueMs,
      follow,
      state: 'searching',
      isAssigned: false,
      over: Promise.withResolvers<void>(),
    };
    return trip;
  }

  /** Until the trip's end. A trip whose ride has not begun when the load is over is cancelled; the driver ends the others. */
  async #untilOver(trip: Trip): Promise<void> {
    const { settings, recorder } = this.#lab;
    const cancelIfPossible = () => {
      if (CANCELLABLE.includes(trip.state)) void this.#cancel(trip);
    };
    let lastCall: NodeJS.Timeout | undefined;
    const stopListening = this.#lab.onEnding(() => {
      // One that was requested a moment ago still has its time to get a driver: it counts as any other one.
      const leftMs = WAITING.includes(trip.state) ? trip.dueMs + IN_TIME_MS - this.#lab.nowMs() : 0;
      lastCall = setTimeout(cancelIfPossible, Math.max(this.#lab.partingMs(), leftMs));
    });
    const timer = setTimeout(() => trip.over.resolve(), SEARCH_MS + settings.rideMs);
    await trip.over.promise;
    clearTimeout(timer);
    clearTimeout(lastCall);
    stopListening();
    if (ENDED.includes(trip.state)) return;
    recorder.failed('trip.end', 'NOT_IN_TIME');
    cancelIfPossible();
  }

  async #cancel(trip: Trip): Promise<void> {
    const state = await this.#requests.cancel(trip.id);
    if (state !== null) this.#onState(trip, state);
  }

  #onState(trip: Trip, state: TripStateName): void {
    if (ENDED.includes(trip.state)) return;
    const { recorder, nowMs } = this.#lab;
    trip.state = state;
    const hasDriver = !WAITING.includes(state) && (!ENDED.includes(state) || state === 'completed');
    if (hasDriver && !trip.isAssigned) {
      trip.isAssigned = true;
      const waitedMs = nowMs() - trip.dueMs;
      recorder.count('trips.assigned');
      recorder.observe('trip.assign', waitedMs);
      if (waitedMs <= IN_TIME_MS) recorder.count('trips.in_time');
      if (this.#lab.isEnding && CANCELLABLE.includes(state)) void this.#cancel(trip);
    }
    if (!ENDED.includes(state)) return;
    if (state === 'cancelled') recorder.count('trips.cancelled');
    else if (state !== 'completed') recorder.count('trips.unserved');
    trip.over.resolve();
  }

  #onEvent(event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined): void {
    const trip = this.#trip;
    switch (event) {
      case 'location:update': {
        const position = body as TrackPosition;
        if (trip !== null && position.tripId === trip.id) trip.follow.position(position);
        return;
      }
      case 'trip:event':
        this.#onTripEvent(body as TripEvent);
        return;
      case 'track:reset': {
        const answer = body as TrackSubscribed;
        if (trip !== null && answer.snapshot.tripId === trip.id) trip.follow.reset(answer);
        return;
      }
      case 'notification':
        ack?.({ ok: true });
        this.#onNotification(body as Notification);
        return;
      default: // Newer servers may send other events.
    }
  }

  #onTripEvent(event: TripEvent): void {
    const trip = this.#trip;
    if (trip === null || event.tripId !== trip.id) return;
    if (OF_COMMANDS.includes(event.type)) {
      const dueMs = this.#lab.takeCommand(trip.id, event.type);
      if (dueMs !== null) this.#lab.recorder.observe('command.event', this.#lab.nowMs() - dueMs);
    }
    // Every event arrives here as it comes; the follower puts them in order for the journal.
    this.#onState(trip, event.state);
    trip.follow.event(event);
  }
}
