import { setTimeout as wait } from 'node:timers/promises';
import type { RegionId, SessionId, UserId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { revocations } from '../redis/redis-keys.ts';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { revocationCollection } from './revocation-collection.ts';

/** Tokens of a user, or of one session, issued before `notBeforeMs` are revoked. */
export interface Revocation {
  readonly kind: 'user' | 'session';
  readonly subject: UserId | SessionId;
  readonly userId: UserId;
  readonly notBeforeMs: number;
  /** Wall ms at which it was written. */
  readonly atMs: number;
}

export interface RevocationStore {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly wallMs: () => number;
  /** How long a revocation is kept: `revocationKeptMs`. */
  readonly keptMs: number;
}

/** The stream serves running nodes; a node that starts, or was disconnected for longer, reads MongoDB. */
const STREAM_KEPT_MS = 20 * 60_000;
/** Longest wait of a sign-out for Redis: the revocation is already in MongoDB. */
const STREAM_WAIT_MS = 1000;

async function storeInMongo({ db, region, keptMs }: RevocationStore, revocation: Revocation): Promise<void> {
  const { kind, subject, userId, notBeforeMs, atMs } = revocation;
  const write = () =>
    db.model(revocationCollection).updateOne(
      { _id: `${region}:${kind}:${subject}` },
      {
        $set: { v: SCHEMA_VERSION, region, kind, subject, userId, at: new Date(atMs) },
        $max: { notBefore: new Date(notBeforeMs), expireAt: new Date(notBeforeMs + keptMs) },
      },
      { upsert: true, runValidators: true },
    );
  try {
    await write();
  } catch (error) {
    // A concurrent upsert inserted the document: it exists now.
    if (!isDuplicateKey(error)) throw error;
    await write();
  }
}

/**
 * Writes a revocation: by majority to MongoDB, then to the stream that every node tails.
 * @returns whether the stream has it. If not, nodes read it from MongoDB within `POLL_MS` (revocation-list.ts)
 */
export async function writeRevocation(store: RevocationStore, revocation: Revocation): Promise<boolean> {
  await storeInMongo(store, revocation);
  const { kind, subject, userId, notBeforeMs, atMs } = revocation;
  try {
    const added = store.state.xadd(
      revocations(store.region),
      'MINID',
      '~',
      String(atMs - STREAM_KEPT_MS),
      '*',
      ...['kind', kind, 'subject', subject, 'user', userId, 'notBefore', String(notBeforeMs)],
      ...['at', String(atMs)],
    );
    return await Promise.race([added.then(() => true), wait(STREAM_WAIT_MS, false, { ref: false })]);
  } catch {
    return false;
  }
}

/**
 * Revocations written at or after `sinceMs` that have not expired, oldest first, a batch of the cursor at a time: a wave of sign-outs may be
 * long. The order lets a reader that fails half-way continue at the newest one that it has read.
 */
export async function* readRevocations(
  db: Database,
  region: RegionId,
  sinceMs: number,
  nowMs: number,
): AsyncGenerator<Revocation> {
  const found = db
    .collection(revocationCollection)
    .find({ region, at: { $gte: new Date(sinceMs) } })
    .sort({ at: 1 });
  for await (const { kind, subject, userId, notBefore, at, expireAt } of found) {
    if (expireAt.getTime() <= nowMs) continue;
    yield {
      kind,
      subject: subject as UserId | SessionId,
      userId,
      notBeforeMs: notBefore.getTime(),
      atMs: at.getTime(),
    };
  }
}

/** Parses an entry of the stream; null when it is malformed. */
export function parseEntry(fields: readonly string[]): Revocation | null {
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2)
    values.set(fields[index] as string, fields[index + 1] as string);
  const kind = values.get('kind');
  const subject = values.get('subject');
  const userId = values.get('user');
  const notBeforeMs = Number(values.get('notBefore'));
  const atMs = Number(values.get('at'));
  if ((kind !== 'user' && kind !== 'session') || !subject || !userId) return null;
  if (!Number.isFinite(notBeforeMs) || !Number.isFinite(atMs)) return null;
  return { kind, subject: subject as UserId | SessionId, userId: userId as UserId, notBeforeMs, atMs };
}
