import { createHistogram } from 'node:perf_hooks';

const MICROSECONDS_PER_MS = 1000;

/** Counts durations in a `node:perf_hooks` histogram: memory is bounded, quantiles are exact to three digits. */
export class AgeHistogram {
  /** It takes whole numbers from 1: microseconds. */
  readonly #histogram = createHistogram({ figures: 3 });
  /** The histogram rounds its own maximum up to the end of a bucket. */
  #maxMs = 0;

  add(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * MICROSECONDS_PER_MS)));
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  /** Milliseconds; undefined when nothing was counted. */
  quantile(q: number): number | undefined {
    if (this.#histogram.count === 0) return undefined;
    return Math.min(this.#maxMs, this.#histogram.percentile(q * 100) / MICROSECONDS_PER_MS);
  }

  reset(): void {
    this.#histogram.reset();
    this.#maxMs = 0;
  }
}
