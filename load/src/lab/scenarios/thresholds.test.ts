import { describe, expect, test } from 'vitest';
import type { GaugeRecord, LatencyRecord } from '../run-report.ts';
import { allScenarios } from './catalogue.ts';
import {
  drainSeconds,
  evaluateThresholds,
  type Measured,
  THRESHOLDS,
  type ThresholdId,
} from './thresholds.ts';

const INSIDE = { seesInside: true, minutes: 60 };

function latency(name: string, p95: number): LatencyRecord {
  const total = { count: 100, p50: p95, p90: p95, p95, p99: p95, p999: p95, max: p95 };
  return { name, title: name, from: 'due', total, overTime: [] };
}
function gauge(
  name: string,
  values: readonly (number | null)[],
  about: Partial<GaugeRecord> = {},
): GaugeRecord {
  const points = values.map((value, index): [number, number | null] => [index * 2000, value]);
  return { name, title: name, unit: 'jobs', group: 'queues', points, ...about };
}
const measured = (part: Partial<Measured> = {}): Measured => ({
  latencies: [],
  counters: [],
  errors: [],
  gauges: [],
  events: [],
  cacheReads: new Map(),
  soak: null,
  ...part,
});
const one = (id: ThresholdId, run: Partial<Measured>, about = INSIDE) =>
  evaluateThresholds([id], measured(run), about)[0];

test('LOAD-11: the limits are those that the product promises', () => {
  const limits = Object.entries(THRESHOLDS).map(
    ([id, { must, limit, unit }]) => `${id} ${must} ${limit} ${unit}`,
  );
  expect(limits).toEqual([
    'trip-create-p95 < 250 ms',
    'trip-assigned-p95 < 2000 ms',
    'location-ack-p95 < 100 ms',
    'track-position-p95 < 250 ms',
    'command-event-p95 < 500 ms',
    'driver-search-p95 < 95 ms',
    'upload-form-p95 < 250 ms',
    'upload-complete-p95 < 500 ms',
    'uploads-processed >= 0.99 share',
    'queue-waiting < 5000 jobs',
    'cache-hits > 0.85 share',
    'mongo-read-p95 < 50 ms',
    'mongo-write-p95 < 100 ms',
    'error-share < 0.01 share',
    'not-begun < 0.01 share',
    'assigned-in-time >= 0.99 share',
    'matching-drain < 15 s',
    'soak-flat = 0 programs',
    'faults-recovered = 0 faults',
    'breakers-worked = 0 circuits',
  ]);
});

test('LOAD-11: what could not be measured is not met, and says why', () => {
  for (const id of Object.keys(THRESHOLDS) as ThresholdId[])
    expect(one(id, {})).toMatchObject({
      id,
      measured: null,
      met: false,
      why: expect.stringContaining('could not be measured: '),
    });
});

test('LOAD-11: a latency is met below its limit and not at it', () => {
  expect(one('trip-create-p95', { latencies: [latency('trip.create', 249.9)] })).toMatchObject({ met: true });
  expect(one('trip-create-p95', { latencies: [latency('trip.create', 250)] })).toMatchObject({
    met: false,
    measured: 250,
    why: null,
  });
});

test('LOAD-11: without a look inside the target, its thresholds are left out and the others are judged', () => {
  const ids: ThresholdId[] = [
    'location-ack-p95',
    'cache-hits',
    'mongo-read-p95',
    'queue-waiting',
    'matching-drain',
  ];
  const evaluated = evaluateThresholds(ids, measured(), { seesInside: false, minutes: 5 });
  expect(evaluated.map(({ id }) => id)).toEqual(['location-ack-p95']);
});

test('LOAD-11: errors are a share of the operations, also those that no operation counts as failed', () => {
  const counters = [
    { name: 'operations.sent', total: 1000 },
    { name: 'operations.failed', total: 5 },
  ];
  expect(one('error-share', { counters })).toMatchObject({ measured: 0.005, met: true });
  expect(one('error-share', { counters, errors: [{ total: 12 }] })).toMatchObject({
    measured: 0.012,
    met: false,
  });
});

