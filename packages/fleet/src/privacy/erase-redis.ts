import type { DriverId, UserId } from '@rideline/contract';
import { decodeEntry } from '../fixes/fix-record.ts';
import { cached, conn, fixDeadLetters, geo, LAST_ANSWER_PREFIX, live, polar } from '../redis/redis-keys.ts';
import { removeNamedKeys } from '../redis/redis-search.ts';
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

/** Records of the driver in an entry. What cannot be read counts as one if it contains the id: history dead-letters it later. */
function recordsOf(entry: Buffer, driverId: DriverId): number {
  const holdsDriver = (bytes: Buffer) => holdsId(bytes.toString('latin1'), driverId);
  try {
    const { records, bad } = decodeEntry(entry);
    const own = records.filter((record) => record.driverId === driverId);
    return own.length + bad.filter(({ raw }) => holdsDriver(raw)).length;
  } catch {
    // Of a version that this process does not know.
    return holdsDriver(entry) ? 1 : 0;
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
      found += recordsOf(entry, driverId);
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

/** Dead letters of every shard: key, id, and whether one contains the user's id. */
async function* deadLettersOf({ log, region, streams }: ErasureParts, userId: string) {
  for (let shard = 0; shard < streams.shards; shard += 1) {
    const key = fixDeadLetters(region, streams.generation, shard);
    let from = '-';
    for (;;) {
      const found = await log.xrange(key, from, '+', 'COUNT', PAGE);
      for (const [id, fields] of found)
        yield { key, id, holds: fields.some((text) => letterHolds(text, userId)) };
      const last = found.at(-1);
      if (found.length < PAGE || last === undefined) break;
      from = `(${last[0]}`;
    }
  }
}

/** Also within data that could not be read: a packed record holds its driver's id as text, the dead letter holds the record in base64. */
function letterHolds(text: string, userId: string): boolean {
  if (holdsId(text, userId)) return true;
  const [, raw] = /"raw":"([A-Za-z0-9+/=]+)"/.exec(text) ?? [];
  return raw !== undefined && holdsId(Buffer.from(raw, 'base64').toString('latin1'), userId);
}

/** Counts the dead letters that contain the user's id. */
export async function countDeadLettersOf(
  parts: ErasureParts,
  userId: string,
): Promise<{ searched: number; found: number }> {
  let [searched, found] = [0, 0];
  for await (const { holds } of deadLettersOf(parts, userId)) {
    searched += 1;
    if (holds) found += 1;
  }
  return { searched, found };
}

/** Removes dead letters that contain the user's id, readable or not. @returns the number removed */
export async function eraseDeadLetters(parts: ErasureParts, userId: UserId): Promise<number> {
  let removed = 0;
  for await (const { key, id, holds } of deadLettersOf(parts, String(userId))) {
    if (!holds) continue;
    const gone = await parts.log.xdel(key, id);
    removed += gone;
  }
  return removed;
}
