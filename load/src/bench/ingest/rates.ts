import { lateReasons, riderReasons } from '../hold-limits.ts';
import { COMPARISONS, type Comparison, nameOf, type Variant } from './variants.ts';

/** What one try at a rate showed. */
export interface RateTry {
  readonly variant: string;
  readonly framesPerSecond: number;
  /** Why it does not count as held; empty when it does. */
  readonly reasons: readonly string[];
}

/** What decides whether a run held its rate. */
export interface HeldEvidence {
  readonly frames: number;
  readonly framesLate: number;
  readonly refused: number;
  readonly closed: number;
  readonly hasRiders: boolean;
  readonly riderP99Ms: number;
  /** Acknowledgements that were requested and did not arrive. */
  readonly unacknowledged: number;
  /** Whether everything was handled, and stored where it is stored, in time after the last frame. */
  readonly finished: boolean;
}

/** After the last frame: a block of ours waits 5 s, and the answer to the phones as long. A rival's batch is flushed at once. */
export const FINISH_MS = 15_000;

export function whyNotHeld(run: HeldEvidence): string[] {
  return [
    ...lateReasons({ sent: run.frames, late: run.framesLate }),
    ...(run.refused > 0 ? [`${run.refused} frames refused`] : []),
    ...(run.closed > 0 ? [`${run.closed} sockets lost`] : []),
    ...(run.unacknowledged > 0 ? [`${run.unacknowledged} acknowledgements missing`] : []),
    ...(run.finished ? [] : [`not finished within ${FINISH_MS / 1000} s`]),
    ...(run.hasRiders ? riderReasons(run.riderP99Ms) : []),
  ];
}

/** The highest rate that a variant held; undefined when it held none. */
export const heldRate = (tries: readonly RateTry[], variant: Variant): number | undefined =>
  tries
    .filter((each) => each.variant === nameOf(variant) && each.reasons.length === 0)
    .map(({ framesPerSecond }) => framesPerSecond)
    .sort((a, b) => b - a)[0];

/** The rate at which both sides of a comparison run: the highest that both held. Undefined when there is none. */
export function commonRate(tries: readonly RateTry[], { above, below }: Comparison): number | undefined {
  const rates = [heldRate(tries, above), heldRate(tries, below)];
  const [a, b] = rates;
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}

export interface PlannedRun {
  readonly variant: Variant;
  readonly framesPerSecond: number;
}

/** What a round runs: each variant once at each rate that one of its comparisons needs. */
export function plannedRuns(tries: readonly RateTry[]): PlannedRun[] {
  const runs = new Map<string, PlannedRun>();
  for (const comparison of COMPARISONS) {
    const framesPerSecond = commonRate(tries, comparison);
    if (framesPerSecond === undefined) continue;
    for (const variant of [comparison.above, comparison.below])
      runs.set(`${nameOf(variant)} ${framesPerSecond}`, { variant, framesPerSecond });
  }
  return [...runs.values()].sort((a, b) => b.framesPerSecond - a.framesPerSecond);
}
