import { expect, test } from 'vitest';
import { figuresOf, ingestTargets } from './figures.ts';
import type { IngestResult, IngestRun } from './run.ts';

/** A run of 10 frames; CPU in µs per frame. */
function run(variant: string, fixesPerFrame: number, perFrame: Readonly<Record<string, number>>): IngestRun {
  const cpu = new Map(Object.entries(perFrame).map(([program, used]) => [program, used * 10]));
  return { variant, fixesPerFrame, frames: 10, framesLate: 0, cpu, ackLatenciesMs: [1], positionAgesMs: [2] };
}

const OURS = {
  'gateway-1': 60,
  'gateway-2': 40,
  'redis-log': 10,
  'redis-cache': 2,
  'api-1': 3,
  s3: 2,
  haproxy: 1,
  'workers-1': 30,
  mongo: 20,
  clients: 500,
  generator: 900,
};

/** A round on a machine that is `slow` times as slow. */
const round = (slow: number): IngestRun[] => {
  const of = (figures: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(figures).map(([program, used]) => [program, used * slow]));
  return [
    run('bare, no ack', 1, of({ 'gateway-1': 50 })),
    run('textbook, ack', 1, of({ 'gateway-1': 200, 'redis-state': 36 })),
    run('textbook + history, ack', 1, of({ 'gateway-1': 400, 'redis-state': 40, mongo: 400 })),
    run('ours, 1 fix', 1, of(OURS)),
    run('ours, 5 fixes', 5, of({ ...OURS, 'gateway-1': 110 })),
  ];
};

const RESULT: IngestResult = {
  loadBefore: 0,
  framesPerSecond: 1,
  durationMs: 1000,
  warmUpMs: 1000,
  numbers: { drivers: 10, followed: 3 },
  runs: [...round(1), ...round(3), ...round(2)],
  ledgers: [],
};

test('every server counts; the load and the bench do not', () => {
  const [ours] = figuresOf({ ...RESULT, runs: [run('ours, 1 fix', 1, OURS)] });
  expect(ours?.perFrame.redis.median).toBe(12);
  expect(ours?.perFrame.others.median).toBe(6);
  expect(ours?.perFrame.clients.median).toBe(500);
  expect(ours?.serversPerFix.median).toBe(168);
});

test('ratios are computed round by round, so that a slow round does not widen them', () => {
  const measured = ingestTargets(RESULT).map(({ measured, met }) => [measured, met]);
  expect(measured).toEqual([
    ['2.00 (2.00–2.00)', false],
    ['1.50 (1.50–1.50)', true],
    // 236 ÷ (100 + 12 + 6): without workers and MongoDB.
    ['2.00 (2.00–2.00)', true],
    // 236 ÷ ((150 + 12 + 6) ÷ 5)
    ['7.02 (7.02–7.02)', true],
    // 236 ÷ 168, and ÷ (218 ÷ 5)
    ['1.40 (1.40–1.40)', null],
    ['5.41 (5.41–5.41)', null],
    // 840 ÷ (218 ÷ 5), and ÷ 168
    ['19.27 (19.27–19.27)', true],
    ['5.00 (5.00–5.00)', null],
  ]);
});
