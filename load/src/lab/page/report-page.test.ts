import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunReport, runReportSchema } from '../run-report.ts';
import { MOST_PAGE_BYTES } from './document.ts';
import { html } from './html.ts';
import { reportPage } from './report-page.ts';
import { sampleReport } from './sample-report.ts';

const small = sampleReport({ minutes: 2, intervalMs: 5000, seed: 1 });

test('LOAD-27: the sample is a report as the schema has it, also after JSON', () => {
  expect(runReportSchema.parse(JSON.parse(JSON.stringify(small)))).toEqual(small);
});

test('LOAD-27: the page has every section, in reading order', () => {
  const page = reportPage(small);
  const titles = [...page.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, title]) => title);
  expect(titles).toEqual([
    'Asked for and reached',
    'Thresholds',
    'Invariants',
    'Latency',
    'Throughput',
    'Errors',
    'Queue depth',
    'Lag',
    'Cache hits',
    'Connections',
    'CPU and memory',
    'Garbage collection and event loop',
    'Events',
    'The run',
    'Notes and what is left out',
  ]);
  expect(page.indexOf('1 threshold is not met')).toBeLessThan(page.indexOf('Asked for and reached'));
});

test('LOAD-27: the page has the record of each kind, with reasons, instants, shares and times to recover', () => {
  const page = reportPage(small);
  const texts = [
    ...small.latencies.map(({ title }) => title),
    ...small.counters.map(({ title }) => title),
    ...small.errors.map(({ code }) => code),
    ...small.gauges.map(({ title }) => title),
    ...small.processes.map(({ name }) => name),
    ...small.events.map(({ text }) => text),
    ...small.thresholds.map(({ what }) => what),
    ...small.thresholds.flatMap(({ why }) => why ?? []),
    ...(small.invariants ?? []).map(({ what }) => what),
    ...small.notes,
    ...Object.values(small.versions),
    small.command,
    small.commit,
    small.machine,
  ];
  // The generator's share of the CPU used, and of two cores.
  const shares = ['24.9 %', '23.5 %'];
  const absent = [...texts, ...shares, 'not measured', 'free of coordinated omission'].filter(
    (text) => !page.includes(html`${text}`.toString()),
  );
  expect(absent).toEqual([]);
});

test('LOAD-26: text of a report stays text, in markup and in data', () => {
  const hostile = '</script><img src=x onerror="alert(1)"><!--';
  const report = hostileReport(hostile);
  const page = reportPage(report);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('onerror="');
  const scripts = [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
  expect(scripts).toHaveLength(3);
  const data = JSON.parse(scripts[0]?.[1] ?? '') as {
    plots: Record<string, { lines: readonly { label: string }[] }>;
  };
  expect(data.plots.errors?.lines[0]?.label).toBe(hostile);
});

/** Every text of the report replaced. */
function hostileReport(text: string): RunReport {
  const fixed = new Set(['format', 'from', 'kind', 'must', 'verdict', 'transport', 'startedAt']);
  const replaced = JSON.stringify(small, (key, value) =>
    typeof value === 'string' && !fixed.has(key) ? text : value,
  );
  return runReportSchema.parse(JSON.parse(replaced));
}

test('LOAD-25: the page names no address, and its policy allows its own styles and scripts alone', () => {
  const page = reportPage(small);
  expect(page).not.toMatch(/\b(src|href)="(?!#)/);
  expect(page).not.toMatch(/@import|url\(/);
  expect(page).not.toMatch(/\sstyle="/);
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(policy).toMatch(/^default-src &#39;none&#39;;/);
  expect(policy).not.toMatch(/unsafe|https?:|data:/);
  const inlined = [
    ...[...page.matchAll(/<style>([\s\S]*?)<\/style>/g)],
    ...[...page.matchAll(/<script>([\s\S]*?)<\/script>/g)],
  ];
  expect(inlined).toHaveLength(3);
  for (const [, text = ''] of inlined)
    expect(policy).toContain(`sha256-${createHash('sha256').update(text).digest('base64')}`);
});

test('LOAD-28: a page of a 90-minute soak is below 3 MiB, and the largest report possible below the limit', () => {
  const soak = reportPage(sampleReport({ minutes: 90, intervalMs: 5000, seed: 2 }));
  expect(Buffer.byteLength(soak)).toBeLessThan(3 * 2 ** 20);
  expect(Buffer.byteLength(reportPage(largestReport()))).toBeLessThan(MOST_PAGE_BYTES);
});

/** As many records of each kind as the schema allows, with texts as long as it allows. */
function largestReport(): RunReport {
  const soak = sampleReport({ minutes: 90, intervalMs: 5000, seed: 3 });
  const long = '<"&é>'.repeat(400);
  const many = <T extends object>(records: readonly T[], count: number): T[] =>
    Array.from({ length: count }, (_, at) => {
      const record = records[at % records.length] as T;
      const texts = Object.entries(record).filter(
        ([key, value]) =>
          typeof value === 'string' && !['kind', 'from', 'must', 'verdict', 'group', 'unit'].includes(key),
      );
      return {
        ...record,
        ...Object.fromEntries(texts.map(([key]) => [key, `${at} ${long}`.slice(0, 2000)])),
      };
    });
  return {
    ...soak,
    title: long,
    latencies: many(soak.latencies, 300),
    counters: many(soak.counters, 300),
    errors: many(soak.errors, 300),
    gauges: many(soak.gauges, 300),
    processes: many(soak.processes, 300),
    events: many(soak.events, 20_000),
    thresholds: many(soak.thresholds, 300),
    invariants: many(soak.invariants ?? [], 50).map((one) => ({
      ...one,
      violations: Array.from({ length: 100 }, () => long),
    })),
    notes: Array.from({ length: 100 }, () => long),
  };
}

test('LOAD-29: nothing measured, one point and nulls make a page too', () => {
  const empty: RunReport = {
    ...small,
    durationMs: 0,
    reached: [],
    latencies: [],
    counters: [],
    errors: [],
    gauges: [],
    processes: [],
    events: [],
    thresholds: [],
    invariants: null,
    notes: [],
  };
  const page = reportPage(empty);
  expect(page).toContain('The load ended before its time');
  const onePoint = sampleReport({ minutes: 0.1, intervalMs: 6000, seed: 4 });
  for (const report of [empty, onePoint])
    expect(withoutScripts(reportPage(report))).not.toMatch(/NaN|Infinity|undefined|∞/);
});

const withoutScripts = (page: string) => page.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');

test('LOAD-29: the script of the page has no type errors', () => {
  const root = join(import.meta.dirname, '../../../..');
  const tsc = join(root, 'node_modules/.bin/tsc');
  const run = spawnSync(tsc, ['-p', join(import.meta.dirname, 'browser/tsconfig.json')], {
    encoding: 'utf8',
  });
  expect(`${run.stdout}${run.stderr}`).toBe('');
  expect(run.status).toBe(0);
});
