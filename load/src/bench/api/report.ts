import type { BenchOutcome } from '../bench.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { type Spread, spreadOf, spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import { apiTargets, grantsByRate } from './figures.ts';
import type { GrantStep } from './grants.ts';
import { LISTS_PER_SECOND, READS_PER_SECOND, type ReadFigures, type ReadKind } from './reads.ts';
import type { ApiResult } from './run.ts';

function grantsText(result: ApiResult): string {
  const rows = grantsByRate(result.grants).map(([rate, steps]) => {
    const cell = (value: (step: GrantStep) => number, digits = 1) =>
      spreadText(spreadOf(steps.map(value)), digits);
    const sum = (value: (step: GrantStep) => number) => steps.reduce((all, step) => all + value(step), 0);
    return [
      `${rate}/s`,
      `${((100 * rate) / result.w.median).toFixed(0)} %`,
      cell(({ p50Ms }) => p50Ms),
      cell(({ p95Ms }) => p95Ms),
      cell(({ p99Ms }) => p99Ms),
      `${sum(({ answers }) => answers['201'] ?? 0)} of ${sum(({ sent }) => sent)}`,
      cell(({ cpuMicroseconds }) => cpuMicroseconds['api-1'] ?? Number.NaN, 0),
      cell(({ cpuMicroseconds }) => cpuMicroseconds.mongo ?? Number.NaN, 0),
      String(steps.length),
    ];
  });
  const head = [
    'POST /v1/documents',
    'of W',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    '201',
    'API µs',
    'Mongo µs',
    'rounds',
  ];
  return tableText(head, rows);
}

const KIND_NAMES: Readonly<Record<ReadKind, string>> = {
  profile: 'GET /v1/me',
  search: 'GET /v1/drivers/search',
  catalogue: 'GET /v1/catalogue',
  track: 'GET /v1/trips/:id',
  tripList: 'GET /v1/trips (50)',
};

function readsText(reads: readonly ReadFigures[]): string {
  const of = (cache: ReadFigures['cache']) => reads.filter((one) => one.cache === cache);
  const cell = (cache: ReadFigures['cache'], value: (one: ReadFigures) => number, digits = 1) =>
    spreadText(spreadOf(of(cache).map(value)), digits);
  const rows = (Object.keys(KIND_NAMES) as ReadKind[]).map((kind) => [
    KIND_NAMES[kind],
    cell('on', ({ calls }) => calls[kind].p50Ms),
    cell('on', ({ calls }) => calls[kind].p95Ms),
    cell('away', ({ calls }) => calls[kind].p50Ms),
    cell('away', ({ calls }) => calls[kind].p95Ms),
    String(reads.reduce((sum, { calls }) => sum + calls[kind].sent - (calls[kind].answers['200'] ?? 0), 0)),
  ]);
  const cpu = ['api-1', 'mongo', 'redis-state', 'redis-cache'].map((name) => [
    `CPU of ${name} per read, µs`,
    cell('on', ({ cpuMicroseconds }) => cpuMicroseconds[name] ?? 0, 0),
    '',
    cell('away', ({ cpuMicroseconds }) => cpuMicroseconds[name] ?? 0, 0),
  ]);
  return tableText(
    ['', 'cache on: p50 ms', 'p95 ms', 'cache away: p50 ms', 'p95 ms', 'not 200'],
    [...rows, ...cpu],
  );
}

function hitsText(reads: readonly ReadFigures[]): string {
  const on = reads.filter(({ cache }) => cache === 'on');
  return ['profile', 'search', 'catalogue']
    .map((cache) => {
      const percent = spreadOf(on.map(({ hitRates }) => 100 * (hitRates[cache] ?? Number.NaN)));
      return `${cache} ${spreadText(percent)} %`;
    })
    .join(', ');
}

const megabytes = ({ min, median, max }: Spread) =>
  spreadText({ min: min / 1e6, median: median / 1e6, max: max / 1e6 });

export function apiReport(result: ApiResult): string {
  const { w, signer, loadBefore, loadAfter, stepMs } = result;
  return [
    machineText(),
    `Mongo: ${result.mongo}, W = ${w.median} writes/s of 16 clients (${w.least}–${w.greatest}); load of the machine (1 min) before ${loadBefore.toFixed(1)}, after ${loadAfter.toFixed(1)}`,
    `One API node, called at its own port (no HAProxy, no TLS), the load on the same machine; open loop, latency from when a call was due, ${stepMs / 1000} s per step, ${result.rounds} rounds, each up to the first rate that does not hold; median (least–greatest)`,
    '',
    `forms signed per second and core: ours ${spreadText(signer.ours, 0)}/s, @aws-sdk/s3-presigned-post ${spreadText(signer.sdk, 0)}/s`,
    '',
    grantsText(result),
    '',
    `${READS_PER_SECOND} reads/s (40 % profiles, 30 % searches, 20 % catalogue, 10 % tracks; Zipf) and ${LISTS_PER_SECOND} pages of trips/s; cache away: its Redis is killed`,
    readsText(result.reads),
    `found in the cache: ${hitsText(result.reads)}`,
    '',
    `documents checked per second (${result.jobs.documents} photos per round, of ${megabytes(result.jobs.bytes)} MB): ours ${spreadText(result.jobs.ours)}, the same check and copies on a bare BullMQ worker ${spreadText(result.jobs.bare)}`,
    '',
    'Targets:',
    ...targetLines(apiTargets(result)),
    '',
    'Left out: the upload itself (bench uploads), TLS, HAProxy, the network, PDFs; nothing is pinned to a core, and the load shares it.',
  ].join('\n');
}

/** For programs. */
export function apiJson(result: ApiResult): object {
  return { ...result, targets: apiTargets(result) };
}

export function apiPlots(result: ApiResult): NonNullable<BenchOutcome['plots']> {
  const bars = (Object.keys(KIND_NAMES) as ReadKind[]).flatMap((kind) =>
    (['on', 'away'] as const).map((cache) => {
      const range = spreadOf(
        result.reads.filter((one) => one.cache === cache).map(({ calls }) => calls[kind].p95Ms),
      );
      return {
        label: `${KIND_NAMES[kind]}, cache ${cache}`,
        parts: [{ name: 'p95', value: range.median }],
        range,
      };
    }),
  );
  const grants = grantsByRate(result.grants).map(([rate, steps]) => {
    const range = spreadOf(steps.map(({ p95Ms }) => p95Ms));
    return { label: `POST /v1/documents, ${rate}/s`, parts: [{ name: 'p95', value: range.median }], range };
  });
  return [
    {
      name: 'api-p95',
      svg: barPlot({
        title: 'REST API: p95 of reads and of upload forms',
        unit: 'ms, from when a call was due (median of the rounds; whisker: least to greatest)',
        bars: [...bars, ...grants],
        note: `${measuredText()}; ${READS_PER_SECOND} reads/s, one API node, load on the same machine`,
      }),
    },
  ];
}
