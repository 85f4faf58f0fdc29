import { initialBearing, type Offer, type Point, type TripSnapshot } from '@rideline/contract';
import { createDriver, type Driver, driverStorage } from '@rideline/sdk';
import { type CabCommand, type CabDrive, stepCab } from '../cabs/cab-drive.ts';
import type { Habits } from '../habits.ts';
import { trueNowMs } from '../journal-file.ts';
import type { PhoneStep } from '../plan/phone-plan.ts';
import { FixNotes } from './fix-notes.ts';
import { type AppStart, Phone, type PhoneParts } from './phone.ts';
import type { PhoneRoute } from './phone-route.ts';

interface DriverApp {
  readonly driver: Driver;
  readonly start: AppStart;
  readonly fixes: FixNotes;
  readonly stopped: () => void;
}

/** The commands that bring a ride to its end from each state, when the run is over. */
const REST_OF_RIDE = {
  accepted: 'arrived',
  arrived: 'start',
  in_progress: 'complete',
  at_stop: 'complete',
} as const satisfies Partial<Record<TripSnapshot['state'], CabCommand>>;

/** A driver who follows a recorded cab, takes offers by habit, and drives those rides, through whatever happens to their phone. */
export class DriverPhone extends Phone {
  readonly #route: PhoneRoute;
  readonly #habits: Habits;
  #app: DriverApp | null = null;
  #drive: CabDrive = { kind: 'cruising' };
  #place: Point | null = null;
  #fixAtMs = Number.NEGATIVE_INFINITY;
  #offers = 0;
  #rides = 0;
  /** The app waits for the outcome of a ride's command: until then the server's state is older than what the driver did. */
  #isCommanding = false;
  #isEnding = false;

  constructor(parts: PhoneParts, route: PhoneRoute, habits: Habits) {
    super(parts);
    this.#route = route;
    this.#habits = habits;
  }

  describe(): string {
    const driver = this.#app?.driver;
    const { trip, queued } = driver ?? { trip: null, queued: null };
    const about = `ride ${trip?.tripId} ${trip?.state}, next ride ${queued?.tripId}, commanding ${this.#isCommanding}`;
    return `${this.userId}: ${about}, connection ${driver?.state.kind ?? 'none: the app is not running'}`;
  }

  /** Waits until every fix is durable. Returns how many are not. */
  async drain(deadlineMs: number): Promise<number> {
    const app = this.#app;
    if (app === null) return 0;
    const { left } = await app.driver.drain(deadlineMs);
    if (left > 0) {
      const { state } = app.driver;
      const about = `${left} fixes are not durable ${deadlineMs} ms after the last fault; the connection is ${state.kind}`;
      this.parts.onProblem(`${this.userId}: ${about}`);
    }
    return left;
  }

