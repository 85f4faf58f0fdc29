/** A token bucket for one caller. `take` is true while the caller is within its rate. */
export interface TokenBucket {
  take(nowMs: number): boolean;
}

/**
 * The generic cell rate algorithm (ITU-T I.371): one number per caller, no timer, so that a bucket per socket costs nothing while
 * the socket is silent. rate-limiter-flexible guards whatever is counted across nodes; its in-memory limiter makes a promise and a
 * timer for each event, which a socket's hot path cannot afford (docs/decisions/0003).
 */
export function createTokenBucket(limit: { perSecond: number; burst: number }): TokenBucket {
  const intervalMs = 1000 / limit.perSecond;
  const toleranceMs = intervalMs * (limit.burst - 1);
  let theoreticalArrivalMs = 0;
  return {
    take(nowMs) {
      if (nowMs < theoreticalArrivalMs - toleranceMs) return false;
      theoreticalArrivalMs = Math.max(nowMs, theoreticalArrivalMs) + intervalMs;
      return true;
    },
  };
}
