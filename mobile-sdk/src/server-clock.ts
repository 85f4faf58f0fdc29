import type { ServerTime } from '@rideline/contract';
import type { SdkClock } from './clock.ts';

/** One `time` call: when it left and came back on the phone's monotonic clock, and what the server answered. */
export interface TimeSample {
  sentMs: number;
  receivedMs: number;
  answer: ServerTime;
}

/** Samples taken at once, and how long the best of them is good for. */
export const TIME_SAMPLES = 5;
export const TIME_GOOD_FOR_MS = 300_000;

/**
 * The server's domain clock as seen from here: an anchor on the monotonic clock and the domain clock's rate, so that
 * a phone whose wall clock is wrong, or is set while driving, still stamps its fixes rightly.
 */
export class ServerClock {
  private readonly clock: SdkClock;
  private anchor: { monotonicMs: number; domainMs: number; rate: number; roundTripMs: number } | undefined;

  constructor(clock: SdkClock) {
    this.clock = clock;
  }

  get synced(): boolean {
    return this.anchor !== undefined;
  }

  /** The last best sample is too old to be relied on. */
  get due(): boolean {
    return (
      this.anchor === undefined || this.clock.monotonicMs() - this.anchor.monotonicMs >= TIME_GOOD_FOR_MS
    );
  }

  /** Round trip of the sample in use, ms: the error of the clock is at most half of it (times the rate). */
  get roundTripMs(): number | undefined {
    return this.anchor?.roundTripMs;
  }

  /** How fast the domain clock runs against this phone's; 1 before the first sync. */
  get rate(): number {
    return this.anchor?.rate ?? 1;
  }

  /** The domain clock now, epoch ms. Before the first sync: the phone's own wall clock. */
  now(): number {
    return this.at(this.clock.monotonicMs());
  }

  /** The domain clock at an instant of the monotonic clock, also one that has passed. */
  at(monotonicMs: number): number {
    if (this.anchor === undefined) return this.clock.wallMs() + monotonicMs - this.clock.monotonicMs();
    return this.anchor.domainMs + (monotonicMs - this.anchor.monotonicMs) * this.anchor.rate;
  }

  /** Takes the sample with the least round trip: the others only waited longer somewhere. */
  adopt(samples: readonly TimeSample[]): void {
    let best: TimeSample | undefined;
    for (const sample of samples) {
      if (best === undefined || roundTrip(sample) < roundTrip(best)) best = sample;
    }
    if (best === undefined) return;
    const { rate, domainMs } = best.answer;
    this.anchor = {
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
