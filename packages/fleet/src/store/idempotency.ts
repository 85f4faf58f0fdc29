import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  randomUUIDv7,
} from 'node:crypto';
import { CodedError, type RegionId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import { SCHEMA_VERSION } from './collection-definition.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { idempotencyCollection, type StoredIdempotencyKey } from './idempotency-collection.ts';

/** Retention of a key, ms: after a day offline a phone sends a new request. */
export const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;
/** Longer than any request (the server aborts one after 30 s): after it the first holder is considered dead, ms. */
const HELD_MS = 60_000;
/** A client whose first request is still in progress retries after this, ms. */
const RETRY_MS = 1000;
/** Longest answer that is stored, bytes. */
const ANSWER_BYTES = 64 * 1024;

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface StoredAnswer {
  readonly status: number;
  /** Response headers that belong to the created object. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface IdempotentRequest {
  /** The caller: the same key of two callers is two keys. */
  readonly caller: string;
  readonly key: string;
  /** Method, path, query and body as one text. */
  readonly request: string;
}

export type Idempotency = ReturnType<typeof createIdempotency>;

const hashOf = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

const sealingKey = (key: string, id: string) =>
  Buffer.from(hkdfSync('sha256', key, id, 'rideline idempotency answer', 32));

function seal(answer: StoredAnswer, key: string, id: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, sealingKey(key, id), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

function unseal(sealed: Buffer, key: string, id: string): StoredAnswer {
  const decipher = createDecipheriv(CIPHER, sealingKey(key, id), sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString()) as StoredAnswer;
}

/** The driver returns BSON binary in a class of its own. */
function bytesOf(stored: unknown): Buffer {
  if (Buffer.isBuffer(stored)) return stored;
  const { buffer } = stored as { buffer: Uint8Array };
  return Buffer.from(buffer);
}

/**
 * Idempotency keys of POST requests that create objects. The first request with a key takes it by an insert, and its answer is stored with
 * the hash of the request. A failure releases the key with the same reserved id: a repeat then finds what the failed request had created.
 */
export function createIdempotency(parts: {
  readonly db: Database;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly log: Logger;
}) {
  const { db, region, clock, log } = parts;
  const model = db.model(idempotencyCollection);

  async function take(id: string, fingerprint: string, holder: string): Promise<StoredIdempotencyKey> {
    const now = clock.wallMs();
    const fresh: StoredIdempotencyKey = {
      _id: id,
      v: SCHEMA_VERSION,
      region,
      fingerprint,
      reservedId: randomUUIDv7(),
      holder,
      heldUntil: new Date(now + HELD_MS),
      expireAt: new Date(now + IDEMPOTENCY_KEPT_MS),
    };
    try {
      await model.create([fresh], { w: 'majority' });
      return fresh;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const found = await model.findOne({ _id: id }).lean();
    if (found === null) throw busy();
    if (found.fingerprint !== fingerprint) throw new CodedError('KEY_REUSED');
    if (found.answer !== undefined) return found;
    if (found.heldUntil.getTime() > now) throw busy();
    const taken = await model.updateOne(
      { _id: id, holder: found.holder, heldUntil: found.heldUntil },
      { $set: { holder, heldUntil: fresh.heldUntil } },
      { writeConcern: { w: 'majority' }, runValidators: true },
    );
    if (taken.matchedCount !== 1) throw busy();
    return { ...found, holder };
  }

  /** Releases the key, so that a repeat need not wait until the holder is considered dead. Fails silently while MongoDB is unreachable. */
  async function release(id: string, holder: string): Promise<void> {
    try {
      await model.updateOne({ _id: id, holder }, { $set: { heldUntil: new Date(0) } });
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'cannot release an idempotency key; it expires');
    }
  }

  return {
    /**
     * Runs `work` so that it succeeds at most once per key. `work` gets the id for the object that it creates.
     * @returns the answer, and whether it is that of an earlier request
     * @throws CodedError KEY_REUSED for another request with the key; CONFLICT while the first one is in progress; errors of `work`
     */
    async once(
      { caller, key, request }: IdempotentRequest,
      work: (reservedId: string) => Promise<StoredAnswer>,
    ): Promise<{ answer: StoredAnswer; replayed: boolean }> {
      const id = hashOf(region, caller, key);
      const holder = randomUUIDv7();
      // Hashed with the key, which is not stored: a body may hold a password, and a plain digest would allow guessing it.
      const taken = await take(id, hashOf(key, request), holder);
      if (taken.answer !== undefined)
        return { answer: unseal(bytesOf(taken.answer), key, id), replayed: true };
      try {
        const answer = await work(taken.reservedId);
        const sealed = seal(answer, key, id);
        // An answer that is too long is not stored; a repeat then runs again with the same reserved id.
        const kept = sealed.length <= ANSWER_BYTES ? { answer: sealed } : { heldUntil: new Date(0) };
        await model.updateOne({ _id: id, holder }, { $set: kept }, { runValidators: true });
        return { answer, replayed: false };
      } catch (error) {
        await release(id, holder);
        throw error;
      }
    },
  };
}

function busy(): CodedError {
  return new CodedError('CONFLICT', 'The first request with this key is still in progress.', {
    retryAfterMs: RETRY_MS,
  });
}
