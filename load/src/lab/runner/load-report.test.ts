import { expect, test } from 'vitest';
import type { ThresholdRecord } from '../run-report.ts';
import { passes } from './load-report.ts';

const NOT_MET: ThresholdRecord = {
  id: 'trip-create-p95',
  what: 'p95 of a trip request',
  unit: 'ms',
  must: '<',
  limit: 300,
  measured: 400,
  met: false,
  why: null,
  decides: true,
};

test('LOAD-13: a load that ended early does not pass, nor does a comparison of which it is part', () => {
  for (const variant of ['rideline', 'rest'])
    expect(passes({ variant, thresholds: [], invariants: null, ended: 'stopped' })).toBe(false);
});

test('LOAD-38: thresholds judge Rideline and no other variant', () => {
  const verdict = (variant: string) =>
    passes({ variant, thresholds: [NOT_MET], invariants: null, ended: 'complete' });
  expect([verdict('rideline'), verdict('rest')]).toEqual([false, true]);
});
