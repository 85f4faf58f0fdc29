import { expect, test } from 'vitest';
import { addTallies, closingLines, EMPTY_TALLY } from './run-report.ts';

const HALVES = [
  {
    ...{ passed: 2, failed: 0, skipped: ['a.test.ts > x — no chromium'], failures: [] },
    kinds: [{ name: 'e2e', files: 1, ms: 2000 }],
  },
  {
    ...{ passed: 1, failed: 1, skipped: [], failures: ['type check'] },
    kinds: [
      { name: 'unit', files: 3, ms: 900 },
      { name: 'e2e', files: 1, ms: 4100 },
    ],
  },
];

test('OPS-31: all steps are added up, and the very last line prints the sums', () => {
  const lines = closingLines(addTallies([EMPTY_TALLY, ...HALVES]));
  expect(lines.at(-1)).toBe('3 passed, 1 failed, 1 skipped');
  expect(lines).toContain('  a.test.ts > x — no chromium');
  expect(lines).toContain('  type check');
});

test('OPS-92: the end of a run has the time of each kind of file, the longest first', () => {
  const lines = closingLines(addTallies([EMPTY_TALLY, ...HALVES]));
  expect(lines.slice(2, 5)).toEqual(['  e2e: 2 files, 6 s', '  unit: 3 files, 1 s', '']);
});
