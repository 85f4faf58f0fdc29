import { setTimeout as wait } from 'node:timers/promises';
import type { RegionId, SessionId, UserId } from '@rideline/contract';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { revocations } from '../redis/redis-keys.ts';
import type { Database } from '../store/database.ts';
import type { RevocationMetrics } from './revocation-metrics.ts';
import { parseEntry, type Revocation, readRevocations } from './revocation-store.ts';

/** The claims of a token that decide whether it is revoked. */
export interface TokenIdentity {
  readonly userId: UserId;
  readonly sessionId: SessionId | undefined;
  readonly issuedAtMs: number;
}

/** The revocations of a region in the memory of one process: no request to a server per check. */
export interface Revocations {
  isRevoked(token: TokenIdentity): boolean;
  /** Calls the listener for each new revocation with the user whose open connections must be checked again. */
  onRevoked(listener: (userId: UserId) => void): void;
  /** Adds a revocation that this process has written, without waiting for the stream. */
  add(revocation: Revocation): void;
  close(): void;
}

interface Options {
  /** A dedicated `blocking` connection to the state Redis. */
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
/** A blocking read without an answer for this long is on a dead connection: it reconnects. */
const SILENT_MS = 2 * BLOCK_MS;
const RETRY_MS = 500;
const ENTRIES = 1000;
/** Interval of reads from MongoDB, ms: the delay of a revocation while Redis is unreachable. */
export const POLL_MS = 5000;
/** Reads overlap by this: nodes' clocks differ, and a write may become visible after a newer one. */
const OVERLAP_MS = 120_000;
/** After this long without an answer from either source /health reports degraded. */
const UNANSWERED_LIMIT_MS = 60_000;
/** Delay after a failed read from MongoDB. */
const POLL_RETRY_MS = 1000;
/** Longest waits at start for the stream, and then for MongoDB. Revocations read later take effect while the node runs. */
const START_WAIT_MS = 1000;
const MONGO_START_WAIT_MS = 200;
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
  #answeredMs: number;
  #polling: Promise<boolean> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#answeredMs = options.wallMs();
  }

  /** Reads both sources once, within a bound, and continues to read them. */
  async open(): Promise<void> {
    // Entries added while the connection was down may have been trimmed, or lost with the server.
    this.#options.tail.on('ready', () => void this.#poll());
    const stream = Promise.withResolvers<void>();
    const mongo = Promise.withResolvers<void>();
    void this.#run(stream.resolve);
    void this.#pollForEver(mongo.resolve);
    const both = Promise.all([stream.promise, mongo.promise]);
    await Promise.race([both, stream.promise.then(() => wait(MONGO_START_WAIT_MS)), wait(START_WAIT_MS)]);
  }

  isRevoked({ userId, sessionId, issuedAtMs }: TokenIdentity): boolean {
    if (sessionId !== undefined && issuedAtMs < (this.#sessions.get(sessionId) ?? 0)) return true;
    return issuedAtMs < (this.#users.get(userId) ?? 0);
  }

  onRevoked(listener: (userId: UserId) => void): void {
    this.#listeners.push(listener);
  }

  add(revocation: Revocation): void {
    this.#apply(revocation, 'here');
  }

  close(): void {
    this.#closed.abort();
    // Ends the blocking read, without waiting for it: a read from an unreachable Redis would delay the stop.
    this.#options.tail.disconnect();
  }

  #apply(revocation: Revocation, source: 'stream' | 'record' | 'here'): void {
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
        this.#markAnswered();
        if (atEnd) onFirst();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.metrics.revocation_failures_total.inc({ source: 'stream' });
        this.#options.log.debug(
          { reason: (error as Error).message },
          'cannot read the stream of revocations',
        );
        await wait(RETRY_MS * (1 + Math.random()));
      }
    }
  }

  /** @returns whether the end of the stream was reached */
  async #readStream(): Promise<boolean> {
    const { tail, region } = this.#options;
    const key = revocations(region);
    // The first read does not block.
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
        if (revocation === null) this.#options.log.error({ id }, 'malformed revocation');
        else this.#apply(revocation, 'stream');
      }
      // An empty stream has no last id to continue from; every id is after this one.
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
      const starting = !answered && this.#options.wallMs() - startedMs < START_WAIT_MS;
      // Rejects only when close() aborts it.
      await wait(answered ? POLL_MS : starting ? FIRST_POLL_MS : POLL_RETRY_MS, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** Reads new revocations from MongoDB, one read at a time. Never rejects; resolves to whether MongoDB answered. */
  #poll(): Promise<boolean> {
    this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #pollOnce(): Promise<boolean> {
    const { db, region, wallMs, keptMs, metrics, log } = this.#options;
    this.#dropExpired();
    try {
      const sinceMs = this.#newestAtMs === 0 ? wallMs() - keptMs - OVERLAP_MS : this.#newestAtMs - OVERLAP_MS;
      for await (const revocation of readRevocations(db, region, sinceMs, wallMs()))
        this.#apply(revocation, 'record');
      this.#markAnswered();
      return true;
    } catch (error) {
      metrics.revocation_failures_total.inc({ source: 'record' });
      log.debug({ reason: (error as Error).message }, 'cannot read revocations from MongoDB');
      return false;
    } finally {
      this.#reportHealth();
    }
  }

  #markAnswered(): void {
    this.#answeredMs = this.#options.wallMs();
  }

  #reportHealth(): void {
    const { health, wallMs, metrics } = this.#options;
    metrics.revocations_held.set(this.#users.size + this.#sessions.size);
    if (wallMs() - this.#answeredMs <= UNANSWERED_LIMIT_MS) health.cleared('revocations');
    else health.degraded('revocations', 'neither Redis nor MongoDB answers reads of revocations');
  }

  #dropExpired(): void {
    const { wallMs, keptMs } = this.#options;
    for (const known of [this.#users, this.#sessions] as Map<string, number>[]) {
      for (const [subject, notBeforeMs] of known) if (notBeforeMs + keptMs <= wallMs()) known.delete(subject);
    }
  }
}

/** Starts to follow the revocations of a region; resolves when they are read, or after 1 s without an answer. */
export async function openRevocations(options: Options): Promise<Revocations> {
  const list = new RevocationTail(options);
  await list.open();
  return list;
}