test('LOAD-11: bookings in time are a share of all that were requested', () => {
  const counters = (inTime: number) => [
    { name: 'trips.requested', total: 200 },
    { name: 'trips.in_time', total: inTime },
  ];
  expect(one('assigned-in-time', { counters: counters(198) })).toMatchObject({ measured: 0.99, met: true });
  expect(one('assigned-in-time', { counters: counters(197) })).toMatchObject({ met: false });
});

test('LOAD-11: the deepest queue decides; a backlog of trips is no queue of jobs', () => {
  const gauges = [gauge('a', [1, 5000, 3]), gauge('b', [4]), gauge('c', [9000], { unit: 'trips' })];
  expect(one('queue-waiting', { gauges })).toMatchObject({ measured: 5000, met: false });
});

test('LOAD-11: caches are judged over the whole run', () => {
  const cacheReads = new Map([
    ['process', 50],
    ['hit', 30],
    ['stale', 6],
    ['miss', 10],
    ['degraded', 4],
  ]);
  expect(one('cache-hits', { cacheReads })).toMatchObject({ measured: 0.86, met: true });
});

test('LOAD-69: operations that were due and not begun count against a run, and so do uploads that were not processed', () => {
  const counters = [
    { name: 'operations.sent', total: 990 },
    { name: 'operations.skipped', total: 10 },
    { name: 'uploads.accepted', total: 100 },
    { name: 'uploads.processed', total: 98 },
  ];
  expect(one('not-begun', { counters })).toMatchObject({ measured: 0.01, met: false });
  expect(one('not-begun', { counters: counters.slice(0, 1) })).toMatchObject({ measured: 0, met: true });
  expect(one('uploads-processed', { counters })).toMatchObject({ measured: 0.98, met: false });
});

describe('LOAD-21: the backlog of matching', () => {
  test('drains from the last time of its peak until a tenth of it', () => {
    expect(drainSeconds(gauge('m', [0, 100, 40, 100, 60, 11, 10, 50]))).toEqual({ value: 6 });
  });
  test('is none when a tick takes it', () => {
    expect(drainSeconds(gauge('m', [0, 9, 9, 9]))).toEqual({ value: 0 });
  });
  test('that is still there at the end has no time', () => {
    expect(drainSeconds(gauge('m', [0, 100, null, 90]))).toEqual({
      missing: expect.stringContaining('had not drained'),
    });
  });
});

test('LOAD-20: in a run of less than half an hour, memory and files are shown and do not decide', () => {
  expect(one('soak-flat', {}, { seesInside: true, minutes: 5 })).toMatchObject({ decides: false });
  expect(one('soak-flat', {}, { seesInside: true, minutes: 60 })).toMatchObject({ decides: true });
});

test('LOAD-19: a fault without a recovery counts', () => {
  const event = (kind: 'fault' | 'recovered', fault: string) => ({ atMs: 0, kind, text: fault, fault });
  const events = [event('fault', 'a'), event('recovered', 'a'), event('fault', 'b')];
  expect(one('faults-recovered', { events })).toMatchObject({ measured: 1, met: false });
});

test('LOAD-19: a circuit works when it was open and is closed at the end', () => {
  const breaker = (name: string, values: number[]) =>
    gauge(name, values, { group: 'breakers', unit: 'processes' });
  const gauges = [breaker('breaker.mongo', [0, 1, 0]), breaker('breaker.redis-state', [0, 1, 1])];
  expect(one('breakers-worked', { gauges })).toMatchObject({ measured: 2 });
});

test('LOAD-11: a scenario has each threshold once', () => {
  for (const { thresholds } of allScenarios()) expect(new Set(thresholds).size).toBe(thresholds.length);
});
