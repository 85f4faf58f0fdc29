import { expect, test } from 'vitest';
import { secondsText, tripsTargets } from './figures.ts';
import { tripsPlots, tripsReport } from './report.ts';
import type { PostFigures, TripsResult } from './run.ts';

const post = (ratePerSecond: number, p95Ms: number, created = 100): PostFigures => ({
  ratePerSecond,
  sent: 100,
  answers: { 201: created, ...(created < 100 ? { 503: 100 - created } : {}) },
  p50Ms: 5,
  p95Ms,
  p99Ms: 2 * p95Ms,
  mostMs: 3 * p95Ms,
  cores: { 'gateway-1': 0.2, generator: 0.1 },
});
const drain = (ms: number | null): TripsResult['drains'][number] => ({
  trips: 600,
  drivers: 700,
  ms,
  accepted: 600,
  refused: {},
  cores: {},
});
const outage = (p95Ms: number): TripsResult['outages'][number] => ({
  ms: 60_000,
  post: post(40, p95Ms),
  settledMs: 10_000,
  completed: 30,
});

const RESULT: TripsResult = {
  mongo: 'stand-in',
  w: { median: 1000, least: 900, greatest: 1100 },
  loadBefore: 0.25,
  loadAfter: 1,
  searchBudgetMs: 75_000,
  stepMs: 10_000,
  steps: [post(60, 20), post(420, 90), post(60, 40), post(420, 110)],
  rounds: 2,
  bursts: [
    { post: post(500, 200), searching: 100, drivers: 20 },
    { post: post(500, 300, 98), searching: 98, drivers: 20 },
  ],
  drains: [drain(4000), drain(6000)],
  outages: [outage(30), outage(50)],
  fixes: {
    framesSent: 10,
    fixesSent: 50,
    framesLate: 0,
    acks: 0,
    positions: 0,
    skipped: 0,
    refused: 0,
    closed: 0,
    durableDrivers: 0,
  },
  created: 500,
  found: { missing: 0, open: 0, states: { completed: 500 } },
};

test('OPS-102: every phase of trips is reported over all rounds, with the load before and what is left out', () => {
  const text = tripsReport(RESULT);
  expect(text).toMatch(/^60\/s .* 30 \(20–40\) /m);
  expect(text).toContain('burst, 20 drivers: 200 at 500/s: 201: 198, 503: 2; p50 5 (5–5), p95 250 (200–300)');
  expect(text).toContain('until all were accepted: 5.0 (4.0–6.0) s; accepted in all rounds: 1200');
  expect(text).toContain('p95 40 (30–50)');
  expect(text).toContain('before 0.3, after 1.0');
  expect(text).toContain('Left out:');
  expect(tripsPlots(RESULT)[0]?.svg).toContain('<svg');
});

test('a phase has met its target only when it did so in every round', () => {
  const met = (start: string, result: TripsResult) =>
    tripsTargets(result).find(({ what }) => what.startsWith(start))?.met;
  expect(met('burst', RESULT)).toBe(false);
  expect(met('backlog', RESULT)).toBe(true);
  expect(met('backlog', { ...RESULT, drains: [drain(4000), drain(null)] })).toBe(false);
  expect(met('workers down', RESULT)).toBe(true);
  expect(met('workers down', { ...RESULT, outages: [outage(30), outage(251)] })).toBe(false);
  expect(secondsText([4000, null])).toBe('4.0 (4.0–4.0) s, not in time in 1 of 2 rounds');
  expect(secondsText([null])).toBe('not in time');
});
