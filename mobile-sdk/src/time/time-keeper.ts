import type { ServerTime } from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import type { SdkClock } from './clock.ts';
import { areApart, type ServerClock, TIME_SAMPLES, TIME_VALID_MS, type TimeSample } from './server-clock.ts';
import { Timer } from './timer.ts';

const TIME_TIMEOUT_MS = 5000;

/** What is needed of a connection. */
export type TimeConnection = Pick<Connection, 'connected' | 'request'>;

/** Keeps the server clock synchronised while there is a connection. */
export class TimeKeeper {
  readonly #serverClock: ServerClock;
  readonly #clock: SdkClock;
  readonly #connection: TimeConnection;
  readonly #timer: Timer;
  readonly #onRechecked: () => void;
  #isRechecking = false;

  /** @param onRechecked the time that was in doubt is known again, or still as well as before when there was no answer */
  constructor(
    serverClock: ServerClock,
    clock: SdkClock,
    connection: TimeConnection,
    onRechecked: () => void,
  ) {
    this.#serverClock = serverClock;
    this.#clock = clock;
    this.#connection = connection;
    this.#onRechecked = onRechecked;
    this.#timer = new Timer(clock);
  }

  /** Samples the server's time when the last sample is too old, and periodically from then on. */
  async start(): Promise<void> {
    if (this.#serverClock.due) await this.#sample();
    // Spread by a tenth, so that phones that connected together do not stay in step.
    const nextMs = TIME_VALID_MS * (1 + this.#clock.random() / 10);
    if (this.#connection.connected) this.#timer.set(nextMs, () => void this.start());
  }

  /** Samples the server's time at once when it is in doubt. Without a connection the next one does. */
  async recheck(): Promise<void> {
    if (this.#isRechecking || !this.#serverClock.inDoubt || !this.#connection.connected) return;
    this.#isRechecking = true;
    try {
      await this.start();
    } finally {
      this.#isRechecking = false;
    }
    this.#onRechecked();
  }

  stop(): void {
    this.#timer.clear();
  }

  async #sample(): Promise<void> {
    const samples: TimeSample[] = [];
    for (let i = 0; i < TIME_SAMPLES; i++) {
      const sentMs = this.#clock.monotonicMs();
      const sentAheadMs = this.#serverClock.aheadMs();
      const answer = await this.#connection.request<ServerTime>('time', {}, TIME_TIMEOUT_MS);
      // Without any sample the fixes would get the time of the phone's wall clock, which may be wrong by a day.
      if (!answer.ok && answer.code === 'TIMEOUT' && samples.length === 0 && this.#connection.connected)
        continue;
      if (!answer.ok) break;
      const aheadMs = this.#serverClock.aheadMs();
      // The device slept on the way: how long the round trip took is not known.
      if (areApart(aheadMs, sentAheadMs)) continue;
      samples.push({ sentMs, receivedMs: this.#clock.monotonicMs(), answer, aheadMs });
    }
    this.#serverClock.adopt(samples);
  }
}
