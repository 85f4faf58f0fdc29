import type { ServerTime } from '@rideline/contract';
import type { SdkClock } from './clock.ts';

/** One `time` call: when it was sent and answered on the phone's monotonic clock, and the answer. */
export interface TimeSample {
  sentMs: number;
  receivedMs: number;
  answer: ServerTime;
}

/** Samples of one synchronisation, and how long the best of them is valid. */
export const TIME_SAMPLES = 5;
export const TIME_VALID_MS = 300_000;

/**
 * Estimates the server's domain clock from an anchor on the monotonic clock and the domain clock's rate, so that a phone whose wall clock
 * is wrong, or is set while driving, still stamps its fixes correctly.
 */
export class ServerClock {
  readonly #clock: SdkClock;
  #anchor: { monotonicMs: number; domainMs: number; rate: number; roundTripMs: number } | undefined;

  constructor(clock: SdkClock) {
    this.#clock = clock;
  }

  get synced(): boolean {
    return this.#anchor !== undefined;
  }

  /** Whether there is no sample or it is too old. */
  get due(): boolean {
    return (
      this.#anchor === undefined || this.#clock.monotonicMs() - this.#anchor.monotonicMs >= TIME_VALID_MS
    );
  }

  /** Round trip of the sample in use, ms: the error of the clock is at most half of it (times the rate). */
  get roundTripMs(): number | undefined {
    return this.#anchor?.roundTripMs;
  }

  /** Rate of the domain clock against this phone's clock; 1 before the first synchronisation. */
  get rate(): number {
    return this.#anchor?.rate ?? 1;
  }

  /** The domain clock now, epoch ms. Before the first synchronisation: the phone's own wall clock. */
  now(): number {
    return this.at(this.#clock.monotonicMs());
  }

  /** The domain clock at an instant of the monotonic clock, which may be in the past. */
  at(monotonicMs: number): number {
    if (this.#anchor === undefined) return this.#clock.wallMs() + monotonicMs - this.#clock.monotonicMs();
    return this.#anchor.domainMs + (monotonicMs - this.#anchor.monotonicMs) * this.#anchor.rate;
  }

  /** Uses the sample with the shortest round trip: it has the smallest error. */
  adopt(samples: readonly TimeSample[]): void {
    let best: TimeSample | undefined;
    for (const sample of samples) {
      if (best === undefined || roundTrip(sample) < roundTrip(best)) best = sample;
    }
    if (best === undefined) return;
    const { rate, domainMs } = best.answer;
    this.#anchor = {
      monotonicMs: best.receivedMs,
      domainMs: domainMs + (roundTrip(best) / 2) * rate,
      rate,
      roundTripMs: roundTrip(best),
    };
  }
}

function roundTrip(sample: TimeSample): number {
  return sample.receivedMs - sample.sentMs;
}
