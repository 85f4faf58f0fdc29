import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaunchError, UsageError } from '@rideline/infra/local/launch-error';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { backlogOf } from '../backlog.ts';
import { sampleReport } from '../page/sample-report.ts';
import type { Points, RunReport } from '../run-report.ts';
import { drainSeconds } from '../scenarios/thresholds.ts';
import { incomparable } from './comparability.ts';
import { runCompare } from './compare-command.ts';
import { comparisonOf } from './comparison.ts';
import { differenceOf } from './difference.ts';
import { readReport } from './read-report.ts';
import { sustainedOperations, sustainedRate } from './sustained-rate.ts';

const optimised = sampleReport({ minutes: 2, intervalMs: 5000, seed: 1 });
/** Half as fast, on twice the CPU. */
const baseline: RunReport = {
  ...optimised,
  variant: 'baseline',
  variantTitle: 'Baseline without a queue',
  latencies: optimised.latencies.map((latency) => ({
    ...latency,
    total: { ...latency.total, p50: (latency.total.p50 ?? 0) * 2, p95: (latency.total.p95 ?? 0) * 2 },
  })),
  processes: optimised.processes.map((one) => ({ ...one, cpuSecondsTotal: one.cpuSecondsTotal * 2 })),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rl-compare-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const printed = { out: [] as string[], err: [] as string[] };
beforeEach(() => {
  printed.out = [];
  printed.err = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void printed.err.push(text));
  return () => vi.restoreAllMocks();
});

