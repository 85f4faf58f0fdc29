import { expect, test } from 'vitest';
import type { ArtilleryRecord } from './artillery-record.ts';
import { loadRecordOf } from './load-record.ts';

const sketch = (...values: number[]) => ({
  count: values.length,
  max: Math.max(...values),
  bins: values.map((value): [number, number] => [value, 1]),
});
const record = (part: Partial<ArtilleryRecord>): ArtilleryRecord => ({
  periods: [],
  phases: [],
  total: null,
  ...part,
});
const window = { startedAt: 5000, endedAt: 25_000 };

test('LOAD-15: the rate of the first and the last interval is that of the part which lies in the run', () => {
  const periods = [0, 10_000, 20_000].map((period) => ({
    kind: 'period' as const,
    period,
    counters: { 'fixes.sent': 100 },
    histograms: {},
  }));
  const { counters } = loadRecordOf(new Map([['drivers', record({ periods })]]), window);
  expect(counters).toEqual([
    {
      name: 'fixes.sent',
      title: 'fixes sent, repetitions included',
      total: 300,
      rate: [
        [0, 20],
        [5000, 10],
        [15_000, 20],
      ],
    },
  ]);
});

test('LOAD-15: intervals and totals of several generators are added up, percentiles from all measurements', () => {
  const of = (...values: number[]) =>
    record({
      periods: [
        {
          kind: 'period',
          period: 10_000,
          counters: { x: 1 },
          histograms: { 'trip.create': sketch(...values) },
        },
      ],
    });
  const { latencies, counters } = loadRecordOf(
    new Map([
      ['a', of(1, 2)],
      ['b', of(3)],
    ]),
    window,
  );
  expect(counters[0]?.total).toBe(2);
  expect(latencies[0]).toMatchObject({
    name: 'trip.create',
    from: 'due',
    total: { count: 3, p50: 2, max: 3 },
  });
  expect(latencies[0]?.overTime).toMatchObject([{ atMs: 5000, count: 3, p50: 2 }]);
});

test('LOAD-15: the total that Artillery gives at its end counts, also where an interval is missing', () => {
  const total = {
    kind: 'total' as const,
    at: 25_000,
    counters: { x: 7 },
    histograms: { connect: sketch(1, 2, 3, 4) },
  };
  const periods = [
    { kind: 'period' as const, period: 0, counters: { x: 3 }, histograms: { connect: sketch(1) } },
  ];
  const { latencies, counters } = loadRecordOf(new Map([['a', record({ total, periods })]]), window);
  expect(counters[0]?.total).toBe(7);
  expect(latencies[0]?.total.count).toBe(4);
});

test('LOAD-15: errors are those of an operation by code, and those of Artillery itself', () => {
  const counters = {
    'errors.trip.create.BUSY': 2,
    'errors.connect ECONNREFUSED 127.0.0.1:80': 1,
    'trips.requested': 4,
  };
  const periods = [{ kind: 'period' as const, period: 0, counters, histograms: {} }];
  const { errors, counters: others } = loadRecordOf(new Map([['a', record({ periods })]]), window);
  expect(errors.map(({ code, operation, total }) => [code, operation, total])).toEqual([
    ['connect ECONNREFUSED 127.0.0.1:80', null, 1],
    ['BUSY', 'trip.create', 2],
  ]);
  expect(others.map(({ name }) => name)).toEqual(['trips.requested']);
});

test('LOAD-15: phases of several parts carry the name of their part', () => {
  const one = record({ phases: [{ at: 6000, name: 'ramp' }] });
  expect(loadRecordOf(new Map([['a', one]]), window).phases).toMatchObject([{ atMs: 1000, text: 'ramp' }]);
  expect(
    loadRecordOf(
      new Map([
        ['a', one],
        ['b', record({})],
      ]),
      window,
    ).phases,
  ).toMatchObject([{ text: 'a: ramp' }]);
});
