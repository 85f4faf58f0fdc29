import { expect, test } from 'vitest';
import type { UploadsResult } from '../../uploads/run.ts';
import { uploadsJson, uploadsPlots, uploadsRoundsReport } from './report.ts';

const round = (waitMs: number, lost: number): UploadsResult => ({
  users: 100,
  perMinute: 3000,
  warmUp: 200,
  servers: { mongo: 'stand-in' },
  loadBefore: 0.5,
  bytes: 50_000,
  atOnce: 64,
  sentMs: 1000,
  acceptedMs: 2000,
  endedMs: 4000,
  deepest: 90,
  again: {},
  cpu: { 'workers-1': 40_000, generator: 2000 },
  processed: 100 - lost,
  rejected: 0,
  lost,
  waitMs: { p50: waitMs, p95: 2 * waitMs, max: 3 * waitMs },
  judged: 0,
  right: 0,
  ratio: { p5: 0.9, p50: 1, p95: 1.1 },
});

test('OPS-102: rounds are reported with medians and ranges, the load before, targets and what is left out', () => {
  const result = { rounds: [round(1000, 0), round(3000, 1), round(2000, 0)] };
  const text = uploadsRoundsReport(result);
  expect(text).toMatch(/wait p50, s +2\.0 \(1\.0–3\.0\)/);
  expect(text).toMatch(/phones +2\.0 \(2\.0–2\.0\)/);
  expect(text).toContain('load of the machine before each: 0.5, 0.5, 0.5');
  expect(text).toMatch(/none of 100 lost.*in 2 of 3 rounds +← missed/);
  expect(text).toContain('Left out:');
  expect(uploadsJson(result)).toHaveProperty('targets');
  expect(uploadsPlots(result)[0]?.svg).toContain('<svg');
});
