import { setTimeout as wait } from 'node:timers/promises';
import type { RegionId, SessionId, UserId } from '@rideline/contract';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { revocations } from '../redis/redis-keys.ts';
import type { Database } from '../store/database.ts';
import type { RevocationMetrics } from './revocation-metrics.ts';
import { parseEntry, type Revocation, readRevocations } from './revocation-store.ts';

/** What is asked of a token. */
export interface TokenIdentity {
  readonly userId: UserId;
  readonly sessionId: SessionId | undefined;
  readonly issuedAtMs: number;
}

/** The revocations of a region, as one process knows them: a look into memory per request. */
export interface Revocations {
  isRevoked(token: TokenIdentity): boolean;
  /** Told for each revocation that is news here: the user whose tokens must be looked at again. */
  onRevoked(listener: (userId: UserId) => void): void;
  /** What this process has written itself need not come back to it first. */
  add(revocation: Revocation): void;
  close(): void;
}

interface Options {
  /** A connection of its own on the state Redis, of use `blocking`. */
  readonly tail: RedisClient;
  readonly db: Database;
  readonly region: RegionId;
  readonly wallMs: () => number;
  readonly keptMs: number;
  readonly health: Pick<Health, 'degraded' | 'cleared'>;
  readonly metrics: RevocationMetrics;
  readonly log: Logger;
}

const BLOCK_MS = 5000;
/** A tail without an answer for so long hangs on a dead connection: a new one is made. */
const SILENT_MS = 2 * BLOCK_MS;
const RETRY_MS = 500;
const ENTRIES = 1000;
/** How often Mongo is asked what is new, ms: how late a revocation comes while Redis is away. */
export const POLL_MS = 5000;
/** Written before the newest that is known and seen after it: clocks of nodes, and writes that overtake each other. */
const OVERLAP_MS = 120_000;
/** Without word from either source for so long, /health says so. */
const DEAF_MS = 60_000;
/** After a question that failed. */
const POLL_AGAIN_MS = 1000;
/** Waits of a start for the stream, and then for Mongo. What comes later is learnt while the node works, and closes what it must. */
const FIRST_LOOK_MS = 1000;
const RECORD_LOOK_MS = 200;
const FIRST_POLL_MS = 50;

type StreamReply = [key: string, entries: [id: string, fields: string[]][]][] | null;

