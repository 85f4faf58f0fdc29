import { machineText, tableText } from '../report-text.ts';
import { spreadOf, spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import { apiTargets } from './figures.ts';
import { LISTS_PER_SECOND, READS_PER_SECOND, type ReadFigures, type ReadKind } from './reads.ts';
import type { ApiResult } from './run.ts';

function grantsText(result: ApiResult): string {
  const rows = result.grants.map((step) => [
    `${step.ratePerSecond}/s`,
    `${((100 * step.ratePerSecond) / result.w.median).toFixed(0)} %`,
    step.p50Ms.toFixed(1),
    step.p95Ms.toFixed(1),
    step.p99Ms.toFixed(1),
    `${step.answers['201'] ?? 0} of ${step.sent}`,
    (step.cpuMicroseconds['api-1'] ?? Number.NaN).toFixed(0),
    (step.cpuMicroseconds.mongo ?? Number.NaN).toFixed(0),
  ]);
  const head = ['POST /v1/documents', 'of W', 'p50 ms', 'p95 ms', 'p99 ms', '201', 'API µs', 'Mongo µs'];
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

export function apiReport(result: ApiResult): string {
  const { w, signer, loadBefore, loadAfter, stepMs } = result;
  return [
    machineText(),
    `Mongo: ${result.mongo}, W = ${w.median} writes/s of 16 clients (${w.least}–${w.greatest}); load of the machine (1 min) before ${loadBefore.toFixed(1)}, after ${loadAfter.toFixed(1)}`,
    `One API node, called at its own port (no HAProxy, no TLS), the load on the same machine; open loop, latency from when a call was due, ${stepMs / 1000} s per step; median (least–greatest)`,
    '',
    `forms signed per second and core: ours ${spreadText(signer.ours, 0)}/s, @aws-sdk/s3-presigned-post ${spreadText(signer.sdk, 0)}/s`,
    '',
    grantsText(result),
    '',
    `${READS_PER_SECOND} reads/s (40 % profiles, 30 % searches, 20 % catalogue, 10 % tracks; Zipf) and ${LISTS_PER_SECOND} pages of trips/s; cache away: its Redis is killed`,
    readsText(result.reads),
    `found in the cache: ${hitsText(result.reads)}`,
    '',
    `documents checked per second (${result.jobs.documents} pictures of 50 kB per round): ours ${spreadText(result.jobs.ours)}, the same check and copies on a bare BullMQ worker ${spreadText(result.jobs.bare)}`,
    '',
    'Targets:',
    ...targetLines(apiTargets(result)),
    '',
    'Left out: the upload itself (./rideline load uploads), TLS, HAProxy.',
  ].join('\n');
}

/** For programs. */
export function apiJson(result: ApiResult): object {
  return { ...result, targets: apiTargets(result) };
}
