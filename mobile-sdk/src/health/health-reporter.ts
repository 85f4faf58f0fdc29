import type { HealthReport } from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import type { SdkClock } from '../time/clock.ts';
import type { ServerClock } from '../time/server-clock.ts';
import { Timer } from '../time/timer.ts';
import type { HealthLog } from './health-log.ts';

export interface HealthReporterParts {
  boot: string;
  clock: SdkClock;
  serverClock: ServerClock;
  connection: Pick<Connection, 'connected' | 'send' | 'request'>;
  log: HealthLog;
  counts: () => { expected: number; received: number };
}

/** A report without news follows after this time, ms: the server learns the battery. */
const EVERY_MS = 300_000;
/** Shortest time between two reports, and the wait after a refusal without a time: above the server's limit in the long run. */
const LEAST_MS = 10_000;
const TIMEOUT_MS = 10_000;

/** Sends the health log to the server: what is new at once, and each condition until the server has confirmed it. */
export class HealthReporter {
  readonly #parts: HealthReporterParts;
  readonly #timer: Timer;
  /** Nothing is reported before something is tracked, and nothing to a server that does not know the event. */
  #isOn = false;
  #isSending = false;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(parts: HealthReporterParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock);
  }

  /** There is something to report from now on. */
  enable(): void {
    this.#isOn = true;
    this.wake();
  }

  /** Something has changed, or there is a connection. */
  wake(): void {
    if (!this.#isOn || this.#isSending || !this.#parts.connection.connected) return;
    this.#timer.set(Math.max(0, this.#nextMs - this.#parts.clock.monotonicMs()), () => void this.#send());
  }

  stop(): void {
    this.#timer.clear();
  }

  /** Sends what is new without waiting for a confirmation, before the connection is closed. */
  flush(): void {
    if (this.#isOn && this.#parts.log.hasNews) this.#parts.connection.send('driver:health', this.#report());
  }

  #report(): HealthReport {
    const { boot, clock, counts, log, serverClock } = this.#parts;
    const report = log.report(clock.monotonicMs(), (atMs) => serverClock.at(atMs));
    return { boot: boot as HealthReport['boot'], ...report, ...counts() };
  }

  async #send(): Promise<void> {
    const { clock, connection, log } = this.#parts;
    if (this.#isSending || !connection.connected) return;
    this.#isSending = true;
    this.#nextMs = clock.monotonicMs() + LEAST_MS;
    const sent = log.pending();
    const reply = await connection.request('driver:health', this.#report(), TIMEOUT_MS);
    this.#isSending = false;
    // A report that the server cannot take, as from a phone whose clock is in another century, is not repeated; the next one may be good.
    if (reply.ok || reply.code === 'VALIDATION') log.confirmed(sent);
    else if (reply.code === 'UNKNOWN_EVENT') this.#isOn = false;
    else this.#nextMs = Math.max(this.#nextMs, clock.monotonicMs() + (reply.retryAfterMs ?? LEAST_MS));
    if (!this.#isOn || !connection.connected) return;
    const waitMs = log.hasNews ? this.#nextMs - clock.monotonicMs() : EVERY_MS;
    this.#timer.set(Math.max(0, waitMs), () => void this.#send());
  }
}
