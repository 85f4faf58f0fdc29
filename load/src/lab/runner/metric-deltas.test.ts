import { expect, test } from 'vitest';
import type { Sample } from '../../cluster/prometheus.ts';
import { MetricDeltas } from './metric-deltas.ts';

const counter = (value: number, labels: Record<string, string> = {}): Sample => ({
  name: 'reads_total',
  labels,
  value,
});
const values = (samples: readonly Sample[]) => samples.map(({ value }) => value);

test('LOAD-16: an interval has what a counter gained since the one before, by its labels', () => {
  const deltas = new MetricDeltas();
  expect(deltas.add('api-1', [counter(5), counter(2, { cache: 'a' })])).toEqual([]);
  expect(values(deltas.add('api-1', [counter(7), counter(2, { cache: 'a' })]))).toEqual([2, 0]);
});

test('LOAD-16: a process that was started again counts from zero', () => {
  const deltas = new MetricDeltas();
  deltas.add('api-1', [counter(100)]);
  expect(values(deltas.add('api-1', [counter(3)]))).toEqual([3]);
});

test('LOAD-16: processes are counted apart, and a new series of a known process counts from zero', () => {
  const deltas = new MetricDeltas();
  deltas.add('api-1', [counter(100)]);
  deltas.add('api-2', [counter(10)]);
  expect(values(deltas.add('api-2', [counter(11), counter(4, { cache: 'b' })]))).toEqual([1, 4]);
});

test('LOAD-16: gauges are left out', () => {
  const gauge: Sample = { name: 'open_trips', labels: {}, value: 3 };
  const deltas = new MetricDeltas();
  deltas.add('workers-1', [gauge]);
  expect(deltas.add('workers-1', [gauge])).toEqual([]);
});
