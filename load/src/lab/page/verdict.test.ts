import { expect, test } from 'vitest';
import { NOTHING_TO_EXAMINE } from '../../simulation/checks/findings.ts';
import type { InvariantRecord, RunReport, ThresholdRecord } from '../run-report.ts';
import { sampleReport } from './sample-report.ts';
import { verdictOf } from './verdict.ts';

const sample = sampleReport({ minutes: 2, intervalMs: 5000, seed: 1 });
const threshold = (met: boolean, decides = true): ThresholdRecord => ({
  id: 'a',
  what: 'A',
  unit: 'ms',
  must: '<',
  limit: 1,
  measured: null,
  met,
  why: null,
  decides,
});
const invariant = (verdict: InvariantRecord['verdict'], note: string | null = null): InvariantRecord => ({
  id: 'i',
  what: 'I',
  verdict,
  examined: 1,
  violations: [],
  violationsTotal: 0,
  note,
});
const verdict = (of: Partial<RunReport>) => {
  const { outcome, headline } = verdictOf({
    ...sample,
    thresholds: [threshold(true)],
    invariants: null,
    ...of,
  });
  return `${outcome}: ${headline}`;
};

test('LOAD-27: only a whole run whose deciding thresholds are met and whose invariants hold has passed', () => {
  expect(verdict({})).toBe('passed: All deciding thresholds are met');
  expect(verdict({ invariants: [invariant('holds')] })).toMatch(/^passed/);
  expect(verdict({ thresholds: [threshold(true), threshold(false, false)] })).toMatch(/^passed/);
  expect(verdict({ thresholds: [threshold(true), threshold(false)] })).toBe('failed: 1 threshold is not met');
  expect(verdict({ invariants: [invariant('violated'), invariant('violated')] })).toBe(
    'failed: 2 invariants are violated',
  );
  expect(verdict({ invariants: [invariant('holds'), invariant('not-checked')] })).toBe(
    'incomplete: 1 invariant was not checked',
  );
  expect(verdict({ invariants: [invariant('holds'), invariant('not-checked', NOTHING_TO_EXAMINE)] })).toMatch(
    /^passed/,
  );
  expect(verdict({ thresholds: [], invariants: [invariant('holds')] })).toBe(
    'passed: All checked invariants hold',
  );
  expect(verdict({ invariants: [invariant('not-checked', NOTHING_TO_EXAMINE)] })).toBe(
    'incomplete: The check found nothing to examine',
  );
  expect(verdict({ thresholds: [] })).toBe('incomplete: Measured, not judged');
  expect(verdict({ durationMs: 60_000 })).toBe('incomplete: The load ended before its time');
  expect(verdict({ durationMs: 60_000, ended: 'complete' })).toMatch(/^passed/);
  expect(verdict({ ended: 'stopped' })).toBe('incomplete: The load ended before its time');
});
