import { LIMITS } from '@rideline/contract';
import { TokenBucket, type TokenRate, tokenRate } from '@rideline/platform/limits/token-bucket';

/** Refusals that lie further apart than this are not one stretch. */
const CALM_MS = 2000;
const EVENT_RATE: TokenRate = tokenRate(LIMITS.driverEventsPerSecond, LIMITS.driverEventsBurst);

/** The rate of one socket's events: 20 a second, 40 at once; ten seconds of steady excess close the socket. */
export class EventLimiter {
  readonly #bucket = new TokenBucket(EVENT_RATE);
  #excessSince = 0;
  #lastExcess = 0;

  /** What to do with the next event. */
  take(nowMs: number): 'pass' | 'refuse' | 'close' {
    if (this.#bucket.take(nowMs)) return 'pass';
    if (nowMs - this.#lastExcess > CALM_MS) this.#excessSince = nowMs;
    this.#lastExcess = nowMs;
    return nowMs - this.#excessSince >= LIMITS.rateLimitedCloseMs ? 'close' : 'refuse';
  }
}
