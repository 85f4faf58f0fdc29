import { LIMITS } from '@rideline/contract';
import { TokenBucket, type TokenRate, tokenRate } from '@rideline/platform/limits/token-bucket';

/** Refusals further apart than this are not continuous excess. */
const CALM_MS = 2000;
const EVENT_RATE: TokenRate = tokenRate(LIMITS.driverEventsPerSecond, LIMITS.driverEventsBurst);

/** Limits one socket's events: 20 a second, 40 at once; ten seconds of continuous excess close the socket. */
export class EventLimiter {
  readonly #bucket = new TokenBucket(EVENT_RATE);
  #excessSinceMs = 0;
  #lastExcessMs = 0;

  /** What to do with the next event. */
  take(nowMs: number): 'pass' | 'refuse' | 'close' {
    if (this.#bucket.take(nowMs)) return 'pass';
    const sinceLastMs = nowMs - this.#lastExcessMs;
    // Below 0 the wall clock was set back: an excess that began in the future would never be continuous for long enough.
    if (sinceLastMs > CALM_MS || sinceLastMs < 0) this.#excessSinceMs = nowMs;
    this.#lastExcessMs = nowMs;
    return nowMs - this.#excessSinceMs >= LIMITS.rateLimitedCloseMs ? 'close' : 'refuse';
  }
}
