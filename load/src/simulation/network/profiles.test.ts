import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { LinkDirection, linkModel } from './link-direction.ts';
import { delayAt, oneWayDelays } from './one-way-delay.ts';
import { NETWORK_PROFILE_NAMES, NETWORK_PROFILES } from './profiles.ts';

const DRAWS = 40_000;
const lossy = NETWORK_PROFILE_NAMES.filter((name) => NETWORK_PROFILES[name].loss > 0);

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(q * values.length)] ?? Number.NaN;
}

describe.for(lossy)('LOAD-46: the network %s', (name) => {
  const { roundTripMs, loss } = NETWORK_PROFILES[name];

  test('has the round trips of its profile', () => {
    const random = seededRandom(1);
    const delays = oneWayDelays(roundTripMs);
    const drawn = Array.from({ length: DRAWS }, () => delayAt(delays, random()) + delayAt(delays, random()));
    for (const [q, wanted] of [
      [0.5, roundTripMs.p50],
      [0.95, roundTripMs.p95],
      [0.99, roundTripMs.p99],
    ] as const) {
      expect(quantile(drawn, q)).toBeGreaterThan(wanted * 0.92);
      expect(quantile(drawn, q)).toBeLessThan(wanted * 1.08);
    }
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(roundTripMs.least * 0.99);
  });

  test('loses its share of segments, and each loss delays by at least a retransmission', () => {
    const model = linkModel(name, 'up');
    const withLoss = new LinkDirection({ ...model, bitsPerSecond: null }, seededRandom(2));
    // Without a delay of its own, what is left is the repair of losses.
    const bare = new LinkDirection(
      {
        ...model,
        bitsPerSecond: null,
        delays: [
          [0, 0],
          [1, 0],
        ],
      },
      seededRandom(2),
    );
    const repairs = Array.from({ length: DRAWS }, () => bare.arrivalMs(100, 0));
    const lost = repairs.filter((ms) => ms > 0);
    expect(lost.length / DRAWS).toBeGreaterThan(loss * 0.85);
    expect(lost.length / DRAWS).toBeLessThan(loss * 1.15);
    expect(Math.min(...lost)).toBeGreaterThanOrEqual(model.timeoutMs);
    expect(model.timeoutMs).toBeGreaterThanOrEqual(roundTripMs.p50 + 200);
    expect(withLoss.arrivalMs(100, 5)).toBeGreaterThan(5);
  });

  test('sends no faster than its rate, whatever the number of connections', () => {
    const model = linkModel(name, 'down');
    const link = new LinkDirection(
      {
        ...model,
        loss: 0,
        delays: [
          [0, 0],
          [1, 0],
        ],
      },
      seededRandom(3),
    );
    const bytes = 10_000;
    const arrivals = Array.from({ length: 20 }, () => link.arrivalMs(bytes, 0));
    const perChunkMs = (bytes * 8 * 1000) / (model.bitsPerSecond ?? Number.POSITIVE_INFINITY);
    expect(arrivals.at(-1)).toBeCloseTo(20 * perChunkMs, 3);
  });
});

describe('LOAD-46: network profiles', () => {
  test('border roaming is what Uber measured', () => {
    expect(NETWORK_PROFILES['border-roaming']).toMatchObject({
      roundTripMs: { p50: 350, p95: 725, p99: 2300 },
      loss: 0.035,
    });
  });

  test('a segment is repeated after a round trip when enough others follow it, otherwise after a timeout', () => {
    const model = {
      delays: [
        [0, 0],
        [1, 0],
      ] as const,
      loss: 0.5,
      timeoutMs: 700,
      roundTripMs: 100,
      bitsPerSecond: null,
    };
    // The first draw is the delay; then one for each segment and each try.
    const draws =
      (...values: number[]) =>
      () =>
        values.shift() ?? 1;
    const segments = (count: number) => count * 1400;
    expect(new LinkDirection(model, draws(0, 0)).arrivalMs(segments(1), 0)).toBe(700);
    expect(new LinkDirection(model, draws(0, 0, 0)).arrivalMs(segments(1), 0)).toBe(700 + 1400);
    expect(new LinkDirection(model, draws(0, 0)).arrivalMs(segments(5), 0)).toBe(100);
  });

  test('every profile says where its figures come from', () => {
    for (const name of NETWORK_PROFILE_NAMES) expect(NETWORK_PROFILES[name].source).not.toBe('');
  });
});
