import type {
  DriverStatusValue,
  DriverSync,
  LocationAck,
  LocationRefused,
  Notification,
  Offer,
  ServerTime,
  TripEvent,
} from '@rideline/contract';
import { Car } from './car.ts';
import { OperationFailed } from './codes.ts';
import { DriverCommands } from './command.ts';
import { Connection } from './connection.ts';
import { FixStream } from './fix-stream.ts';
import type { Lab } from './lab.ts';
import type { OperationName } from './metrics.ts';
import { pause, untilFinal } from './repeat.ts';
import { RideDuty } from './ride-duty.ts';
import type { Session } from './session.ts';

const PREPARE_MS = 60_000;
const TURN_MS = 250;

/** One driver's phone. */
export class Driver {
  readonly #lab: Lab;
  readonly #connection: Connection;
  readonly #fixes: FixStream;
  readonly #duty: RideDuty;
  readonly #onNotification: (notification: Notification) => void;
  #isPrepared = false;

  constructor(
    lab: Lab,
    about: { session: Session; number: number; onNotification: (notification: Notification) => void },
  ) {
    const { session, number, onNotification } = about;
    this.#lab = lab;
    this.#onNotification = onNotification;
    const { client, recorder, nowMs, settings } = lab;
    this.#connection = new Connection({
      client,
      target: settings.target,
      namespace: '/driver',
      transport: settings.transport,
      token: () => session.token,
      recorder,
      nowMs,
      onConnect: () => void this.#prepare(),
      onEvent: (event, body, ack) => this.#onEvent(event, body, ack),
    });
    session.onToken = (token) => this.#connection.send('auth:renew', { token });
    const driverId = session.id;
    const car = new Car(lab.city.home(number));
    this.#fixes = new FixStream(lab, { driverId, car, connection: this.#connection });
    this.#duty = new RideDuty(lab, {
      driverId,
      car,
      commands: new DriverCommands(lab, driverId, this.#connection),
      fix: () => this.#fixes.takeNow(),
    });
  }

  /** Connects and reports the driver as available. Returns whether it is connected. */
  async open(dueMs: number, untilMs: number): Promise<boolean> {
    this.#connection.open(dueMs);
    return this.#connection.connected(Math.max(0, untilMs - this.#lab.nowMs()));
  }

  /** The fix that was due at this instant. */
  fix(dueMs: number): void {
    this.#fixes.take(dueMs);
  }

  /** Ends the rides, and brings the fixes to the server. */
  async drain(untilMs: number): Promise<void> {
    while (this.#duty.isBusy && !this.#connection.isClosed && this.#lab.nowMs() < untilMs)
      await pause(TURN_MS);
    await this.#fixes.drain(untilMs);
    if (!this.#connection.isConnected) return;
    // As a driver does who goes home: until its last fix is old, the next run's riders would be offered to it in vain.
    await this.#report('offline');
    if (!this.#lab.hasJournal) return;
    // What the server has of this boot in the end; `location:ack` comes only every few seconds.
    const sync = await this.#attempt('driver.sync', () =>
      this.#connection.call<DriverSync>('sync', {}, this.#lab.settings.ackTimeoutMs),
    );
    if (sync?.ack) this.#fixes.acknowledged(sync.ack);
  }

  close(): void {
    this.#fixes.end();
    this.#connection.close();
  }

  async #prepare(): Promise<void> {
    const { clock, nowMs, settings } = this.#lab;
    if (clock.isOld(nowMs())) {
      const askedMs = nowMs();
      const time = await this.#attempt('clock.read', () =>
        this.#connection.call<ServerTime>('time', {}, settings.ackTimeoutMs),
      );
      if (time !== null) clock.take(time, askedMs, nowMs());
    }
    await this.#report('available');
    const sync = await this.#attempt('driver.sync', () =>
      this.#connection.call<DriverSync>('sync', {}, settings.ackTimeoutMs),
    );
    if (sync !== null) {
      if (sync.ack) this.#fixes.acknowledged(sync.ack);
      if (!this.#isPrepared) await this.#duty.endLeftOver(sync);
      this.#isPrepared = true;
      this.#duty.synced(sync);
    }
    this.#fixes.send();
  }

  #report(status: DriverStatusValue): Promise<object | null> {
    // A driver whose trip could not be ended cannot go offline.
    const expected = status === 'offline' ? ['ILLEGAL_TRANSITION'] : [];
    const { ackTimeoutMs } = this.#lab.settings;
    const call = () => this.#connection.call<object>('driver:status', { status }, ackTimeoutMs);
    return this.#attempt('driver.status', call, expected);
  }

  /** Null when it failed for good, which is counted. */
  async #attempt<Result>(
    operation: OperationName,
    call: () => Promise<Result>,
    expected: readonly string[] = [],
  ): Promise<Result | null> {
    const { recorder, nowMs } = this.#lab;
    recorder.count('operations.sent');
    try {
      const untilMs = nowMs() + PREPARE_MS;
      return await untilFinal(
        { operation, recorder, nowMs, untilMs, connection: this.#connection, expected },
        call,
      );
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      return null;
    }
  }

  #onEvent(event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined): void {
    switch (event) {
      case 'location:ack':
        this.#fixes.acknowledged(body as LocationAck);
        return;
      case 'location:refused':
        this.#fixes.refused(body as LocationRefused);
        return;
      case 'offer:new':
        ack?.({ ok: true });
        this.#duty.offered(body as Offer);
        return;
      case 'trip:event':
        this.#duty.event(body as TripEvent);
        return;
      case 'notification':
        ack?.({ ok: true });
        this.#onNotification(body as Notification);
        return;
      default: // Policies and revoked offers change nothing here; newer servers may send other events.
    }
  }
}
