/** A token bucket for one caller. `take` is true while the caller is within its rate. */
export interface TokenBucket {
  take(nowMs: number): boolean;
}

/**
 * The generic cell rate algorithm (ITU-T I.371): one number per caller and no timer. It answers at once, so that frames keep their order
 * and a socket's hot path makes no promise; rate-limiter-flexible counts what is shared by nodes (docs/decisions/0003).
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
