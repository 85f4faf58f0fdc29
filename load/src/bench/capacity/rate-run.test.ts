import { expect, test } from 'vitest';
import { type RateRun, whyNot } from './rate-run.ts';

const HELD: RateRun = {
  fixesPerSecond: 8000,
  fixesPerFrame: 1,
  seconds: 60,
  acknowledgedShare: 0,
  framesSent: 480_000,
  framesLate: 0,
  refused: 0,
  closed: 0,
  durableAfterMs: 9000,
  backlog: { middle: 100, last: 110 },
  cores: {},
  ackP95Ms: Number.NaN,
  positionP50Ms: 22,
  positionP99Ms: 50,
  positions: 144_000,
};

test("OPS-99: a rate at which nothing is lost does not hold when riders' p99 reaches 500 ms", () => {
  expect(whyNot(HELD)).toEqual([]);
  expect(whyNot({ ...HELD, fixesPerSecond: 23_800, positionP99Ms: 777 })).toEqual(['rider p99 777 ms']);
  expect(whyNot({ ...HELD, positionP99Ms: Number.NaN, positions: 0 })).toEqual([
    'no position reached a rider',
  ]);
});
