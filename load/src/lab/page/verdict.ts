import { NOTHING_TO_EXAMINE } from '../../simulation/checks/findings.ts';
import type { RunReport } from '../run-report.ts';

export interface Verdict {
  /** `incomplete`: nothing failed, but nothing decided either, or an invariant could not be checked. */
  readonly outcome: 'passed' | 'failed' | 'incomplete';
  readonly headline: string;
  /** One sentence for each part that decides. */
  readonly parts: readonly string[];
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What the run shows as a whole: deciding thresholds and invariants, of a load that went on for its time. */
export function verdictOf({ thresholds, invariants, ended, durationMs, settings }: RunReport): Verdict {
  const deciding = thresholds.filter(({ decides }) => decides);
  const unmet = deciding.filter(({ met }) => !met);
  const violated = invariants?.filter(({ verdict }) => verdict === 'violated') ?? [];
  // A scenario without uploads says nothing about them: that is no failure, as for the exit code.
  const unchecked =
    invariants?.filter(({ verdict, note }) => verdict === 'not-checked' && note !== NOTHING_TO_EXAMINE) ?? [];
  const holding = invariants?.filter(({ verdict }) => verdict === 'holds') ?? [];
  const parts = [
    deciding.length === 0
      ? 'No threshold decides over this run.'
      : `${deciding.length - unmet.length} of ${counted(deciding.length, 'deciding threshold', 'deciding thresholds')} met.`,
    invariantsPart(invariants, holding.length),
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
  if (ended === undefined ? durationMs < settings.minutes * 60_000 : ended !== 'complete')
    return { outcome: 'incomplete', headline: 'The load ended before its time', parts };
  if (unchecked.length > 0)
    return {
      outcome: 'incomplete',
      headline: counted(unchecked.length, 'invariant was not checked', 'invariants were not checked'),
      parts,
    };
  if (invariants !== null && holding.length === 0)
    return { outcome: 'incomplete', headline: 'The check found nothing to examine', parts };
  if (deciding.length > 0) return { outcome: 'passed', headline: 'All deciding thresholds are met', parts };
  if (holding.length > 0) return { outcome: 'passed', headline: 'All checked invariants hold', parts };
  return { outcome: 'incomplete', headline: 'Measured, not judged', parts };
}

function invariantsPart(invariants: RunReport['invariants'], holding: number): string {
  if (invariants === null) return 'Invariants: the run was not asked to check them (--check).';
  return `${holding} of ${counted(invariants.length, 'invariant holds', 'invariants hold')}.`;
}
