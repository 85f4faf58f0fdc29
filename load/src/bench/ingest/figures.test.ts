import { expect, test } from 'vitest';
import { comparisonFigures, figuresOf, oursIsStored } from './figures.ts';
import type { IngestRun } from './measure.ts';
import { plannedRuns } from './rates.ts';
import { ingestJson, ingestPlots, ingestReport } from './report.ts';
import type { IngestResult } from './run.ts';
import { nameOf, STACK_NAMES, STACKS, VARIANTS, type Variant } from './variants.ts';

/** CPU in µs per frame of ours, and of the rivals. */
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
  clients: 50,
  generator: 900,
};
const BARE = { 'gateway-1': 50, clients: 40 };
const TEXTBOOK = { 'gateway-1': 200, 'redis-state': 36, clients: 55 };
const STORING = { 'gateway-1': 400, 'redis-state': 40, mongo: 400, clients: 90 };
const cpuOf = ({ stack }: Variant): Readonly<Record<string, number>> =>
  stack === 'ours' ? OURS : stack === 'bare' ? BARE : stack === 'textbook' ? TEXTBOOK : STORING;

/** `slow`: of a machine that is so many times as slow. */
function run(variant: Variant, framesPerSecond: number, slow: number): IngestRun {
  const cpu = new Map(Object.entries(cpuOf(variant)).map(([program, used]) => [program, used * 10 * slow]));
  return {
    variant: nameOf(variant),
    framesPerSecond,
    fixesPerFrame: variant.fixesPerFrame,
    frames: 10,
    framesLate: 0,
    positions: 3,
    cpu,
    ackLatenciesMs: variant.acknowledged ? [1, 8] : [],
    positionAgesMs: STACKS[variant.stack].hasRiders ? [variant.stack === 'ours' ? 13 : 1] : [],
    finished: true,
    reasons: [],
  };
}

const TRIES = VARIANTS.map((variant) => ({
  variant: nameOf(variant),
  framesPerSecond: variant.stack === 'textbook + create' ? 500 : 4000,
  reasons: [],
}));
const RESULT: IngestResult = {
  loadBefore: 0,
  rates: [4000, 500],
  rounds: 3,
  durationMs: 1000,
  tryMs: 1000,
  warmUpMs: 1000,
  numbers: { drivers: 10, followed: 3 },
  tries: TRIES,
  runs: [1, 3, 2].flatMap((slow) =>
    plannedRuns(TRIES).map(({ variant, framesPerSecond }) => run(variant, framesPerSecond, slow)),
  ),
  ledgers: STACK_NAMES.map((stack) => ({
    stack,
    sent: 10,
    stored: STACKS[stack].stores ? 10 : null,
    framesRefused: 0,
    socketsLost: 0,
  })),
};

test('every server counts; the generator and the bench have no part in it', () => {
  const ours = figuresOf({ ...RESULT, runs: RESULT.runs.slice(0, 40) }).find(
    ({ variant, framesPerSecond }) => variant === 'ours, 1 fix' && framesPerSecond === 4000,
  );
  expect(ours?.perFrame.redis.min).toBe(12);
  expect(ours?.perFrame.others.min).toBe(6);
  expect(ours?.perFrame.generator.min).toBe(50);
  expect(ours?.serversPerFix.min).toBe(168);
});

const compared = (start: string) => {
  const found = comparisonFigures(RESULT).find(({ what }) => what.startsWith(start));
  if (found === undefined) throw new Error(`no comparison ${start}`);
  return found;
};

test('ratios are computed round by round, so that a slow round does not widen them', () => {
  expect(compared('gateways per frame, ours, 1 fix ÷ bare, 1 fix').target).toMatchObject({
    measured: '2.00 (2.00–2.00)',
    met: false,
  });
  // 236 ÷ (100 + 12 + 6): without workers and MongoDB.
  expect(compared('servers per fix, textbook, 1 fix ÷ ours, 1 fix').target).toMatchObject({
    measured: '2.00 (2.00–2.00)',
    met: true,
  });
  // 840 ÷ 168, both with history.
  expect(compared('all servers per fix, textbook + create, 1 fix, ack').target).toMatchObject({
    measured: '5.00 (5.00–5.00)',
    met: null,
  });
});

test('OPS-100: both sides are taken from runs at the same rate, and the generator stands beside them', () => {
  const slow = compared('all servers per fix, textbook + create, 1 fix, ack');
  expect(slow.framesPerSecond).toBe(500);
  expect(slow.sides.map(({ generatorPerFrame }) => generatorPerFrame.min)).toEqual([90, 50]);
  expect(slow.generatorDiffers).toBe(true);
  const fast = compared('servers per fix, textbook, 1 fix ÷ ours, 1 fix');
  expect(fast.framesPerSecond).toBe(4000);
  expect(fast.generatorDiffers).toBe(false);
});

test('OPS-101: like for like is printed first, with latencies beside the cost, and unlike comparisons are labelled', () => {
  const text = ingestReport(RESULT);
  const at = (part: string) => {
    const found = text.indexOf(part);
    expect(found, part).toBeGreaterThan(0);
    return found;
  };
  expect(at('\nlike for like')).toBeLessThan(at('\nUnlike frames'));
  expect(at('\nUnlike frames')).toBeLessThan(at('\nCPU µs per frame, 4000 frames/s'));
  const line = text.split('\n').find((each) => each.startsWith('servers per fix, textbook, 1 fix ÷ ours'));
  expect(line).toMatch(/ 4000 .*2\.00 \(2\.00–2\.00\).* met .*110 \| 100 .* 1 \| 13 .* 1 \| 13/);
  expect(text).toContain('ledger of 30 s batch: 10 fixes sent, 10 stored, 0 frames refused, 0 sockets lost');
  expect(text).toContain('ledger of textbook: 10 fixes sent, stores none');
});

test('a fix of ours that is missing is a failure; one of a rival is only printed', () => {
  const withStored = (stack: string, stored: number): IngestResult => ({
    ...RESULT,
    ledgers: RESULT.ledgers.map((each) => (each.stack === stack ? { ...each, stored } : each)),
  });
  expect(oursIsStored(RESULT)).toBe(true);
  expect(oursIsStored(withStored('ours', 9))).toBe(false);
  expect(oursIsStored(withStored('30 s batch', 9))).toBe(true);
  expect(oursIsStored({ ...RESULT, ledgers: [] })).toBe(false);
  expect(ingestReport(withStored('30 s batch', 9))).toContain('10 fixes sent, 9 stored  ← differs');
});

test('a comparison without a common rate has no figures', () => {
  const tries = TRIES.map((each) =>
    each.variant === 'bare, 1 fix' ? { ...each, reasons: ['2 sockets lost'] } : each,
  );
  const text = ingestReport({ ...RESULT, tries });
  const line = text
    .split('\n')
    .find((each) => each.startsWith('gateways per frame, ours, 1 fix ÷ bare, 1 fix '));
  expect(line).toMatch(/ – +not measured +– \| – +– \| –/);
  expect(text).toMatch(/^bare, 1 fix +none +4000\/s: 2 sockets lost$/m);
});

test('what is kept: a bar for each row at its rate, and figures without the samples', () => {
  expect(ingestPlots(RESULT)[0]?.svg).toContain('500/s: textbook + create, 1 fix, ack');
  const json = JSON.parse(JSON.stringify(ingestJson(RESULT)));
  expect(json.comparisons[0]).toMatchObject({ kind: 'like', framesPerSecond: 4000, ratio: { median: 2 } });
  expect(json.figures).toHaveLength(figuresOf(RESULT).length);
  expect(json).not.toHaveProperty('runs');
});
