import type { ServerTime } from '@rideline/contract';
import type { SdkClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { type ServerClock, TIME_GOOD_FOR_MS, TIME_SAMPLES, type TimeSample } from './server-clock.ts';
import { Timer } from './timer.ts';

const TIME_TIMEOUT_MS = 5000;

/** Keeps the server clock in step while there is a connection. */
export class TimeKeeper {
  private readonly serverClock: ServerClock;
  private readonly clock: SdkClock;
  private readonly connection: Connection;
  private readonly timer: Timer;

  constructor(serverClock: ServerClock, clock: SdkClock, connection: Connection) {
    this.serverClock = serverClock;
    this.clock = clock;
    this.connection = connection;
    this.timer = new Timer(clock);
  }

  /** Asks for the time when the last sample is too old, and again and again from then on. */
  async start(): Promise<void> {
    if (this.serverClock.due) await this.sample();
    // Spread by a tenth, so that phones that came together do not ask together for ever.
    const nextMs = TIME_GOOD_FOR_MS * (1 + this.clock.random() / 10);
    if (this.connection.connected) this.timer.set(nextMs, () => void this.start());
  }

  stop(): void {
    this.timer.clear();
  }

  private async sample(): Promise<void> {
    const samples: TimeSample[] = [];
    for (let i = 0; i < TIME_SAMPLES; i++) {
      const sentMs = this.clock.monotonicMs();
      const answer = await this.connection.request<ServerTime>('time', {}, TIME_TIMEOUT_MS);
      if (!answer.ok) break;
      samples.push({ sentMs, receivedMs: this.clock.monotonicMs(), answer });
    }
    this.serverClock.adopt(samples);
  }
}
