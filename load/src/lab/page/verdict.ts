import type { RunReport } from '../run-report.ts';

export interface Verdict {
  /** `incomplete`: nothing failed, but nothing decided either, or an invariant could not be checked. */
  readonly outcome: 'passed' | 'failed' | 'incomplete';
  readonly headline: string;
  /** One sentence for each part that decides. */
  readonly parts: readonly string[];
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What the run shows as a whole: deciding thresholds and invariants. The runner's exit code follows the same rule. */
export function verdictOf({ thresholds, invariants }: RunReport): Verdict {
  const deciding = thresholds.filter(({ decides }) => decides);
  const unmet = deciding.filter(({ met }) => !met);
  const violated = invariants?.filter(({ verdict }) => verdict === 'violated') ?? [];
  const unchecked = invariants?.filter(({ verdict }) => verdict === 'not-checked') ?? [];
  const parts = [
    deciding.length === 0
      ? 'No threshold decides over this run.'
      : `${deciding.length - unmet.length} of ${counted(deciding.length, 'deciding threshold', 'deciding thresholds')} met.`,
    invariantsPart(invariants, violated.length, unchecked.length),
  ];
  if (unmet.length > 0 || violated.length > 0) {
    const problems = [
      unmet.length > 0 ? counted(unmet.length, 'threshold is not met', 'thresholds are not met') : null,
      violated.length > 0
        ? counted(violated.length, 'invariant is violated', 'invariants are violated')
        : null,
    ];
    const headline = problems.filter((problem) => problem !== null).join(', ');
    return { outcome: 'failed', headline, parts };
  }
  if (unchecked.length > 0)
    return {
      outcome: 'incomplete',
      headline: counted(unchecked.length, 'invariant was not checked', 'invariants were not checked'),
      parts,
    };
  if (deciding.length === 0) return { outcome: 'incomplete', headline: 'Measured, not judged', parts };
  return { outcome: 'passed', headline: 'All deciding thresholds are met', parts };
}

function invariantsPart(invariants: RunReport['invariants'], violated: number, unchecked: number): string {
  if (invariants === null) return 'Invariants: the run was not asked to check them (--check).';
  const holds = invariants.length - violated - unchecked;
  return `${holds} of ${counted(invariants.length, 'invariant holds', 'invariants hold')}.`;
}