async function fileOf(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('LOAD-30: load compare prints metric, baseline, optimised and the difference, and writes the page', async () => {
  const [a, b] = [await fileOf('a.json', baseline), await fileOf('b.json', optimised)];
  await runCompare([a, b, '--report', join(folder, 'out')]);
  const text = printed.out.join('\n');
  expect(text).toMatch(/^A {2}Baseline without a queue/);
  expect(text).toMatch(/Trip request, p95 +232 ms +116 ms +−50 % better/);
  expect(text).toMatch(/CPU per operation, all servers .*−50 % better/);
  expect(text).toMatch(/gateway-1 +74\.4 s +37\.2 s +−50 % better/);
  expect(text).toMatch(/Error budget \(1 %\) used/);
  expect(text).not.toContain('NOT COMPARABLE');
  const page = await readFile(join(folder, 'out/comparison.html'), 'utf8');
  expect(page).toContain('Baseline without a queue');
  expect(page).toContain('Same scenario, settings and machine');
  expect(page).not.toMatch(/NaN|Infinity|undefined</);
});

test('LOAD-30: load compare needs two files, and knows no other option', async () => {
  const a = await fileOf('a.json', baseline);
  await expect(runCompare([a])).rejects.toThrow(UsageError);
  await expect(runCompare([])).rejects.toThrow(UsageError);
  await expect(runCompare([a, a, '--what'])).rejects.toThrow(UsageError);
});

test('LOAD-30: differences have a direction; within 5 % they are noise, and nothing divides by zero', () => {
  const row = (better: 'higher' | 'lower' | null, ...values: (number | null)[]) => ({
    metric: '',
    unit: '',
    better,
    values,
  });
  expect(differenceOf(row('lower', 100, 50), 1)).toEqual({ text: '−50 %', verdict: 'better' });
  expect(differenceOf(row('higher', 100, 50), 1)).toEqual({ text: '−50 %', verdict: 'worse' });
  expect(differenceOf(row('higher', 100, 310), 1)).toEqual({ text: '3.1 times', verdict: 'better' });
  expect(differenceOf(row('lower', 100, 104), 1).verdict).toBe('equal');
  expect(differenceOf(row('lower', 0, 4), 1)).toEqual({ text: 'from 0', verdict: 'worse' });
  expect(differenceOf(row('lower', 0, 0), 1).verdict).toBe('equal');
  expect(differenceOf(row('lower', null, 4), 1)).toEqual({ text: '–', verdict: null });
});

test('LOAD-30: a rate counts only where errors are below 1 %', () => {
  const latency = optimised.latencies[0];
  if (latency === undefined) throw new Error('the sample has latencies');
  const percentiles = { p50: 1, p90: 1, p95: 1, p99: 1, p999: 1, max: 1 };
  const load = {
    ...latency,
    name: 'trip.create',
    overTime: [0, 5000, 10_000, 15_000].map((atMs) => ({
      atMs,
      count: atMs < 10_000 ? 100 : 300,
      ...percentiles,
    })),
  };
  const rate: Points = [
    [0, 0],
    [5000, 0],
    [10_000, 6],
    [15_000, 6],
  ];
  const run = (operation: string | null) => ({
    ...optimised,
    durationMs: 20_000,
    errors: [{ code: 'BUSY', operation, total: 60, rate }],
  });
  expect(sustainedRate(load, run('trip.create'))).toBe(20);
  expect(sustainedRate(load, run('driver.search'))).toBe(60);
  expect(sustainedRate({ ...load, overTime: [] }, run(null))).toBeNull();
  const counter = (name: string, points: Points) => ({ name, title: name, total: 1, rate: points });
  const sent: Points = rate.map(([atMs]) => [atMs, atMs < 10_000 ? 50 : 400]);
  const counters = [counter('operations.sent', sent), counter('operations.failed', rate)];
  expect(sustainedOperations({ ...run(null), counters })).toBe(50);
  expect(sustainedOperations(run(null))).toBeNull();
});

test('LOAD-30: a first interval that the start of the run cuts off is not counted into the ten seconds of the next', () => {
  const [latency] = optimised.latencies;
  if (latency === undefined) throw new Error('the sample has latencies');
  const percentiles = { p50: 1, p90: 1, p95: 1, p99: 1, p999: 1, max: 1 };
  const overTime = [0, 2000, 12_000, 22_000].map((atMs) => ({
    atMs,
    count: atMs === 0 ? 20 : 100,
    ...percentiles,
  }));
  const run = {
    ...optimised,
    latencies: [{ ...latency, overTime }],
    counters: [],
    errors: [],
    durationMs: 32_000,
  };
  expect(sustainedRate({ ...latency, overTime }, run)).toBe(10);
});

test('LOAD-30: a backlog has its peak and the time until a tenth of it, as thresholds count it; one that does not drain has none', () => {
  const points: Points = [
    [0, 10],
    [1000, 900],
    [2000, null],
    [3000, 300],
    [4000, 90],
  ];
  expect(backlogOf(points)).toEqual({ peak: 900, drainedAfterMs: 3000 });
  expect(drainSeconds({ points: [...points] })).toEqual({ value: 3 });
  expect(backlogOf(points.slice(0, 4))).toEqual({ peak: 900, drainedAfterMs: null });
  expect(backlogOf([[0, 0]])).toEqual({ peak: 0, drainedAfterMs: 0 });
  expect(backlogOf([[0, null]])).toBeNull();
});

test('LOAD-30: a percentile above which hardly anything was measured gets no verdict', () => {
  const counted = (count: number): RunReport => ({
    ...optimised,
    latencies: optimised.latencies.map((latency) => ({ ...latency, total: { ...latency.total, count } })),
  });
  const better = (count: number) =>
    comparisonOf([counted(count), optimised])
      .flatMap(({ rows }) => rows)
      .filter(({ metric }) => metric.startsWith('Trip request, p'))
      .map((row) => row.better);
  expect(better(500)).toEqual(['lower', 'lower', 'lower']);
  expect(better(499)).toEqual(['lower', 'lower', null]);
  expect(better(99)).toEqual(['lower', null, null]);
  expect(better(9)).toEqual([null, null, null]);
});

test('LOAD-30: a threshold that one of the reports could not measure counts for none', () => {
  const met = (one: RunReport, id: string, measured: number | null): RunReport => ({
    ...one,
    thresholds: one.thresholds.map((each) =>
      each.id === id ? { ...each, measured, met: measured !== null } : each,
    ),
  });
  const [id = ''] = optimised.thresholds.filter(({ decides, met }) => decides && met).map((each) => each.id);
  const countsOf = (...reports: RunReport[]) =>
    comparisonOf(reports)
      .flatMap(({ rows }) => rows)
      .find(({ metric }) => metric.startsWith('Deciding thresholds met'))?.values;
  const both = countsOf(optimised, optimised)?.[0] ?? 0;
  expect(both).toBeGreaterThan(0);
  expect(countsOf(optimised, met(optimised, id, null))).toEqual([both - 1, both - 1]);
});

test('LOAD-31: what makes two runs incomparable is said, each difference with both values', () => {
  expect(incomparable([optimised, baseline])).toEqual([]);
  // The variants of one --baseline run follow each other: the first one is the load before the second.
  expect(incomparable([{ ...baseline, loadAverageBefore: 3 }, optimised])).toEqual([]);
  const other: RunReport = {
    ...optimised,
    machine: '8 × Another CPU',
    durationMs: 30_000,
    loadAverageBefore: 3,
    versions: { ...optimised.versions, redis: '7.2.0' },
    settings: { users: 500, minutes: 9, rate: null, transport: 'polling', seed: null },
    overrides: { RIDELINE_RIDE_SECONDS: '5' },
  };
  const warnings = incomparable([optimised, other]).join('\n');
  for (const part of [
    /Different machine: A 2 × Sample CPU.* · B 8 × Another CPU/,
    /Different users: A 10,000 · B 500/,
    /Different minutes: A 2 · B 9/,
    /Different rate asked for: A 420\/s · B none/,
    /Different transport: A websocket · B polling/,
    /Different seed/,
    /Different variables: A none · B RIDELINE_RIDE_SECONDS=5/,
    /redis \(A 8\.0\.0, B 7\.2\.0\)/,
    /not equally idle/,
    /Run B ended early/,
  ])
    expect(warnings).toMatch(part);
});

test('LOAD-70: a load that was stopped is not comparable, however long it was', () => {
  expect(incomparable([optimised, { ...optimised, ended: 'stopped' }]).join()).toContain('Run B ended early');
  expect(incomparable([optimised, { ...optimised, ended: 'complete', durationMs: 1 }])).toEqual([]);
});

test('LOAD-30: a metric that only one report has stands with a dash', () => {
  const without: RunReport = { ...optimised, latencies: optimised.latencies.slice(1) };
  const rows = comparisonOf([without, optimised]).flatMap((group) => group.rows);
  expect(rows.find(({ metric }) => metric === 'Trip request, p50')?.values).toEqual([null, 40]);
});

test('LOAD-32: what is no report is refused by name and reason', async () => {
  const refusals: readonly (readonly [string, RegExp])[] = [
    [join(folder, 'absent.json'), /there is no file .*absent\.json/],
    [folder, /is a folder/],
    [await fileOf('text.json', 'not json'), /text\.json is not JSON/],
    [await fileOf('foreign.json', { aggregate: {} }), /foreign\.json is not a load report/],
    [await fileOf('list.json', []), /is not a load report/],
    [await fileOf('later.json', { ...optimised, version: 2 }), /version 2; this command reads version 1/],
    [await fileOf('bad.json', { ...optimised, durationMs: -1 }), /not a valid load report \(durationMs: /],
    [await fileOf('more.json', { ...optimised, more: 1 }), /not a valid load report/],
  ];
  for (const [path, message] of refusals) {
    const refused = readReport(path);
    await expect(refused).rejects.toThrow(LaunchError);
    await expect(refused).rejects.toThrow(message);
  }
  expect(await readReport(await fileOf('good.json', optimised))).toEqual(optimised);
});
