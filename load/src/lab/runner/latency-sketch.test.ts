import { expect, test } from 'vitest';
import { addSketches, type LatencySketch, percentilesOf } from './latency-sketch.ts';

const of = (values: readonly number[]): LatencySketch => ({
  count: values.length,
  max: Math.max(0, ...values),
  bins: values.map((value) => [value, 1] as const),
});
const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1);

test('LOAD-15: percentiles are those of the measurements', () => {
  expect(percentilesOf(of(upTo(101)))).toEqual({
    count: 101,
    p50: 51,
    p90: 91,
    p95: 96,
    p99: 100,
    p999: 100,
    max: 101,
  });
});

test('LOAD-15: a sketch without a measurement has no percentiles', () => {
  expect(percentilesOf(addSketches([]))).toEqual({
    count: 0,
    p50: null,
    p90: null,
    p95: null,
    p99: null,
    p999: null,
    max: null,
  });
});

test('LOAD-15: the sum of sketches has the percentiles of all measurements, however they were divided', () => {
  const all = upTo(1000).map((value) => (value * 7919) % 1009);
  const whole = percentilesOf(of(all));
  for (const parts of [2, 3, 7]) {
    const divided = Array.from({ length: parts }, (_, part) =>
      of(all.filter((_, index) => index % parts === part)),
    );
    expect(percentilesOf(addSketches(divided))).toEqual(whole);
  }
});

test('LOAD-15: the representative value of the last bin never exceeds the maximum that was measured', () => {
  expect(percentilesOf({ count: 1, max: 10, bins: [[10.07, 1]] }).p99).toBe(10);
});
