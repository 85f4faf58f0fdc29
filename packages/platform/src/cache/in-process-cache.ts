import type { Versioned } from './cache-store.ts';

interface Entry {
  readonly held: Versioned<unknown>;
  readonly until: number;
}

/**
 * The few entries that a process holds itself. Bounded. An entry older than an announced version is never stored, so that a read that was in
 * flight when the change arrived does not undo it.
 */
export interface InProcessCache {
  get(key: string): Versioned<unknown> | undefined;
  put(key: string, held: Versioned<unknown>, lifeMs: number): void;
  /** The source has at least this version now. */
  raise(key: string, version: number): void;
  /** Changes may have been missed. */
  clear(): void;
}

const MOST_ENTRIES = 1000;

/** `now`: a monotonic clock, ms. */
export function createInProcessCache(now: () => number = () => performance.now()): InProcessCache {
  const entries = new Map<string, Entry>();
  const least = new Map<string, number>();

  function bounded<T>(map: Map<string, T>, key: string, value: T): void {
    map.delete(key);
    map.set(key, value);
    if (map.size <= MOST_ENTRIES) return;
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (now() < entry.until) return entry.held;
      entries.delete(key);
      return undefined;
    },
    put(key, held, lifeMs) {
      if (held.version >= (least.get(key) ?? 0)) bounded(entries, key, { held, until: now() + lifeMs });
    },
    raise(key, version) {
      if (version > (least.get(key) ?? 0)) bounded(least, key, version);
      const entry = entries.get(key);
      if (entry !== undefined && entry.held.version < version) entries.delete(key);
    },
    clear: () => entries.clear(),
  };
}
