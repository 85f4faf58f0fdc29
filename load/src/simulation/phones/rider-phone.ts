import { type Point, TRIP_ENDS, type TripStateName } from '@rideline/contract';
import { type CommandOutcome, createRider, type Rider, type StoredCommand } from '@rideline/sdk';
import type { Habits } from '../habits.ts';
import { trueNowMs } from '../journal-file.ts';
import type { PhoneStep } from '../plan/phone-plan.ts';
import { FollowNotes } from './follow-notes.ts';
import { type AppStart, Phone, type PhoneParts } from './phone.ts';
import { pointNear } from './phone-route.ts';

interface RiderApp {
  readonly rider: Rider;
  readonly start: AppStart;
  follow: FollowNotes | null;
}

/** What the rider knows of their trip; an app that is started again has it from its own storage. */
interface RiderTrip {
  readonly tripId: string;
  readonly requestedMs: number;
  /** The server has answered: without that there may be no such trip. */
  isConfirmed: boolean;
  isAssigned: boolean;
  isCancelled: boolean;
  state: TripStateName | null;
}

/** Metres between the rider and the cab that they request their trip beside. */
const WALK_METRES = 60;

/** A rider who requests trips beside a driver and follows each to its end, through whatever happens to their phone. */
export class RiderPhone extends Phone {
  readonly #habits: Habits;
  readonly #placeOf: () => Point;
  #app: RiderApp | null = null;
  #trip: RiderTrip | null = null;
  #follows = 0;
  #isEnding = false;

  /** @param placeOf where the rider is now */
  constructor(parts: PhoneParts, habits: Habits, placeOf: () => Point) {
    super(parts);
    this.#habits = habits;
    this.#placeOf = placeOf;
  }

  describe(): string {
    const trip = this.#trip;
    const about = `trip ${trip?.tripId} ${trip?.state}, answered ${trip?.isConfirmed}, cancelled ${trip?.isCancelled}`;
    return `${this.userId}: ${about}, connection ${this.#app?.rider.state.kind ?? 'none: the app is not running'}`;
  }

  tick(): void {
    // Riders do nothing between the events of their plan.
  }

  /** Requests no more; cancels a trip that has not begun. */
  settle(): boolean {
    this.#isEnding = true;
    const trip = this.#trip;
    if (trip === null) return true;
    if (trip.isConfirmed && !trip.isCancelled && trip.state !== 'in_progress' && trip.state !== 'at_stop')
      this.#cancel(trip, 'the run ends');
    return false;
  }

