/** One call of a probe: when it ended, how long it took, whether it did what it should. */
export interface ProbeResult {
  readonly probe: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly ok: boolean;
}

export interface Probe {
  readonly name: string;
  /** p95 below which the system is within its aim. */
  readonly aimMs: number;
}

/** Within its aims for this long: recovered. */
export const QUIET_MS = 5000;
/** Share of failed calls below which the system is within its aim. */
const MOST_FAILED = 0.01;
/** A probe that is answered this rarely within the quiet time is not answered. */
const LEAST_CALLS = 5;

/**
 * Whether everything is within its aims over the `QUIET_MS` before `nowMs`: each probe was answered, with less than 1 % failures and a p95
 * below its aim.
 */
export function isWithinAims(
  results: readonly ProbeResult[],
  probes: readonly Probe[],
  nowMs: number,
): boolean {
  return probes.every(({ name, aimMs }) => {
    const recent = results.filter(
      ({ probe, atMs }) => probe === name && atMs > nowMs - QUIET_MS && atMs <= nowMs,
    );
    if (recent.length < LEAST_CALLS) return false;
    const failed = recent.filter(({ ok }) => !ok).length;
    const sorted = recent.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    const p95 =
      sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))] ?? Number.POSITIVE_INFINITY;
    return failed / recent.length < MOST_FAILED && p95 < aimMs;
  });
}
