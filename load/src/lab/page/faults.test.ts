import { expect, test } from 'vitest';
import type { RunEvent } from '../run-report.ts';
import { faultBands, faultPeriods, marksOf } from './faults.ts';

const event = (kind: RunEvent['kind'], atMs: number, fault: string | null): RunEvent => ({
  kind,
  atMs,
  fault,
  text: `${kind} ${fault}`,
});

test('LOAD-27: a fault that comes twice has two periods; one without recovery has none', () => {
  const periods = faultPeriods([
    event('fault', 100, 'redis'),
    event('fault', 150, 'mongo'),
    event('healed', 200, 'redis'),
    event('recovered', 260, 'redis'),
    event('fault', 500, 'redis'),
    event('healed', 600, 'redis'),
    event('note', 700, null),
  ]);
  expect(
    periods.map(({ fault, atMs, healedAtMs, recoveredAtMs }) => [fault, atMs, healedAtMs, recoveredAtMs]),
  ).toEqual([
    ['redis', 100, 200, 260],
    ['mongo', 150, null, null],
    ['redis', 500, 600, null],
  ]);
});

test('LOAD-27: of many events the faults are marked first, with their numbers in the table', () => {
  const phases = Array.from({ length: 100 }, (_, at) => event('phase', at, null));
  const marks = marksOf([...phases, event('fault', 1000, 'redis')]);
  expect(marks).toHaveLength(60);
  expect(marks.at(-1)).toEqual({ atMs: 1000, kind: 'fault', number: 101 });
});

test('LOAD-27: bands of faults that overlap do not: broken comes before recovering, and what did not recover lasts', () => {
  const periods = faultPeriods([
    event('fault', 100, 'redis'),
    event('healed', 200, 'redis'),
    event('fault', 300, 'mongo'),
    event('recovered', 350, 'redis'),
    event('healed', 400, 'mongo'),
    event('recovered', 450, 'mongo'),
    event('fault', 900, 's3'),
  ]);
  expect(faultBands(periods, 1000).map(({ fromMs, toMs, kind }) => `${fromMs}-${toMs} ${kind}`)).toEqual([
    '100-200 broken',
    '200-300 recovering',
    '300-400 broken',
    '400-450 recovering',
    '900-1000 broken',
  ]);
  expect(faultBands([], 1000)).toEqual([]);
});
