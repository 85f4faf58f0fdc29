import type { DriverStatus } from '@rideline/contract';
import type { Connection } from '../connection/connection.ts';
import { retryAdvice } from '../connection/connection-state.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';

const STATUS_TIMEOUT_MS = 10_000;
const STATUS_RETRY_MS = 3000;

export interface StatusOutcome {
  status: DriverStatus['status'];
  confirmed: boolean;
  code?: string;
}

/** Sends the app's target status to the server until it is confirmed, and again on every connection. */
export class StatusKeeper {
  readonly #connection: Connection;
  readonly #timer: Timer;
  readonly #onOutcome: (outcome: StatusOutcome) => void;
  #target: DriverStatus | undefined;
  #sending = false;

  constructor(connection: Connection, clock: SdkClock, onOutcome: (outcome: StatusOutcome) => void) {
    this.#connection = connection;
    this.#timer = new Timer(clock);
    this.#onOutcome = onOutcome;
  }

  set(target: DriverStatus): void {
    this.#target = target;
    void this.send();
  }

  stop(): void {
    this.#timer.clear();
  }

  /** One request at a time, so that an older status cannot overtake a newer one. */
  async send(): Promise<void> {
    const target = this.#target;
    if (target === undefined || this.#sending || !this.#connection.connected) return;
    this.#sending = true;
    this.#timer.clear();
    const reply = await this.#connection.request('driver:status', target, STATUS_TIMEOUT_MS);
    this.#sending = false;
    if (target !== this.#target) return this.send();
    this.#onOutcome({
      status: target.status,
      confirmed: reply.ok,
      ...(reply.ok ? {} : { code: reply.code }),
    });
    if (reply.ok || retryAdvice(reply.code) !== 'later' || !this.#connection.connected) return;
    this.#timer.set(reply.retryAfterMs ?? STATUS_RETRY_MS, () => void this.send());
  }
}
