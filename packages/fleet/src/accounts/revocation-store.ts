import { setTimeout as wait } from 'node:timers/promises';
import type { RegionId, SessionId, UserId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { revocations } from '../redis/redis-keys.ts';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { revocationCollection } from './revocation-collection.ts';

/** Tokens of a user, or of one session, that were issued before `notBeforeMs` are void. */
export interface Revocation {
  readonly kind: 'user' | 'session';
  readonly subject: UserId | SessionId;
  readonly userId: UserId;
  readonly notBeforeMs: number;
  /** Wall ms at which it was written. */
  readonly atMs: number;
}

export interface RevocationRecord {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly wallMs: () => number;
  /** How long a revocation matters: `revocationKeptMs`. */
  readonly keptMs: number;
}

/** The stream is for nodes that run; one that starts, or was cut off for longer, reads Mongo. */
const STREAM_KEPT_MS = 20 * 60_000;
/** Who signs out does not wait longer for a Redis that says nothing: Mongo has it. */
const STREAM_WAIT_MS = 1000;

async function store({ db, region, keptMs }: RevocationRecord, revocation: Revocation): Promise<void> {
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
    // Two upserts at once: the document is there now.
    if (!isDuplicateKey(error)) throw error;
    await write();
  }
}

/**
 * Writes a revocation: by majority into Mongo, then into the stream that every node tails.
 * @returns whether the stream took it. If not, nodes find it in Mongo within `POLL_MS` (revocation-list.ts)
 */
export async function writeRevocation(record: RevocationRecord, revocation: Revocation): Promise<boolean> {
  await store(record, revocation);
  const { kind, subject, userId, notBeforeMs, atMs } = revocation;
  try {
    const added = record.state.xadd(
      revocations(record.region),
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

/** Revocations that were written at or after `sinceMs` and still matter, oldest first. */
export async function readRevocations(
  db: Database,
  region: RegionId,
  sinceMs: number,
  nowMs: number,
): Promise<Revocation[]> {
  const found = await db
    .collection(revocationCollection)
    .find({ region, at: { $gte: new Date(sinceMs) } })
    .toArray();
  return found
    .filter(({ expireAt }) => expireAt.getTime() > nowMs)
    .map(({ kind, subject, userId, notBefore, at }) => ({
      kind,
      subject: subject as UserId | SessionId,
      userId,
      notBeforeMs: notBefore.getTime(),
      atMs: at.getTime(),
    }));
}

/** One entry of the stream, null when it is not of a form that we know. */
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