class RevocationTail implements Revocations {
  readonly #options: Options;
  readonly #users = new Map<UserId, number>();
  readonly #sessions = new Map<SessionId, number>();
  readonly #listeners: ((userId: UserId) => void)[] = [];
  readonly #closed = new AbortController();
  #lastId = '0-0';
  #newestAtMs = 0;
  #heardMs: number;
  #polling: Promise<boolean> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#heardMs = options.wallMs();
  }

  /** Reads both sources once, within a bound, and goes on reading them. */
  async open(): Promise<void> {
    // Whatever was missed while the connection was down may have been trimmed, or lost with the server.
    this.#options.tail.on('ready', () => void this.#poll());
    const stream = Promise.withResolvers<void>();
    const record = Promise.withResolvers<void>();
    void this.#run(stream.resolve);
    void this.#pollForEver(record.resolve);
    const both = Promise.all([stream.promise, record.promise]);
    await Promise.race([both, stream.promise.then(() => wait(RECORD_LOOK_MS)), wait(FIRST_LOOK_MS)]);
  }

  isRevoked({ userId, sessionId, issuedAtMs }: TokenIdentity): boolean {
    if (sessionId !== undefined && issuedAtMs < (this.#sessions.get(sessionId) ?? 0)) return true;
    return issuedAtMs < (this.#users.get(userId) ?? 0);
  }

  onRevoked(listener: (userId: UserId) => void): void {
    this.#listeners.push(listener);
  }

  add(revocation: Revocation): void {
    this.#take(revocation, 'here');
  }

  close(): void {
    this.#closed.abort();
    // Ends the read that is under way. One that waits for a Redis that is away is left where it is: it would hold the stop.
    this.#options.tail.disconnect();
  }

  #take(revocation: Revocation, source: 'stream' | 'record' | 'here'): void {
    const { wallMs, keptMs, metrics } = this.#options;
    const { kind, subject, userId, notBeforeMs, atMs } = revocation;
    if (source === 'record') this.#newestAtMs = Math.max(this.#newestAtMs, atMs);
    if (notBeforeMs + keptMs <= wallMs()) return;
    const known: Map<string, number> = kind === 'user' ? this.#users : this.#sessions;
    if ((known.get(subject) ?? 0) >= notBeforeMs) return;
    known.set(subject, notBeforeMs);
    metrics.revocations_total.inc({ source });
    metrics.revocation_age_seconds.observe(Math.max(0, wallMs() - atMs) / 1000);
    for (const listener of this.#listeners) listener(userId);
  }

  async #run(onFirst: () => void): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        const atEnd = await this.#readStream();
        this.#heard();
        if (atEnd) onFirst();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.metrics.revocation_failures_total.inc({ source: 'stream' });
        this.#options.log.debug({ reason: (error as Error).message }, 'stream of revocations not read');
        await wait(RETRY_MS * (1 + Math.random()));
      }
    }
  }

  /** @returns whether the end was reached */
  async #readStream(): Promise<boolean> {
    const { tail, region } = this.#options;
    const key = revocations(region);
    // At first without waiting: what is there is there.
    const atStart = this.#lastId === '0-0';
    const silence = setTimeout(() => tail.disconnect(true), SILENT_MS);
    try {
      const reply = (await (atStart
        ? tail.xread('COUNT', ENTRIES, 'STREAMS', key, this.#lastId)
        : tail.xread('COUNT', ENTRIES, 'BLOCK', BLOCK_MS, 'STREAMS', key, this.#lastId))) as StreamReply;
      const entries = reply?.[0]?.[1] ?? [];
      for (const [id, fields] of entries) {
        this.#lastId = id;
        const revocation = parseEntry(fields);
        if (revocation === null) this.#options.log.error({ id }, 'revocation not understood');
        else this.#take(revocation, 'stream');
      }
      // An empty stream has no last entry to go on from; every id is after this one.
      if (atStart && entries.length === 0) this.#lastId = '0-1';
      return entries.length < ENTRIES;
    } finally {
      clearTimeout(silence);
    }
  }

  async #pollForEver(onFirst: () => void): Promise<void> {
    const { signal } = this.#closed;
    const startedMs = this.#options.wallMs();
    while (!signal.aborted) {
      const answered = await this.#poll();
      if (answered) onFirst();
      const starting = !answered && this.#options.wallMs() - startedMs < FIRST_LOOK_MS;
      // Aborted by the stop, which is no error of anybody's.
      await wait(answered ? POLL_MS : starting ? FIRST_POLL_MS : POLL_AGAIN_MS, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** Asks Mongo for what is new; one question at a time. Never rejects: whether it was answered. */
  #poll(): Promise<boolean> {
    this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #pollOnce(): Promise<boolean> {
    const { db, region, wallMs, keptMs, metrics, log } = this.#options;
    this.#forgetOld();
    try {
      const sinceMs = this.#newestAtMs === 0 ? wallMs() - keptMs - OVERLAP_MS : this.#newestAtMs - OVERLAP_MS;
      for (const revocation of await readRevocations(db, region, sinceMs, wallMs()))
        this.#take(revocation, 'record');
      this.#heard();
      return true;
    } catch (error) {
      metrics.revocation_failures_total.inc({ source: 'record' });
      log.debug({ reason: (error as Error).message }, 'revocations not read from the record');
      return false;
    } finally {
      this.#tellHealth();
    }
  }

  #heard(): void {
    this.#heardMs = this.#options.wallMs();
  }

  #tellHealth(): void {
    const { health, wallMs, metrics } = this.#options;
    metrics.revocations_held.set(this.#users.size + this.#sessions.size);
    if (wallMs() - this.#heardMs <= DEAF_MS) health.cleared('revocations');
    else health.degraded('revocations', 'neither Redis nor Mongo tells what was revoked');
  }

  #forgetOld(): void {
    const { wallMs, keptMs } = this.#options;
    for (const known of [this.#users, this.#sessions] as Map<string, number>[]) {
      for (const [subject, notBeforeMs] of known) if (notBeforeMs + keptMs <= wallMs()) known.delete(subject);
    }
  }
}

/** Begins to follow the revocations of a region; resolves when they are known, or after 1 s when nobody answers. */
export async function openRevocations(options: Options): Promise<Revocations> {
  const list = new RevocationTail(options);
  await list.open();
  return list;
}
