import { expect, test } from 'vitest';
import { spreadOf } from '../spread.ts';
import { apiTargets, heldGrants } from './figures.ts';
import type { GrantStep } from './grants.ts';
import type { ReadFigures } from './reads.ts';
import { apiPlots, apiReport } from './report.ts';
import type { ApiResult } from './run.ts';

const step = (ratePerSecond: number, p95Ms: number, created = 100): GrantStep => ({
  ratePerSecond,
  sent: 100,
  answers: { 201: created },
  p50Ms: 2,
  p95Ms,
  p99Ms: 2 * p95Ms,
  mostMs: 3 * p95Ms,
  cpuMicroseconds: { 'api-1': 400, mongo: 300 },
});
const calls = (p95Ms: number) => ({ ...step(400, p95Ms), answers: { 200: 100 } });
const reads = (cache: ReadFigures['cache'], p95Ms: number): ReadFigures => ({
  cache,
  calls: {
    profile: calls(p95Ms),
    search: calls(p95Ms),
    catalogue: calls(p95Ms),
    track: calls(p95Ms),
    tripList: calls(p95Ms),
  },
  cpuMicroseconds: { 'api-1': 200 },
  hitRates: cache === 'on' ? { profile: 0.9, search: 0.9, catalogue: 1 } : {},
});

const RESULT: ApiResult = {
  mongo: 'stand-in',
  w: { median: 1000, least: 900, greatest: 1100 },
  loadBefore: 0.25,
  loadAfter: 1,
  signer: { ours: spreadOf([30_000]), sdk: spreadOf([3000]) },
  grants: [
    ...[step(100, 10), step(200, 20), step(300, 400)],
    ...[step(100, 14), step(200, 40), step(300, 90)],
    ...[step(100, 12), step(200, 30)],
  ],
  stepMs: 1000,
  rounds: 3,
  reads: [reads('on', 2), reads('away', 6), reads('on', 4), reads('away', 8)],
  jobs: {
    documents: 160,
    bytes: spreadOf([300_000, 1_500_000, 4_000_000]),
    ours: spreadOf([4, 6, 5]),
    bare: spreadOf([6]),
  },
};

test('a rate of upload forms holds when it was reached and answered with 201 in every round', () => {
  expect(heldGrants(RESULT)?.[0]).toBe(200);
  const refused = [...RESULT.grants.slice(0, -1), step(200, 30, 99)];
  expect(heldGrants({ ...RESULT, grants: refused })?.[0]).toBe(100);
  expect(heldGrants({ ...RESULT, grants: [] })).toBeUndefined();
  const route = apiTargets(RESULT).find(({ what }) => what.startsWith('the whole route'));
  expect(route).toMatchObject({ measured: '2500 (2500–2500)/s', met: true });
});

test('OPS-102: the report of api has medians with ranges over its rounds, the load before, sizes, and what is left out', () => {
  const text = apiReport(RESULT);
  expect(text).toMatch(/^200\/s .* 30\.0 \(20\.0–40\.0\) .* 300 of 300 .* 3$/m);
  expect(text).toMatch(/^GET \/v1\/me .* 3\.0 \(2\.0–4\.0\) .* 7\.0 \(6\.0–8\.0\)/m);
  expect(text).toContain('160 photos per round, of 1.5 (0.3–4.0) MB');
  expect(text).toContain('before 0.3, after 1.0');
  expect(text).toContain('Left out:');
  expect(apiPlots(RESULT)[0]?.svg).toContain('<svg');
});
