import type { ServerTime } from '@rideline/contract';
import type { SdkClock } from './clock.ts';

/** One `time` call: when it was sent and answered on the phone's monotonic clock, and the answer. */
export interface TimeSample {
  sentMs: number;
  receivedMs: number;
  answer: ServerTime;
  /** How far the wall clock was ahead of the monotonic one when the answer arrived; absent: as it is when the sample is adopted. */
  aheadMs?: number;
}

/** Samples of one synchronisation, and how long the best of them is valid. */
export const TIME_SAMPLES = 5;
export const TIME_VALID_MS = 300_000;
/** The two clocks of a phone move apart by far less than this in five minutes unless one of them was set or stood still. */
const APART_MS = 1500;

export function areApart(aheadMs: number, otherMs: number): boolean {
  return Math.abs(aheadMs - otherMs) > APART_MS;
}

/**
 * Estimates the server's domain clock from an anchor on the monotonic clock and the domain clock's rate, so that a phone whose wall clock
 * is wrong, or is set while driving, still stamps its fixes correctly.
 */
export class ServerClock {
  readonly #clock: SdkClock;
  #anchor:
    | {
        monotonicMs: number;
        domainMs: number;
        rate: number;
        roundTripMs: number;
        aheadMs: number;
        skewMs: number;
      }
    | undefined;

  constructor(clock: SdkClock) {
    this.#clock = clock;
  }

  get synced(): boolean {
    return this.#anchor !== undefined;
  }

  /** Whether there is no sample, or it is too old or in doubt. */
  get due(): boolean {
    return (
      this.#anchor === undefined ||
      this.inDoubt ||
      this.#clock.monotonicMs() - this.#anchor.monotonicMs >= TIME_VALID_MS
    );
  }

  /**
   * Whether the phone's two clocks have moved apart since the sample. Either the wall clock was set, which changes nothing here, or the
   * monotonic clock stood still while the device slept, as on iOS and in browsers, and the estimate is late by that time. A phone cannot
   * tell which: only another sample can.
   */
  get inDoubt(): boolean {
    return this.#anchor !== undefined && areApart(this.aheadMs(), this.#anchor.aheadMs);
  }

  /** How far the wall clock is ahead of the monotonic one: constant until one of them is set or stands still. */
  aheadMs(): number {
    return this.#clock.wallMs() - this.#clock.monotonicMs();
  }

  /** Round trip of the sample in use, ms: the error of the clock is at most half of it (times the rate). */
  get roundTripMs(): number | undefined {
    return this.#anchor?.roundTripMs;
  }

  /** How far the phone's wall clock is ahead of the server's, ms; undefined before the first synchronisation. */
  get skewMs(): number | undefined {
    return this.#anchor && this.#anchor.skewMs + this.aheadMs() - this.#anchor.aheadMs;
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

  /** Uses the sample with the shortest round trip: it has the smallest error. Samples from before the clocks moved apart do not count. */
  adopt(samples: readonly TimeSample[]): void {
    const aheadMs = samples.at(-1)?.aheadMs ?? this.aheadMs();
    let best: TimeSample | undefined;
    for (const sample of samples) {
      if (areApart(sample.aheadMs ?? aheadMs, aheadMs)) continue;
      if (best === undefined || roundTrip(sample) < roundTrip(best)) best = sample;
    }
    if (best === undefined) return;
    const { rate, domainMs, wallMs } = best.answer;
    this.#anchor = {
      monotonicMs: best.receivedMs,
      domainMs: domainMs + (roundTrip(best) / 2) * rate,
      rate,
      roundTripMs: roundTrip(best),
      aheadMs,
      skewMs: best.receivedMs + aheadMs - (wallMs + roundTrip(best) / 2),
    };
  }
}

function roundTrip(sample: TimeSample): number {
  return sample.receivedMs - sample.sentMs;
}
