import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import type { WorkersHarness } from '../cluster/workers-harness.ts';
import { REGION, SHARDS } from '../test-process.ts';
import { fixKey } from './fix-builders.ts';

/** Keys of all stored fixes, once per track block that contains it: a fix stored in two blocks appears twice. */
export async function storedFixes(db: Database): Promise<string[]> {
  const found: string[] = [];
  for await (const track of db.collection(trackCollection).find({})) {
    for (const seq of Object.keys(track.f)) found.push(fixKey(track.driverId, track.boot, Number(seq)));
  }
  return found;
}

/** Entries in all fix streams, and those that the consumer group `history` has not acknowledged. */
export async function streamBacklog(
  harness: Pick<WorkersHarness, 'log' | 'streams'>,
): Promise<{ length: number; pending: number; lag: number }> {
  const sum = { length: 0, pending: 0, lag: 0 };
  for (const key of harness.streams.keys) {
    const length = await harness.log.xlen(key);
    sum.length += length;
    const groups = (await harness.log.xinfo('GROUPS', key).catch(() => [])) as (string | number)[][];
    for (const group of groups) {
      sum.pending += Number(group[group.indexOf('pending') + 1]);
      sum.lag += Number(group[group.indexOf('lag') + 1] ?? 0);
    }
  }
  return sum;
}

/** The dead letters of all shards, parsed. */
export async function deadLetters(
  harness: Pick<WorkersHarness, 'log' | 'streams'>,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const entries = await harness.log.xrange(
      fixDeadLetters(REGION, harness.streams.generation, shard),
      '-',
      '+',
    );
    for (const [, fields] of entries) found.push(JSON.parse(fields[1] ?? ''));
  }
  return found;
}
