import type { DriverId, UserId } from '@rideline/contract';
import { decodeEntry } from '../fixes/fix-record.ts';
import { cached, conn, fixDeadLetters, geo, LAST_ANSWER_PREFIX, live, polar } from '../redis/redis-keys.ts';
import { removeNamedKeys } from '../redis/redis-search.ts';
import { readDeadLetters } from '../tracks/fix-dead-letters.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import { holdsId } from './replace-id.ts';

const STATUSES = ['available', 'busy', 'offline'] as const;
const PAGE = 500;

/**
 * Erases a user's entries in the live index, keys, request counters and cache entries, and everybody's last answers: those of others may show
 * the user, and a page of a track names nobody, so that the search for the id would not find it.
 * @returns the number of entries
 */
export async function eraseFromRedis(parts: ErasureParts, userId: UserId): Promise<number> {
  const { state, cache, region } = parts;
  const member = String(userId);
  let touched = 0;
  for (const status of STATUSES) {
    touched += await state.zrem(geo(region, status), member);
    touched += await state.zrem(polar(region, status), member);
  }
  touched += await state.hdel(live(region), member);
  touched += await state.hdel(conn(region), member);
  const named = (name: string) => holdsId(name, member);
  touched += await removeNamedKeys(state, region, named);
  const lastAnswers = cached(region, LAST_ANSWER_PREFIX, '');
  touched += await removeNamedKeys(cache, region, (name) => named(name) || name.startsWith(lastAnswers));
  return touched;
}

/** Entries of one fix stream, read in pages. */
async function* entriesOf(parts: ErasureParts, key: string): AsyncGenerator<Buffer> {
  let from = '-';
  for (;;) {
    const found = (await parts.log.xrangeBuffer(key, from, '+', 'COUNT', PAGE)) as [Buffer, Buffer[]][];
    for (const [, fields] of found) yield fields[1] ?? Buffer.alloc(0);
    const last = found.at(-1);
    if (found.length < PAGE || last === undefined) return;
    from = `(${last[0]}`;
  }
}

/** Counts a driver's records that are still in the fix streams. */
export async function countFixRecords(
  parts: ErasureParts,
  driverId: DriverId,
): Promise<{ searched: number; found: number }> {
  let searched = 0;
  let found = 0;
  for (const key of parts.streams.keys) {
    for await (const entry of entriesOf(parts, key)) {
      searched += 1;
      try {
        found += decodeEntry(entry).records.filter((record) => record.driverId === driverId).length;
      } catch {
        // Unreadable entry: history dead-letters it, and the dead letters are searched too.
      }
    }
  }
  return { searched, found };
}

/** Fails while fixes are not in MongoDB yet: they are packed with those of others and stored within seconds. @throws ErasureBlocked */
export async function awaitFixStreams(parts: ErasureParts, userId: UserId): Promise<number> {
  const { found } = await countFixRecords(parts, String(userId) as DriverId);
  if (found > 0) throw new ErasureBlocked(`${found} fix records are not in MongoDB yet`);
  return 0;
}

/** Removes dead letters that contain the user's id. @returns the number removed */
export async function eraseDeadLetters(parts: ErasureParts, userId: UserId): Promise<number> {
  const { log, region, streams } = parts;
  let removed = 0;
  for (let shard = 0; shard < streams.shards; shard += 1) {
    const deadLetters = fixDeadLetters(region, streams.generation, shard);
    let after: string | null = null;
    for (;;) {
      const stream = { log, stream: streams.keys[shard] ?? '', deadLetters };
      const page: Awaited<ReturnType<typeof readDeadLetters>> = await readDeadLetters(stream, PAGE, after);
      const matching = page.filter(
        ({ deadLetter }) => deadLetter !== null && holdsId(deadLetter, String(userId)),
      );
      if (matching.length > 0) removed += await log.xdel(deadLetters, ...matching.map(({ id }) => id));
      after = page.at(-1)?.id ?? null;
      if (page.length < PAGE) break;
    }
  }
  return removed;
}
