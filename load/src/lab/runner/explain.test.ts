import { expect, test } from 'vitest';
import type { ThresholdRecord } from '../run-report.ts';
import { type Explaining, explained } from './explain.ts';

const about: Explaining = {
  latencies: [],
  errors: [{ code: 'BUSY', operation: 'trip.create', total: 3, rate: [] }],
  processes: [],
  profile: { process: 'api-1', atMs: 60_000, functions: [{ label: 'parse', share: 0.4 }], file: 'f' },
  events: [{ atMs: 0, kind: 'fault', text: 'a', fault: '1: a' }],
  cacheReads: new Map([['miss', 5]]),
  soak: null,
};
const threshold = (id: string, met: boolean): ThresholdRecord => ({
  ...{ id, what: id, unit: 'x', must: '<', limit: 1, measured: 2, met, why: null, decides: true },
});
const why = (id: string, met = false) => explained([threshold(id, met)], about)[0]?.why;

test('LOAD-11: a threshold that is not met says what was busy, with the profile; one that counts says what it counted', () => {
  expect(why('trip-create-p95')).toBe('no CPU was read; profile of api-1 at 60 s, by own time: parse 40 %');
  expect(why('error-share')).toContain('most: 3 × trip.create BUSY');
  expect(why('cache-hits')).toBe('reads by their answer: 5 miss');
  expect(why('faults-recovered')).toBe('not recovered: 1: a');
  expect(why('trip-create-p95', true)).toBeNull();
});
