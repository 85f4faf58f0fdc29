import { seededRandom } from '../../simulation/seeded-random.ts';
import type {
  GaugeRecord,
  LatencyRecord,
  Percentiles,
  Points,
  ProcessRecord,
  RunReport,
} from '../run-report.ts';

/**
 * Made-up reports for tests and for work on the page: the shape of a chaos run with one fault. No figure of it was measured, and every
 * such report says so in its notes.
 */
export interface SampleSize {
  readonly minutes: number;
  /** Milliseconds between two points of a series. */
  readonly intervalMs: number;
  readonly seed: number;
}

const OPERATIONS: readonly (readonly [string, string, LatencyRecord['from'], number])[] = [
  ['trip.create', 'Trip request', 'due', 40],
  ['trip.assign', 'Time to assign', 'due', 620],
  ['location.ack', 'Location acknowledgement', 'due', 11],
  ['driver.search', 'Driver search', 'due', 22],
  ['track.position', "Driver's send to rider's screen", 'sent', 18],
  ['mongo.write', 'MongoDB writes', 'server', 4],
];

const PROCESSES: readonly (readonly [string, ProcessRecord['kind'], number])[] = [
  ['gateway-1', 'rideline', 0.31],
  ['gateway-2', 'rideline', 0.29],
  ['api-1', 'rideline', 0.22],
  ['worker-history', 'rideline', 0.09],
  ['worker-matching', 'rideline', 0.06],
  ['worker-relay', 'rideline', 0.04],
  ['redis-log', 'server', 0.08],
  ['redis-state', 'server', 0.1],
  ['redis-cache', 'server', 0.02],
  ['mongo', 'server', 0.14],
  ['haproxy', 'server', 0.07],
  ['artillery', 'generator', 0.47],
];

interface Draw {
  /** From 0 to 1. */
  random(): number;
  /** 1 in ordinary times, more while the fault lasts and shortly after it. */
  stress(atMs: number): number;
  /** The points of a series; null for what was not measured at the end of the fault. */
  points(value: (atMs: number) => number): Points;
}

export function sampleReport({ minutes, intervalMs, seed }: SampleSize): RunReport {
  const durationMs = minutes * 60_000;
  const random = seededRandom(seed);
  const faultAtMs = durationMs * 0.5;
  const healedAtMs = faultAtMs + Math.min(20_000, durationMs / 10);
  const recoveredAtMs = healedAtMs + Math.min(9000, durationMs / 20);
  const times = Array.from({ length: Math.floor(durationMs / intervalMs) }, (_, at) => at * intervalMs);
  const stress = (atMs: number) =>
    atMs >= faultAtMs && atMs < healedAtMs ? 6 : atMs >= healedAtMs && atMs < recoveredAtMs ? 3 : 1;
  const draw: Draw = { random, stress, points: (value) => times.map((atMs) => [atMs, value(atMs)]) };
  const noise = (value: number) => value * (0.85 + 0.3 * random());
  return {
    format: 'rideline-load-report',
    version: 1,
    scenario: 'chaos',
    title: 'Chaos during the combined load',
    variant: 'rideline',
    variantTitle: 'Rideline, all processes',
    startedAt: '2026-11-30T07:30:00.000Z',
    durationMs,
    command: `./rideline load chaos --minutes ${minutes}`,
    commit: '0123456789ab',
    machine: '2 × Sample CPU, 8 GiB, linux x64, Node v24.0.0',
    loadAverageBefore: 0.21,
    versions: { node: '24.21.0', artillery: '2.0.34', redis: '8.0.0', haproxy: '2.6.12', mongo: 'stand-in' },
    target: { url: 'http://127.0.0.1:8080', own: true, what: 'a cluster of two gateways' },
    settings: { users: 10_000, minutes, rate: 420, transport: 'websocket', seed: '7' },
    reached: [
      { what: 'Messages', unit: '/s', asked: 10_000, reached: 7350 },
      { what: 'Trip requests', unit: '/s', asked: 420, reached: 420 },
    ],
    latencies: OPERATIONS.map(([name, title, from, ms]) => latencyOf(name, title, from, ms, draw, times)),
    counters: [
      {
        name: 'messages',
        title: 'Messages',
        total: 7000 * (durationMs / 1000),
        rate: draw.points((at) => noise(7000 / Math.sqrt(stress(at)))),
      },
      {
        name: 'trip.create',
        title: 'Trip requests',
        total: 400 * (durationMs / 1000),
        rate: draw.points(() => noise(400)),
      },
      {
        name: 'driver.search',
        title: 'Driver searches',
        total: 40 * (durationMs / 1000),
        rate: draw.points(() => noise(40)),
      },
    ],
    errors: [
      {
        code: 'ACK_TIMEOUT',
        operation: 'location.ack',
        total: 412,
        rate: draw.points((at) => (stress(at) > 1 ? noise(12) : 0)),
      },
      {
        code: 'UNAVAILABLE',
        operation: 'trip.create',
        total: 96,
        rate: draw.points((at) => (stress(at) > 3 ? noise(5) : 0)),
      },
    ],
    gauges: gaugesOf(draw, noise, healedAtMs, recoveredAtMs),
    processes: PROCESSES.map(([name, kind, cores]) => processOf(name, kind, cores, draw, durationMs)),
    events: [
      { atMs: 0, kind: 'phase', text: 'ramp to 10,000 users', fault: null },
      { atMs: durationMs * 0.2, kind: 'phase', text: 'steady load', fault: null },
      { atMs: faultAtMs, kind: 'fault', text: 'Redis state is stopped', fault: 'redis-state-stopped' },
      { atMs: healedAtMs, kind: 'healed', text: 'Redis state runs again', fault: 'redis-state-stopped' },
      {
        atMs: recoveredAtMs,
        kind: 'recovered',
        text: 'trip requests are below 250 ms again',
        fault: 'redis-state-stopped',
      },
      { atMs: durationMs * 0.9, kind: 'phase', text: 'the load ends', fault: null },
    ],
    thresholds: [
      {
        id: 'trip-create-p95',
        what: 'Trip request, p95',
        unit: 'ms',
        must: '<',
        limit: 250,
        measured: 188.4,
        met: true,
        why: null,
        decides: true,
      },
      {
        id: 'location-ack-p95',
        what: 'Location acknowledgement, p95',
        unit: 'ms',
        must: '<',
        limit: 100,
        measured: 143.2,
        met: false,
        why: 'Redis state was stopped for 20 s; without the fault it is 38 ms.',
        decides: true,
      },
      {
        id: 'cache-hits',
        what: 'Cache hits',
        unit: 'share',
        must: '>',
        limit: 0.85,
        measured: 0.912,
        met: true,
        why: null,
        decides: true,
      },
      {
        id: 'queue-depth',
        what: 'Waiting in any queue',
        unit: 'jobs',
        must: '<',
        limit: 5000,
        measured: 1210,
        met: true,
        why: null,
        decides: true,
      },
      {
        id: 'mongo-read-p95',
        what: 'MongoDB reads, p95',
        unit: 'ms',
        must: '<',
        limit: 50,
        measured: null,
        met: false,
        why: 'The stand-in does not report it.',
        decides: false,
      },
    ],
    invariants: [
      {
        id: 'fixes-stored-once',
        what: 'Every fix sent is acknowledged and stored once, or refused with a verdict',
        verdict: 'holds',
        examined: 1_204_331,
        violations: [],
        violationsTotal: 0,
        note: null,
      },
      {
        id: 'one-driver-per-trip',
        what: 'One driver per trip and one trip per driver at every instant',
        verdict: 'holds',
        examined: 8412,
        violations: [],
        violationsTotal: 0,
        note: null,
      },
      {
        id: 'uploads-end',
        what: 'Every upload ends in one clean copy or one rejection',
        verdict: 'not-checked',
        examined: 0,
        violations: [],
        violationsTotal: 0,
        note: 'The scenario uploads nothing.',
      },
    ],
    notes: [
      'Made up for tests: no figure of this report was measured.',
      'TLS and the network between machines are left out.',
    ],
  };
}

