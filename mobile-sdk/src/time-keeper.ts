import type { ServerTime } from '@rideline/contract';
import type { SdkClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { type ServerClock, TIME_SAMPLES, TIME_VALID_MS, type TimeSample } from './server-clock.ts';
import { Timer } from './timer.ts';

const TIME_TIMEOUT_MS = 5000;

/** Keeps the server clock synchronised while there is a connection. */
export class TimeKeeper {
  readonly #serverClock: ServerClock;
  readonly #clock: SdkClock;
  readonly #connection: Connection;
  readonly #timer: Timer;

  constructor(serverClock: ServerClock, clock: SdkClock, connection: Connection) {
    this.#serverClock = serverClock;
    this.#clock = clock;
    this.#connection = connection;
    this.#timer = new Timer(clock);
  }

  /** Samples the server's time when the last sample is too old, and periodically from then on. */
  async start(): Promise<void> {
    if (this.#serverClock.due) await this.#sample();
    // Spread by a tenth, so that phones that connected together do not stay in step.
    const nextMs = TIME_VALID_MS * (1 + this.#clock.random() / 10);
    if (this.#connection.connected) this.#timer.set(nextMs, () => void this.start());
  }

  stop(): void {
    this.#timer.clear();
  }

  async #sample(): Promise<void> {
    const samples: TimeSample[] = [];
    for (let i = 0; i < TIME_SAMPLES; i++) {
      const sentMs = this.#clock.monotonicMs();
      const answer = await this.#connection.request<ServerTime>('time', {}, TIME_TIMEOUT_MS);
      if (!answer.ok) break;
      samples.push({ sentMs, receivedMs: this.#clock.monotonicMs(), answer });
    }
    this.#serverClock.adopt(samples);
  }
}
