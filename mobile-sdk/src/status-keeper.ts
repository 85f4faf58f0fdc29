import type { DriverStatus } from '@rideline/contract';
import type { SdkClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { retryAdvice } from './connection-state.ts';
import { Timer } from './timer.ts';

const STATUS_TIMEOUT_MS = 10_000;
const STATUS_RETRY_MS = 3000;

export interface StatusOutcome {
  status: DriverStatus['status'];
  confirmed: boolean;
  code?: string;
}

/** Tells the server the status the app wants, until it is confirmed, and anew on every connection. */
export class StatusKeeper {
  private readonly connection: Connection;
  private readonly timer: Timer;
  private readonly onOutcome: (outcome: StatusOutcome) => void;
  private wanted: DriverStatus | undefined;
  private asking = false;

  constructor(connection: Connection, clock: SdkClock, onOutcome: (outcome: StatusOutcome) => void) {
    this.connection = connection;
    this.timer = new Timer(clock);
    this.onOutcome = onOutcome;
  }

  set(wanted: DriverStatus): void {
    this.wanted = wanted;
    void this.tell();
  }

  stop(): void {
    this.timer.clear();
  }

  /** One question at a time, so that an older status cannot overtake a newer one. */
  async tell(): Promise<void> {
    const wanted = this.wanted;
    if (wanted === undefined || this.asking || !this.connection.connected) return;
    this.asking = true;
    this.timer.clear();
    const reply = await this.connection.request('driver:status', wanted, STATUS_TIMEOUT_MS);
    this.asking = false;
    if (wanted !== this.wanted) return this.tell();
    this.onOutcome({ status: wanted.status, confirmed: reply.ok, ...(reply.ok ? {} : { code: reply.code }) });
    if (reply.ok || retryAdvice(reply.code) !== 'later' || !this.connection.connected) return;
    this.timer.set(reply.retryAfterMs ?? STATUS_RETRY_MS, () => void this.tell());
  }
}