  protected startApp(start: AppStart): void {
    const { network, token, onProblem } = this.parts;
    const rider = createRider({
      url: network.url,
      token,
      clock: start.clock,
      storage: start.storage,
      ...(this.parts.transports === undefined ? {} : { transports: this.parts.transports }),
      onListenerError: (error) => onProblem(`${this.userId}: ${String(error)}`),
    });
    const app: RiderApp = { rider, start, follow: null };
    this.#app = app;
    rider.on('state', (state) => {
      if (this.#app === app) this.onState(state, () => rider.connect());
    });
    rider.on('unconfirmed', () => {
      if (this.#app === app) this.parts.figures.count('commands.unconfirmed');
    });
    rider.on('command', ({ command, outcome }) => {
      if (this.#app === app) this.#onCommand(app, command, outcome);
    });
    if (this.#trip !== null && !this.plan.hasStorage && !this.#trip.isConfirmed) this.#trip = null;
    // A cancellation that waited in a killed app without storage is lost with it.
    if (this.#trip !== null && !this.plan.hasStorage) this.#trip.isCancelled = false;
    if (this.#trip?.isConfirmed) this.#follow(app, this.#trip);
    rider.connect();
  }

  protected endApp(): void {
    const app = this.#app;
    if (app === null) return;
    this.#app = null;
    app.follow?.left();
    app.rider.close();
  }

  protected wakeApp(): void {
    this.#app?.rider.wake();
  }

  protected request({ metres, bearing }: Extract<PhoneStep, { kind: 'request' }>): void {
    const app = this.#app;
    if (app === null || this.#trip !== null || this.#isEnding) return;
    this.parts.figures.count('trips.requested');
    const pickup = pointNear(this.#placeOf(), WALK_METRES, bearing);
    const tripId = uuidOf(app.start.clock.random);
    this.#trip = {
      tripId,
      requestedMs: performance.now(),
      isConfirmed: false,
      isAssigned: false,
      isCancelled: false,
      state: null,
    };
    void app.rider.requestTrip({ tripId, pickup, dropoff: pointNear(pickup, metres, bearing) });
  }

  #onCommand(app: RiderApp, command: StoredCommand, outcome: CommandOutcome<object>): void {
    this.commands.ended(command, outcome);
    const trip = this.#trip;
    if (command.event !== 'trip:request' || trip === null || command.body.tripId !== trip.tripId) return;
    if (!outcome.ok) {
      this.#trip = null;
      return;
    }
    trip.isConfirmed = true;
    this.#follow(app, trip);
    const cancelsAfterMs = this.#habits.riderCancelsAfter(`${this.userId} ${trip.tripId}`);
    if (cancelsAfterMs !== null)
      app.start.clock.after(cancelsAfterMs, () => this.#cancel(trip, 'took too long'));
  }

  #cancel(trip: RiderTrip, reason: string): void {
    const app = this.#app;
    if (app === null || this.#trip !== trip || trip.isCancelled) return;
    trip.isCancelled = true;
    void app.rider.cancelTrip(trip.tripId, reason);
  }

  #follow(app: RiderApp, trip: RiderTrip): void {
    const { journal, figures } = this.parts;
    const { tripId } = trip;
    const notes = new FollowNotes({ userId: this.userId, tripId, follow: this.#follows++ }, journal);
    app.follow?.left();
    app.follow = notes;
    const isCurrent = () => this.#app === app && app.follow === notes;
    const handlers = notes.handlers({
      onPosition: ({ timestamp }) => {
        figures.count('positions.shown');
        figures.measure('position.shown', Math.max(0, trueNowMs() - timestamp));
      },
      onEvent: ({ state }) => this.#onState(trip, state),
      onReset: ({ snapshot }, why) => {
        if (why !== 'start') figures.count('follow.resets');
        this.#onState(trip, snapshot.state);
      },
      onEnd: ({ code }) => {
        if (code !== undefined) figures.error('track.subscribe', code);
        if (this.#trip === trip) this.#trip = null;
      },
    });
    // The SDK of a killed app runs on in this process until its sockets are closed; nobody sees what it shows.
    app.rider.follow(tripId, {
      onPosition: (position) => void (isCurrent() && handlers.onPosition?.(position)),
      onEvent: (event) => void (isCurrent() && handlers.onEvent?.(event)),
      onReset: (subscribed, why) => void (isCurrent() && handlers.onReset?.(subscribed, why)),
      onEnd: (end) => void (isCurrent() && handlers.onEnd?.(end)),
    });
  }

  #onState(trip: RiderTrip, state: TripStateName): void {
    const { figures } = this.parts;
    trip.state = state;
    if (!trip.isAssigned && state === 'accepted') {
      trip.isAssigned = true;
      figures.measure('trip.assign', performance.now() - trip.requestedMs);
    }
    if (state === 'completed' && this.#trip === trip) figures.count('trips.completed');
    // The follower ends by itself; a killed app that starts again must not follow it.
    if (TRIP_ENDS.includes(state) && this.#trip === trip) this.#trip = null;
  }
}

/** A version 4 UUID (RFC 9562 section 5.4). */
function uuidOf(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + ((digits[16] ?? 0) & 3);
  const text = digits.map((digit) => digit.toString(16)).join('');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}
