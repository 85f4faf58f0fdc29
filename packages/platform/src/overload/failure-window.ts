import { CircuitState, type IBreaker } from 'cockatiel';

const BUCKETS = 10;

interface Bucket {
  /** Number of its time slice. */
  slice: number;
  failures: number;
  successes: number;
}

/**
 * When a circuit opens: at least this many failures in the last `windowMs`, and at least this share of its calls. cockatiel's own
 * SamplingBreaker counts calls, not failures, and keeps counts of earlier calls through a pause in traffic (decision 0137).
 */
export class FailureWindow implements IBreaker {
  readonly #leastFailures: number;
  readonly #failedShare: number;
  readonly #sliceMs: number;
  #buckets = emptyBuckets();

  constructor(options: { leastFailures: number; failedShare: number; windowMs: number }) {
    this.#leastFailures = options.leastFailures;
    this.#failedShare = options.failedShare;
    this.#sliceMs = options.windowMs / BUCKETS;
  }

  /** For cockatiel's serialisation, which is not used here. */
  get state(): unknown {
    return this.#buckets;
  }

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.#buckets = emptyBuckets();
    this.#current().successes += 1;
  }

  failure(state: CircuitState): boolean {
    const current = this.#current();
    current.failures += 1;
    if (state !== CircuitState.Closed) return true;
    let [failures, calls] = [0, 0];
    for (const bucket of this.#buckets) {
      if (bucket.slice <= current.slice - BUCKETS) continue;
      failures += bucket.failures;
      calls += bucket.failures + bucket.successes;
    }
    return failures >= this.#leastFailures && failures >= calls * this.#failedShare;
  }

  /** The bucket of the current time slice; a bucket of an earlier round is emptied. */
  #current(): Bucket {
    const slice = Math.floor(performance.now() / this.#sliceMs);
    const bucket = this.#buckets[slice % BUCKETS] as Bucket;
    if (bucket.slice !== slice) Object.assign(bucket, { slice, failures: 0, successes: 0 });
    return bucket;
  }
}

const emptyBuckets = (): Bucket[] =>
  Array.from({ length: BUCKETS }, () => ({ slice: Number.NEGATIVE_INFINITY, failures: 0, successes: 0 }));
