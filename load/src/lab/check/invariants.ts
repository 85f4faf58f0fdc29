import { Findings } from '../../simulation/checks/findings.ts';
import type { InvariantRecord } from '../run-report.ts';

/** The invariants of a run, in the order of the report. */
const INVARIANTS = {
  fixes: [
    'fixes-stored-once',
    'Every acknowledged fix is stored once, or refused with a verdict; nothing is stored that was not sent',
  ],
  assignments: [
    'one-driver-one-trip',
    'At every instant a trip has one driver, and a driver one current trip',
  ],
  ends: ['accepted-ended', 'Every accepted trip and every accepted upload has ended'],
  follows: ['follows-without-gaps', 'No follower had a gap that was not announced'],
  commands: [
    'commands-one-effect',
    'Every command had one effect, in a legal order, and every repeat the same answer',
  ],
  uploads: ['uploads-one-copy', 'Every upload that ended has one clean copy or one rejection'],
} as const;

export type InvariantName = keyof typeof INVARIANTS;
export type InvariantFindings = Readonly<Record<InvariantName, Findings>>;

export function newFindings(): InvariantFindings {
  const found = Object.entries(INVARIANTS).map(([name, [id, what]]) => [name, new Findings(id, what)]);
  return Object.fromEntries(found) as Record<InvariantName, Findings>;
}

/** Every invariant as `not-checked`. @param why as in the report's note */
export function notChecked(why: string): InvariantRecord[] {
  const findings = newFindings();
  for (const one of Object.values(findings)) one.obstruct(why);
  return recordsOf(findings);
}

export function recordsOf(findings: InvariantFindings): InvariantRecord[] {
  return Object.values(findings).map((one) => one.record());
}
