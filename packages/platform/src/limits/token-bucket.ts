/** A rate per second, in the units that a bucket counts in; shared by all callers of the same rate. */
export interface TokenRate {
  readonly intervalMs: number;
  readonly toleranceMs: number;
}

export function tokenRate(perSecond: number, burst: number): TokenRate {
  const intervalMs = 1000 / perSecond;
  return { intervalMs, toleranceMs: intervalMs * (burst - 1) };
}

/**
 * A token bucket for one caller, by the generic cell rate algorithm (ITU-T I.371): one number per caller and no timer. It answers
 * synchronously, so that frames keep their order and a socket's hot path creates no promise. rate-limiter-flexible counts what nodes share
 * (docs/decisions/0003).
 */
export class TokenBucket {
  readonly #rate: TokenRate;
  #theoreticalArrivalMs = 0;

  constructor(rate: TokenRate) {
    this.#rate = rate;
  }

  /** Takes `tokens`, all or none. False when the caller is over their rate. */
  take(nowMs: number, tokens = 1): boolean {
    const { intervalMs, toleranceMs } = this.#rate;
    // An empty bucket at the latest: beyond that the clock was set back, and the caller would be refused for as long.
    const arrivalMs = Math.min(this.#theoreticalArrivalMs, nowMs + toleranceMs + intervalMs);
    if (nowMs + toleranceMs < Math.max(nowMs, arrivalMs) + intervalMs * (tokens - 1)) {
      this.#theoreticalArrivalMs = arrivalMs;
      return false;
    }
    this.#theoreticalArrivalMs = Math.max(nowMs, arrivalMs) + intervalMs * tokens;
    return true;
  }
}
