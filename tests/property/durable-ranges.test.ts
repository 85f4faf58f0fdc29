import type { BootId, DriverId, RegionId } from '@rideline/contract';
import { SeqRanges } from '@rideline/fleet/fixes/seq-ranges';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { DURABLE_RANGES_KEPT, DurableRanges } from '@rideline/workers/history/durable-ranges';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';

const REGION = 'main' as RegionId;
const BOOT = 'b1' as BootId;
/** A short boot with many gaps: the interesting cases are at the edges of ranges. */
const HIGHEST = 60;

let redis: RedisServer;
let drivers = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

interface Merge {
  readonly seqs: readonly number[];
  readonly lowest: number;
}

const merge = fc.record({
  seqs: fc.uniqueArray(fc.nat(HIGHEST), { minLength: 1, maxLength: 12 }),
  lowest: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: fc.nat(HIGHEST), weight: 1 }),
});

/** The expected result of a merge, by counting. */
function model(merges: readonly Merge[]): { durable: number; above: number[] } {
  const covered = new Set<number>();
  for (const { seqs, lowest } of merges) {
    for (const seq of seqs) covered.add(seq);
    for (let seq = 0; seq < lowest; seq += 1) covered.add(seq);
  }
  let durable = -1;
  while (covered.has(durable + 1)) durable += 1;
  return { durable, above: [...covered].filter((seq) => seq > durable).sort((a, b) => a - b) };
}

async function record(
  driverId: DriverId,
  { seqs, lowest }: Merge,
): Promise<{ durable: number; ranges: [number, number][] }> {
  const ranges = new SeqRanges(Number.POSITIVE_INFINITY);
  for (const seq of seqs) ranges.add(seq);
  if (lowest > 0) ranges.addRange(0, lowest - 1);
  const durable = new DurableRanges({
    region: REGION,
    state: redis.client,
    cache: null,
    onRetry: (error) => {
      throw error;
    },
    onNotifyFailed: () => undefined,
  });
  await durable.record([{ driverId, boot: BOOT, seqs: ranges }], AbortSignal.timeout(10_000));
  return JSON.parse((await redis.client.hget(driver(REGION, driverId), `durable:${BOOT}`)) ?? '');
}

const expand = (ranges: readonly [number, number][]) =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

it('HIST-7: durable is the unbroken prefix of stored and given-up seqs, in any order and with repeats, and never falls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(merge, { minLength: 1, maxLength: 10 }), async (merges) => {
      const driverId = `driver-${drivers++}` as DriverId;
      let before = -1;
      for (const [index, each] of merges.entries()) {
        const { durable, ranges } = await record(driverId, each);
        const expected = model(merges.slice(0, index + 1));
        expect({ durable, above: expand(ranges) }).toEqual(expected);
        expect(durable).toBeGreaterThanOrEqual(before);
        before = durable;
      }
      const final = await redis.client.hget(driver(REGION, driverId), `durable:${BOOT}`);
      for (const each of merges.toReversed()) await record(driverId, each);
      expect(await redis.client.hget(driver(REGION, driverId), `durable:${BOOT}`)).toBe(final);
    }),
    { numRuns: 150 },
  );
});

it('HIST-7: with more ranges than are kept, a forgotten seq is never claimed, and the prefix still grows over it', async () => {
  const driverId = 'driver-with-holes' as DriverId;
  const odd = Array.from({ length: DURABLE_RANGES_KEPT * 2 }, (_, index) => index * 2 + 1);
  const { durable, ranges } = await record(driverId, { seqs: odd, lowest: 0 });
  expect([durable, ranges.length]).toEqual([-1, DURABLE_RANGES_KEPT]);
  expect(ranges.at(-1)).toEqual([DURABLE_RANGES_KEPT * 2 - 1, DURABLE_RANGES_KEPT * 2 - 1]);
  const even = odd.map((seq) => seq - 1);
  expect((await record(driverId, { seqs: even, lowest: 0 })).durable).toBe(DURABLE_RANGES_KEPT * 2);
  // The phone sends forgotten seqs again, and then they count.
  expect(await record(driverId, { seqs: odd, lowest: 0 })).toEqual({ durable: odd.at(-1), ranges: [] });
});
