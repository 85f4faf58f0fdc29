import { type DriverId, LIMITS, type RegionId, type WireFix } from '@rideline/contract';
import { tokenRate } from '@rideline/platform/limits/token-bucket';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type Range, SeqRanges } from '../fixes/seq-ranges.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { fixBudget } from '../redis/redis-keys.ts';
import { blockOf } from './track-block.ts';

const TAKE = loadLuaScript('take-fix-budget-1');

/** Detail of the refusal (SCALE_003). */
export const OVER_FIX_BUDGET = 'The budget of fixes is used up: keep the fixes and send them again.';

/** Ms in which a driver's budget grows by one fix. */
export const FIX_INTERVAL_MS = 1000 / LIMITS.driverFixesPerSecond;

/**
 * Budget of one connection, or of one driver at one API process, while the state Redis does not answer. Far below the driver's burst, because
 * each new connection starts with all of it.
 */
export const BUDGET_WITHOUT_REDIS = tokenRate(LIMITS.driverFixesPerSecond, 1000);

/**
 * What the fixes of a frame that are not in `taken` cost their driver's budget: one each, and `newBlockFixes` more for the first fix of each
 * block. Without that, a driver whose seqs rise by 64 makes a track document of every fix.
 * @param blocks the blocks of fixes that the driver sent. Not those of `taken`: it has the seqs too that the phone gave up with `lowest`, and
 * no fix of their blocks is stored
 */
export function costOfFixes(fixes: readonly WireFix[], taken: SeqRanges, blocks: SeqRanges): number {
  let cost = 0;
  let block = -1;
  for (const fix of fixes) {
    const seq = fix[0];
    if (seq <= taken.highest && taken.has(seq)) continue;
    cost += 1;
    if (blockOf(seq) === block) continue;
    block = blockOf(seq);
    if (!blocks.has(block)) cost += LIMITS.newBlockFixes;
  }
  return cost;
}

/** The blocks of stored fixes. Below `durable` only its own block counts: the phone may have given up the seqs of the others. */
export function blocksOf(ranges: readonly Range[], durable: number): SeqRanges {
  const blocks = SeqRanges.from(ranges.map(([from, to]): Range => [blockOf(from), blockOf(to)]));
  if (durable >= 0) blocks.add(blockOf(durable));
  return blocks;
}

/**
 * Takes at least `least` and at most `most` fixes from the budget that a driver has on all nodes together.
 * @returns fixes taken, 0 when `least` are not available; then `waitMs` is the time until they are
 * @throws errors of the state Redis
 */
export async function takeFixBudget(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  { least, most }: { readonly least: number; readonly most: number },
): Promise<{ readonly taken: number; readonly waitMs: number }> {
  const [taken, waitMs] = (await runLuaScript(
    state,
    TAKE,
    [fixBudget(region, driverId)],
    [FIX_INTERVAL_MS, LIMITS.driverFixesBurst, least, most],
  )) as [number, number];
  return { taken, waitMs };
}

/** Gives back what was taken and not used. @throws errors of the state Redis */
export async function returnFixBudget(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  fixes: number,
): Promise<void> {
  if (fixes > 0) await takeFixBudget(state, region, driverId, { least: -fixes, most: -fixes });
}
