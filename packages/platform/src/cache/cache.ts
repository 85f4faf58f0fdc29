import type { Metrics } from '../metrics/metrics.ts';
import type { RedisClient } from '../redis/redis.ts';
import { type CacheStore, createCacheStore, type Held, type Versioned } from './cache-store.ts';
import { CACHES, type CacheName, type CacheSettings } from './cache-table.ts';
import { createInProcessCache } from './in-process-cache.ts';

/**
 * Where a value came from. process: this process's own copy · hit: the cache · miss: the source (MongoDB) · degraded: the source, because the
 * cache does not answer (SCALE_005) · stale: an old entry, because the source does not answer.
 */
export type CacheSource = 'process' | 'hit' | 'miss' | 'degraded' | 'stale';

export type Cached<T> =
  | { readonly value: T; readonly source: Exclude<CacheSource, 'stale'> }
  | { readonly value: T; readonly source: 'stale'; readonly ageMs: number };

/** A read-through cache over MongoDB. Values are JSON. */
export interface Cache {
  /**
   * The value, from the nearest place that has it. `load` reads the source; null is not cached.
   * @throws what `load` throws, unless the source does not answer and there is a stale entry
   */
  read<T>(name: CacheName, id: string, load: () => Promise<Versioned<T> | null>): Promise<Cached<T> | null>;
  /**
   * Await this before acknowledging a change: no later read returns anything older than `version`. When the cache does not answer, the
   * invalidation is kept and sent as soon as it does.
   */
  changed(name: CacheName, id: string, version: number): Promise<void>;
  /** Applies a message of the change channel. */
  applyChange(message: string): void;
  /** Whether the change channel is subscribed; while it is not, nothing is held in the process. */
  listening(yes: boolean): void;
  /** Reads of this process so far, by source. */
  counts(): ReadonlyMap<CacheName, Readonly<Record<CacheSource, number>>>;
  stop(): void;
}

/** After a failed call the cache is not called for this long, ms. */
const PAUSE_MS = 250;
/** Concurrent reads of one key share a load that began less than this ago, ms. */
const SHARED_MS = 200;
/** A value that took longer to load, ms, is not stored: the tombstone that would refuse it may have expired. */
const LATE_MS = 10_000;
const RETRY_MS = 100;
/** Most invalidations that wait to be sent. Beyond it the oldest is dropped and counted; then only the TTL bounds how stale the entry is. */
const MOST_PENDING = 10_000;
const SENT_AT_ONCE = 500;

interface Change {
  readonly name: CacheName;
  readonly id: string;
  readonly version: number;
}

const noCounts = (): Record<CacheSource, number> => ({ process: 0, hit: 0, miss: 0, degraded: 0, stale: 0 });

