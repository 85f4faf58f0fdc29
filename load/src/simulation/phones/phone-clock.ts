import type { SdkClock } from '@rideline/sdk';
import { trueNowMs } from '../journal-file.ts';

/** How a phone's clocks are wrong. */
export interface ClockErrors {
  /** The wall clock is this much ahead, ms. */
  readonly offsetMs: number;
  /** Both clocks run faster by this many millionths: they hang on one crystal. */
  readonly driftPpm: number;
  /** The monotonic clock stands still while the app is suspended, as on iOS; on Android it goes on. */
  readonly stopsInSleep: boolean;
}

interface Timer {
  readonly fn: () => void;
  dueMs: number;
  handle: NodeJS.Timeout | undefined;
}

const MILLION = 1_000_000;

/** The clocks and timers of one start of an app. The phone's errors outlive it, the timers do not. */
export class PhoneClock implements SdkClock {
  readonly random: () => number;
  readonly #errors: ClockErrors;
  readonly #rate: number;
  readonly #startMs = trueNowMs();
  readonly #timers = new Set<Timer>();
  #jumpedMs = 0;
  #sleptMs = 0;
  #suspendedMs: number | null = null;
  #isStopped = false;

  /** @param random uniform in [0, 1) */
  constructor(errors: ClockErrors, random: () => number) {
    this.#errors = errors;
    this.#rate = 1 + errors.driftPpm / MILLION;
    this.random = random;
  }

  wallMs(): number {
    const passedMs = (trueNowMs() - this.#startMs) * this.#rate;
    return this.#startMs + passedMs + this.#errors.offsetMs + this.#jumpedMs;
  }

  monotonicMs(): number {
    const untilMs = this.#suspendedMs ?? trueNowMs();
    const sleptMs = this.#errors.stopsInSleep ? this.#sleptMs : 0;
    const passedMs = (this.#errors.stopsInSleep ? untilMs : trueNowMs()) - this.#startMs - sleptMs;
    return passedMs * this.#rate;
  }

  after(delayMs: number, fn: () => void): () => void {
    const timer: Timer = {
      fn,
      dueMs: trueNowMs() + Math.max(0, delayMs) / this.#rate,
      handle: undefined,
    };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  }

  /** The user or the network sets the wall clock; the monotonic clock goes on. */
  jump(byMs: number): void {
    this.#jumpedMs += byMs;
  }

  /** No timer fires until `resume`. */
  suspend(): void {
    this.#suspendedMs ??= trueNowMs();
    for (const { handle } of this.#timers) clearTimeout(handle);
  }

  /** Timers that were due meanwhile fire now. */
  resume(): void {
    if (this.#suspendedMs === null) return;
    this.#sleptMs += trueNowMs() - this.#suspendedMs;
    this.#suspendedMs = null;
    for (const timer of this.#timers) this.#arm(timer);
  }

  /** The app is gone: its timers never fire, and no new one does. */
  stop(): void {
    this.#isStopped = true;
    for (const { handle } of this.#timers) clearTimeout(handle);
    this.#timers.clear();
  }

  #arm(timer: Timer): void {
    if (this.#isStopped || this.#suspendedMs !== null) return;
    timer.handle = setTimeout(
      () => {
        this.#timers.delete(timer);
        timer.fn();
      },
      Math.max(0, timer.dueMs - trueNowMs()),
    );
  }
}
