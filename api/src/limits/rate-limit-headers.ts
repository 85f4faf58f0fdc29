import type { LimiterStatus } from '@rideline/platform/limits/request-limiter';

/** Structured-field header values of draft-ietf-httpapi-ratelimit-headers-10: the policy in force and the caller's remaining budget. */
export function rateLimitHeaders(status: LimiterStatus): Record<string, string> {
  const { limit, points, windowSeconds, remaining, resetMs } = status;
  return {
    'RateLimit-Policy': `"${limit}";q=${points};w=${windowSeconds}`,
    RateLimit: `"${limit}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
  };
}