function percentilesOf(count: number, ms: number): Percentiles {
  return { count, p50: ms, p90: ms * 2.1, p95: ms * 2.9, p99: ms * 5.5, p999: ms * 11, max: ms * 16 };
}

function latencyOf(
  name: string,
  title: string,
  from: LatencyRecord['from'],
  ms: number,
  { random, stress }: Draw,
  times: readonly number[],
): LatencyRecord {
  const overTime = times
    // While the server is away, hardly anything is measured.
    .filter((atMs) => stress(atMs) < 6 || random() > 0.8)
    .map((atMs) => ({ atMs, ...percentilesOf(400, ms * (0.9 + 0.25 * random()) * stress(atMs)) }));
  return { name, title, from, total: percentilesOf(400 * overTime.length, ms), overTime };
}

function gaugesOf(
  { points, random, stress }: Draw,
  noise: (value: number) => number,
  healedAtMs: number,
  recoveredAtMs: number,
): GaugeRecord[] {
  const backlog = (most: number) => (atMs: number) =>
    stress(atMs) === 6
      ? noise(most)
      : atMs >= healedAtMs && atMs < recoveredAtMs
        ? noise(most / 3)
        : noise(most / 60);
  const gauge = (
    group: string,
    title: string,
    unit: string,
    value: (atMs: number) => number,
  ): GaugeRecord => ({
    name: title.toLowerCase().replaceAll(' ', '_'),
    title,
    unit,
    group,
    points: points(value),
  });
  return [
    gauge('queues', 'Documents', 'jobs', (at) => Math.round(backlog(1200)(at))),
    gauge('queues', 'Notifications', 'jobs', (at) => Math.round(backlog(420)(at))),
    gauge('lag', 'History', 'ms', backlog(18_000)),
    gauge('lag', 'Matching', 'ms', backlog(6000)),
    gauge('caches', 'Profiles', 'share', () => 0.95 + 0.03 * random()),
    gauge('caches', 'Driver search', 'share', () => 0.86 + 0.06 * random()),
    gauge('connections', 'Sockets', 'sockets', (at) => Math.min(at, 10_000)),
  ];
}

function processOf(
  name: string,
  kind: ProcessRecord['kind'],
  cores: number,
  { points, random }: Draw,
  durationMs: number,
): ProcessRecord {
  const isNode = kind !== 'server';
  const memory = 90e6 + cores * 300e6;
  return {
    name,
    kind,
    cpuCores: points(() => cores * (0.8 + 0.4 * random())),
    rssBytes: points((at) => memory * (0.9 + 0.1 * Math.min(1, at / 60_000)) + 4e6 * random()),
    heapBytes: isNode ? points(() => memory * 0.4 + 2e7 * random()) : [],
    openFiles: points((at) => 60 + Math.min(5000, at / 20)),
    gcSecondsPerSecond: isNode ? points(() => 0.01 + 0.02 * random()) : [],
    eventLoopP99Ms: isNode ? points(() => 2 + 9 * random()) : [],
    cpuSecondsTotal: cores * (durationMs / 1000),
  };
}