export function createCache(options: {
  redis: RedisClient;
  keyOf: (prefix: string, id: string) => string;
  /** Channel on which changes are published to the other processes. */
  channel: string;
  /** TTLs that replace those of the table. */
  ttlMs?: Partial<Record<CacheName, number>>;
  /** Whether an error of `load` means that the source does not answer. Every other error is thrown: a stale entry would hide it. */
  isSourceAway: (error: unknown) => boolean;
  metrics: Metrics;
  onAway?: (error: Error) => void;
}): Cache {
  const { metrics, channel, isSourceAway } = options;
  const store: CacheStore = createCacheStore(options.redis);
  const inProcess = createInProcessCache();
  const reading = new Map<string, { readonly startedAt: number; readonly work: Promise<unknown> }>();
  const pending = new Map<string, Change>();
  const counts = new Map<CacheName, Record<CacheSource, number>>();
  let subscribed = false;
  let pausedUntil = 0;
  let retry: NodeJS.Timeout | undefined;

  const settingsOf = (name: CacheName): CacheSettings => {
    const settings = CACHES[name];
    return { ...settings, ttlMs: options.ttlMs?.[name] ?? settings.ttlMs };
  };
  const keyOf = (name: CacheName, id: string) => options.keyOf(CACHES[name].prefix, id);

  function countRead(name: CacheName, outcome: CacheSource): void {
    const own = counts.get(name) ?? noCounts();
    counts.set(name, own);
    own[outcome] += 1;
    metrics.cache_reads_total.inc({ cache: name, outcome });
  }

  function pauseAfter(error: unknown): void {
    pausedUntil = performance.now() + PAUSE_MS;
    options.onAway?.(error as Error);
  }

  /** undefined: the cache does not answer, or the entry is older than a change of this process that is not sent yet. */
  async function held(key: string): Promise<Held | undefined> {
    if (pending.has(key) || performance.now() < pausedUntil) return undefined;
    try {
      return await store.get(key);
    } catch (error) {
      pauseAfter(error);
      return undefined;
    }
  }

  async function fill(name: CacheName, id: string, loaded: Versioned<unknown>, startedAt: number) {
    const key = keyOf(name, id);
    const { ttlMs, staleMs } = settingsOf(name);
    if (performance.now() - startedAt > LATE_MS || performance.now() < pausedUntil || pending.has(key))
      return;
    try {
      const stored = await store.put(key, loaded.version, JSON.stringify(loaded.value), ttlMs + staleMs);
      metrics.cache_fills_total.inc({ cache: name, outcome: stored ? 'stored' : 'outdated' });
    } catch (error) {
      metrics.cache_fills_total.inc({ cache: name, outcome: 'failed' });
      pauseAfter(error);
    }
  }

  function keep(name: CacheName, key: string, value: Versioned<unknown>): void {
    const { inProcessMs } = CACHES[name];
    if (inProcessMs > 0 && subscribed) inProcess.put(key, value, inProcessMs);
  }

  async function fromSource<T>(
    name: CacheName,
    id: string,
    found: Held | undefined,
    load: () => Promise<Versioned<T> | null>,
  ): Promise<Cached<T> | null> {
    const startedAt = performance.now();
    let loaded: Versioned<T> | null;
    try {
      loaded = await load();
    } catch (error) {
      if (found?.kind !== 'value' || !isSourceAway(error)) throw error;
      const { ttlMs, staleMs } = settingsOf(name);
      const ageMs = Math.max(0, ttlMs + staleMs - found.leftMs);
      return { value: JSON.parse(found.text) as T, source: 'stale', ageMs };
    }
    if (loaded === null) return null;
    if (found !== undefined) await fill(name, id, loaded, startedAt);
    keep(name, keyOf(name, id), loaded);
    return { value: loaded.value, source: found === undefined ? 'degraded' : 'miss' };
  }

  /** One load of the source for all concurrent reads of a key. */
  function shared<T>(key: string, work: () => Promise<Cached<T> | null>): Promise<Cached<T> | null> {
    const other = reading.get(key);
    if (other !== undefined && performance.now() - other.startedAt < SHARED_MS)
      return other.work as Promise<Cached<T> | null>;
    const own = { startedAt: performance.now(), work: work() };
    reading.set(key, own);
    const done = () => {
      if (reading.get(key) === own) reading.delete(key);
    };
    own.work.then(done, done);
    return own.work;
  }

  async function publish({ name, id, version }: Change): Promise<void> {
    const message = JSON.stringify({ name, id, version });
    await store.invalidate(keyOf(name, id), version, { channel, message });
  }

  /** In parallel: one at a time, a distant cache would receive changes more slowly than they are made. */
  async function retryPending(): Promise<void> {
    const some = [...pending].slice(0, SENT_AT_ONCE);
    const sent = await Promise.allSettled(some.map(([, change]) => publish(change)));
    for (const [index, [key, change]] of some.entries()) {
      if (sent[index]?.status !== 'fulfilled') continue;
      metrics.cache_invalidations_total.inc({ cache: change.name, outcome: 'later' });
      if (pending.get(key) === change) pending.delete(key);
    }
    const failed = sent.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) pauseAfter(failed.reason);
    metrics.cache_invalidations_pending.set(pending.size);
    schedule();
  }

  function schedule(): void {
    clearTimeout(retry);
    retry =
      pending.size === 0
        ? undefined
        : setTimeout(() => void retryPending(), RETRY_MS * (0.5 + Math.random()));
    retry?.unref();
  }

  function postpone(key: string, change: Change): void {
    const before = pending.get(key);
    if (before !== undefined && before.version > change.version) return;
    pending.delete(key);
    pending.set(key, change);
    const [oldest] = pending;
    if (pending.size > MOST_PENDING && oldest !== undefined) {
      pending.delete(oldest[0]);
      metrics.cache_invalidations_total.inc({ cache: oldest[1].name, outcome: 'lost' });
    }
    metrics.cache_invalidations_pending.set(pending.size);
    schedule();
  }

  return {
    async read<T>(
      name: CacheName,
      id: string,
      load: () => Promise<Versioned<T> | null>,
    ): Promise<Cached<T> | null> {
      const key = keyOf(name, id);
      const own = inProcess.get(key);
      if (own !== undefined) {
        countRead(name, 'process');
        // Entries of one key hold one type: both `read` and `fill` take it from the caller of this name and id.
        return { value: own.value as T, source: 'process' };
      }
      const found = await held(key);
      if (found?.kind === 'value' && found.leftMs > settingsOf(name).staleMs) {
        const value = JSON.parse(found.text);
        keep(name, key, { version: found.version, value });
        countRead(name, 'hit');
        return { value, source: 'hit' };
      }
      const answer = await shared(key, () => fromSource(name, id, found, load));
      if (answer !== null) countRead(name, answer.source);
      return answer;
    },
    async changed(name, id, version) {
      const key = keyOf(name, id);
      const change = { name, id, version };
      inProcess.raise(key, version);
      reading.delete(key);
      try {
        // Also when the cache did not answer a moment ago: a command can take effect although its reply is lost.
        await publish(change);
        metrics.cache_invalidations_total.inc({ cache: name, outcome: 'done' });
      } catch (error) {
        pauseAfter(error);
        postpone(key, change);
      }
    },
    applyChange(message) {
      const { name, id, version } = JSON.parse(message) as Change;
      const key = keyOf(name, id);
      inProcess.raise(key, version);
      reading.delete(key);
    },
    listening(yes) {
      subscribed = yes;
      inProcess.clear();
    },
    counts: () => counts,
    stop: () => clearTimeout(retry),
  };
}