  tick(passedMs: number): void {
    const app = this.#app;
    if (app === null || !this.isUsable || passedMs - this.#fixAtMs < this.plan.fixEveryMs) return;
    const sinceMs = Math.min(passedMs - this.#fixAtMs, 2 * this.plan.fixEveryMs);
    this.#fixAtMs = passedMs;
    const trace = this.#route.at(passedMs);
    const from = this.#place ?? trace;
    const boardingMs = () => this.#habits.boardingMs(this.userId, this.#rides);
    const step = stepCab(this.#drive, from, trace, passedMs, sinceMs, boardingMs);
    const tripId = 'tripId' in this.#drive ? this.#drive.tripId : null;
    this.#drive = step.drive;
    const { lat, lng } = step.place ?? trace;
    this.#place = { lat, lng };
    const speed = step.place?.speed ?? null;
    const heading = step.place?.heading ?? Math.round(initialBearing(from, trace)) % 360;
    // The time is the SDK's to stamp: the phone's clock is wrong.
    const takenAt = trueNowMs();
    app.fixes.taken(app.driver.push({ lat, lng, speed, heading, accuracy: 10 }), takenAt);
    this.parts.figures.count('fixes.taken');
    if (step.command !== null && tripId !== null) void this.#command(app, tripId, step.command);
  }

  /** Declines offers from now on, and ends the ride where it is. */
  settle(): boolean {
    this.#isEnding = true;
    const app = this.#app;
    if (app === null) return true;
    const { trip, queued } = app.driver;
    if (trip === null) return queued === null && !this.#isCommanding;
    const next = trip.state in REST_OF_RIDE ? REST_OF_RIDE[trip.state as keyof typeof REST_OF_RIDE] : null;
    if (next !== null && !this.#isCommanding) void this.#command(app, trip.tripId, next);
    return false;
  }

  protected startApp(start: AppStart): void {
    const { network, token, journal, figures, onProblem } = this.parts;
    const driver = createDriver({
      url: network.url,
      token,
      clock: start.clock,
      storage: driverStorage(start.storage),
      ...(this.parts.transports === undefined ? {} : { transports: this.parts.transports }),
      onListenerError: (error) => onProblem(`${this.userId}: ${String(error)}`),
    });
    const onAcked = (ageMs: number) => figures.measure('fix.ack', ageMs);
    const app: DriverApp = {
      driver,
      start,
      fixes: new FixNotes(driver, this.userId, journal, onAcked),
      stopped: () => driver.connect(),
    };
    this.#app = app;
    this.#isCommanding = false;
    this.#listen(app);
    driver.setStatus('available');
    driver.connect();
  }

  protected endApp(why: 'closed' | 'killed' | 'battery'): void {
    const app = this.#app;
    if (app === null) return;
    this.#app = null;
    app.fixes.ended(why);
    app.driver.close();
  }

  protected wakeApp(): void {
    this.#app?.driver.wake();
  }

  protected request(_step: Extract<PhoneStep, { kind: 'request' }>): void {
    // Drivers request no trips.
  }

  #listen(app: DriverApp): void {
    const { driver } = app;
    const { figures, journal } = this.parts;
    /** A killed app hears nothing any more. */
    const alive = <Value>(run: (value: Value) => void) => {
      return (value: Value) => {
        if (this.#app === app) run(value);
      };
    };
    driver.on(
      'state',
      alive((state) => this.onState(state, app.stopped)),
    );
    driver.on(
      'command',
      alive(({ command, outcome }) => this.commands.ended(command, outcome)),
    );
    driver.on(
      'unconfirmed',
      alive(() => figures.count('commands.unconfirmed')),
    );
    driver.on(
      'refused',
      alive(({ items }) => figures.count('fixes.refused', items.length)),
    );
    driver.on(
      'overflow',
      alive(() => figures.count('fixes.lost')),
    );
    driver.on(
      'rejected',
      alive(({ seqs, code }) => this.#onRejected(seqs.length, code)),
    );
    driver.on(
      'status',
      alive(({ code }) => code !== undefined && figures.error('driver.status', code)),
    );
    driver.on(
      'offer',
      alive((offer) => this.#onOffer(app, offer)),
    );
    driver.on(
      'trip',
      alive(({ trip }) => {
        const shown = { tripId: trip?.tripId ?? null, state: trip?.state ?? null };
        journal.note({ kind: 'ride.shown', driverId: this.userId, boot: driver.boot, ...shown });
        this.#followRide(trip);
      }),
    );
  }

  #onRejected(count: number, code: string): void {
    this.parts.figures.count('fixes.lost', count);
    this.parts.figures.error('location.update', code);
  }

  #onOffer(app: DriverApp, { offerId, tripId, queued }: Offer): void {
    const { journal, figures } = this.parts;
    this.#offers++;
    figures.count('offers.shown');
    journal.note({ kind: 'offer.shown', driverId: this.userId, offerId, tripId, queued });
    const habit = this.#habits.onOffer(this.userId, this.#offers);
    if (habit.kind === 'miss') return;
    app.start.clock.after(habit.afterMs, () => {
      if (this.#app !== app || !app.driver.offers.some((offer) => offer.offerId === offerId)) return;
      void app.driver.answerOffer(offerId, habit.kind === 'accept' && !this.#isEnding);
    });
  }

  /** What the driver does follows from the server's state, also after a start of the app that remembers nothing. */
  #followRide(trip: TripSnapshot | null): void {
    if (this.#isCommanding) return;
    if (trip === null) {
      if ('tripId' in this.#drive) this.#drive = { kind: 'returning' };
      return;
    }
    const drive = driveOf(trip);
    if (drive === null) return;
    const isSame = 'tripId' in this.#drive && this.#drive.tripId === trip.tripId;
    if (isSame && this.#drive.kind === drive.kind) return;
    if (!isSame) this.#rides++;
    this.#drive = drive;
  }

  async #command(app: DriverApp, tripId: string, action: CabCommand): Promise<void> {
    this.#isCommanding = true;
    await app.driver.tripCommand(tripId as TripSnapshot['tripId'], action);
    if (this.#app !== app) return;
    this.#isCommanding = false;
    this.#followRide(app.driver.trip);
  }
}

/** Null: nothing that the driver could do, or the places are not known yet. */
function driveOf({ tripId, state, pickup, dropoff }: TripSnapshot): CabDrive | null {
  if (!pickup || !dropoff) return null;
  switch (state) {
    case 'accepted':
      return { kind: 'to_pickup', tripId, pickup, dropoff };
    case 'arrived':
      return { kind: 'boarding', tripId, dropoff, until: 0 };
    case 'in_progress':
    case 'at_stop':
      return { kind: 'to_dropoff', tripId, dropoff };
    default:
      return null;
  }
}
