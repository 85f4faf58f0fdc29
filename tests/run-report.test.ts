import { expect, test } from 'vitest';
import { addTallies, closingLines, EMPTY_TALLY } from './run-report.ts';

test('OPS-31: all steps are added up, and the very last line prints the sums', () => {
  const sum = addTallies([
    EMPTY_TALLY,
    { passed: 2, failed: 0, skipped: ['a.test.ts > x — no chromium'], failures: [] },
    { passed: 1, failed: 1, skipped: [], failures: ['type check'] },
  ]);
  const lines = closingLines(sum);
  expect(lines.at(-1)).toBe('3 passed, 1 failed, 1 skipped');
  expect(lines).toContain('  a.test.ts > x — no chromium');
  expect(lines).toContain('  type check');
});
