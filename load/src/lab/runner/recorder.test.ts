import { expect, test } from 'vitest';
import type { Sample } from '../../cluster/prometheus.ts';
import { type Reading, Recorder } from './recorder.ts';

const counter = (name: string, value: number, labels: Record<string, string> = {}): Sample => ({
  name,
  value,
  labels,
});
function reading(part: Partial<Reading>): Reading {
  return { cpu: new Map(), held: new Map(), metrics: new Map(), queues: null, fixBacklog: null, ...part };
}
const cpu = (name: string, seconds: number) => new Map([[name, seconds * 1_000_000]]);
const recorder = () => new Recorder(() => 'rideline');

test('LOAD-16: CPU is cores over the time between two readings; a program that was started again counts from zero', () => {
  const recorded = recorder();
  recorded.take(0, reading({ cpu: cpu('api-1', 100) }));
  recorded.take(2000, reading({ cpu: cpu('api-1', 101) }));
  recorded.take(4000, reading({}));
  recorded.take(6000, reading({ cpu: cpu('api-1', 3) }));
  expect(recorded.processes).toMatchObject([
    {
      name: 'api-1',
      cpuCores: [
        [2000, 0.5],
        [4000, null],
        [6000, 1.5],
      ],
      cpuSecondsTotal: 4,
    },
  ]);
});

test('LOAD-14: what was not read is a gap, and a program keeps its series', () => {
  const recorded = recorder();
  recorded.take(0, reading({}));
  recorded.take(
    2000,
    reading({ held: new Map([['api-1', { rssBytes: 5, fds: 7, heapBytes: 3, lagMs: 2 }]]) }),
  );
  recorded.take(4000, reading({}));
  const [process] = recorded.processes;
  expect(process).toMatchObject({
    rssBytes: [
      [2000, 5],
      [4000, null],
    ],
    openFiles: [
      [2000, 7],
      [4000, null],
    ],
    eventLoopP99Ms: [
      [2000, 2],
      [4000, null],
    ],
  });
});

test('LOAD-14: queues that did not answer once have a gap there', () => {
  const recorded = recorder();
  const metrics = new Map([['api-1', []]]);
  recorded.take(0, reading({ metrics }));
  recorded.take(2000, reading({ metrics, queues: new Map([['notification', 4]]), fixBacklog: 9 }));
  recorded.take(4000, reading({ metrics }));
  const points = (name: string) => recorded.gauges.find((gauge) => gauge.name === name)?.points;
  expect(points('queue.notification')).toEqual([
    [2000, 4],
    [4000, null],
  ]);
  expect(points('fixes.backlog')).toEqual([
    [2000, 9],
    [4000, null],
  ]);
});

test('LOAD-17: a target without metrics has no gauges and no latencies of its servers', () => {
  const recorded = recorder();
  recorded.take(0, reading({}));
  recorded.take(2000, reading({}));
  expect([recorded.gauges, recorded.latencies.records]).toEqual([[], []]);
});

test('LOAD-14: cache reads and MongoDB latencies are what the counters gained in the run', () => {
  const recorded = recorder();
  const metrics = (reads: number, writes: number) =>
    new Map([
      [
        'api-1',
        [
          counter('rideline_cache_reads_total', reads, { cache: 'a', outcome: 'hit' }),
          ...['0.01', '+Inf'].map((le) =>
            counter('rideline_mongo_command_seconds_bucket', writes, { kind: 'write', le }),
          ),
          counter('rideline_mongo_command_seconds_count', writes, { kind: 'write' }),
        ],
      ],
    ]);
  recorded.take(-10, reading({ metrics: metrics(1000, 500) }));
  recorded.take(2000, reading({ metrics: metrics(1003, 504) }));
  recorded.take(4000, reading({ metrics: metrics(1003, 504) }));
  expect([...recorded.cacheReads]).toEqual([['hit', 3]]);
  expect(recorded.latencies.records).toMatchObject([
    {
      name: 'mongo.write',
      from: 'server',
      total: { count: 4, p50: 5, max: null },
      overTime: [{ atMs: 2000, count: 4 }],
    },
  ]);
  expect(recorded.gauges.find(({ name }) => name === 'caches.hits')?.points).toEqual([
    [2000, 1],
    [4000, null],
  ]);
});
