/** Time limit of one attempt, ms: to the last byte of the answer. */
export const ATTEMPT_MS = 10_000;
/** Waits before the second, third and fourth attempt, ms. */
const WAITS_MS = [2000, 4000, 8000];
/** A longer time that the server asks for is the app's to wait for: the call ends with the error, whose advice has the time. */
const ASKED_MAX_MS = 30_000;
/** No attempt begins that could end later than this after the call began, ms. */
export const CALL_MS = 90_000;

/** Methods that have the same effect once and twice (RFC 9110 section 9.2.2), of those that the API uses. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'PUT', 'DELETE']);

/** Whether a call may be sent again without knowing whether it took effect. */
export function isRepeatable(method: string, idempotencyKey: string | undefined): boolean {
  return IDEMPOTENT.has(method) || idempotencyKey !== undefined;
}

/**
 * The wait before the next attempt, ms; undefined: no other attempt. The planned wait varies by a quarter up or down. A time from the server
 * replaces it, and a random part is added, so that phones that were refused together do not return together.
 * @param attempts how many were made · @param askedMs the server's `Retry-After` · @param elapsedMs since the call began, sleep included
 * @param random uniform in [0, 1)
 */
export function retryWaitMs(
  attempts: number,
  askedMs: number | undefined,
  elapsedMs: number,
  random: number,
): number | undefined {
  const planned = WAITS_MS[attempts - 1];
  if (planned === undefined || (askedMs ?? 0) > ASKED_MAX_MS) return undefined;
  const waitMs =
    askedMs === undefined ? planned * (0.75 + random / 2) : askedMs + random * Math.max(askedMs / 4, 250);
  return elapsedMs + waitMs + ATTEMPT_MS > CALL_MS ? undefined : Math.round(waitMs);
}

/** `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), ms from now. */
export function retryAfterMs(header: string | null, wallMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - wallMs : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
