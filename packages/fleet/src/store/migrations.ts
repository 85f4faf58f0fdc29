import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import { type CollectionDefinition, type IndexDefinition, SCHEMA_VERSION } from './collection-definition.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { metaCollection } from './meta-collection.ts';

/**
 * Migrations of MongoDB: in order, each once, recorded in `meta`. One process at a time by a lease in `meta`; the lease only saves work,
 * since every step may run twice without harm.
 */
export interface Migration {
  readonly id: string;
  run(db: Database, work: MigrationWork): Promise<void>;
}

export interface MigrationWork {
  /** Says how far it is: with millions of documents it takes minutes. */
  readonly say: (line: string) => void;
}

const LEASE_ID = 'lease:migrate';
const MIGRATIONS_ID = 'migrations';
const LEASE_MS = 60_000;
const LEASE_RENEW_MS = 15_000;
const LEASE_SAY_MS = 10_000;
const INDEX_SAY_MS = 10_000;
const LEASE_POLL_MS = 250;

interface FoundIndex {
  name?: string;
  key: Record<string, unknown>;
  unique?: boolean;
  partialFilterExpression?: object;
  expireAfterSeconds?: number;
}

/** Thrown when an index that safety depends on is missing or differs from its definition. */
export class IndexError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `MongoDB's indexes differ from their definitions; run "./rideline migrate":\n  ${faults.join('\n  ')}`,
    );
    this.name = 'IndexError';
    this.faults = faults;
  }
}

/**
 * Creates every missing index; MongoDB returns an error for an existing index with another definition. Interrupted, it is run again: what is
 * built is skipped.
 */
export async function makeIndexes(
  db: Database,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  for (const definition of db.definitions) {
    for (const { key, ...options } of definition.indexes) {
      const startedAt = performance.now();
      const label = `${definition.name}.${options.name}`;
      const seconds = () => Math.round((performance.now() - startedAt) / 1000);
      const timer = setInterval(() => say(`index ${label}: being built for ${seconds()} s`), INDEX_SAY_MS);
      try {
        await db.anyCollection(definition).createIndex({ ...key }, { ...options });
      } finally {
        clearInterval(timer);
      }
    }
  }
}

const NAMESPACE_NOT_FOUND = 26;

async function foundIndexes(db: Database, definition: CollectionDefinition): Promise<FoundIndex[]> {
  try {
    return await db.anyCollection(definition).indexes();
  } catch (error) {
    if ((error as { code?: number }).code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

function differences(expected: IndexDefinition, found: FoundIndex): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['key', Object.entries(expected.key), Object.entries(found.key)],
    ['unique', expected.unique ?? false, found.unique ?? false],
    ['partialFilterExpression', expected.partialFilterExpression, found.partialFilterExpression],
    ['expireAfterSeconds', expected.expireAfterSeconds, found.expireAfterSeconds],
  ];
  return pairs
    .filter(([, want, have]) => !isDeepStrictEqual(want, have))
    .map(([what, want, have]) => `${what} is ${JSON.stringify(have)}, not ${JSON.stringify(want)}`);
}

/** Whether safety depends on an index: without it two trips could hold one driver, or location data would outlive its retention. */
function isSafetyIndex(expected: IndexDefinition): boolean {
  return expected.unique === true || expected.expireAfterSeconds !== undefined;
}

/**
 * Compares MongoDB's indexes with their definitions.
 * @throws IndexError when one that safety depends on is missing or differs; other differences are logged, since they only cost time
 */
export async function assertIndexes(db: Database, log: Logger): Promise<void> {
  const faults: string[] = [];
  for (const definition of db.definitions) {
    if (definition.indexes.length === 0) continue;
    const found = await foundIndexes(db, definition);
    for (const expected of definition.indexes) {
      const label = `${definition.name}.${expected.name}`;
      const match = found.find((index) => index.name === expected.name);
      const wrong = match ? differences(expected, match) : ['missing'];
      if (wrong.length === 0) continue;
      if (isSafetyIndex(expected)) faults.push(`${label}: ${wrong.join('; ')}`);
      else log.warn({ index: label, wrong }, 'index missing or different; queries will be slow');
    }
  }
  if (faults.length > 0) throw new IndexError(faults);
}

async function tryLease(db: Database, holder: string, nowMs: number): Promise<boolean> {
  try {
    const result = await db
      .collection(metaCollection)
      .updateOne(
        { _id: LEASE_ID, $or: [{ until: { $lt: new Date(nowMs) } }, { holder }] },
        { $set: { v: SCHEMA_VERSION, holder, until: new Date(nowMs + LEASE_MS) } },
        { upsert: true },
      );
    return result.matchedCount + result.upsertedCount === 1;
  } catch (error) {
    // The lease exists and is held: the upsert then tries to insert a second document with the same _id.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Waits for as long as another process renews the lease: its migration may take hours. */
async function takeLease(
  db: Database,
  {
    holder,
    clock,
    say,
    signal,
  }: { holder: string; clock: Clock; say: (line: string) => void; signal?: AbortSignal | undefined },
): Promise<void> {
  let saidAt = clock.wallMs();
  while (!(await tryLease(db, holder, clock.wallMs()))) {
    signal?.throwIfAborted();
    if (clock.wallMs() - saidAt > LEASE_SAY_MS) {
      saidAt = clock.wallMs();
      say('waiting for another process that is migrating');
    }
    await new Promise((resolve) => setTimeout(resolve, LEASE_POLL_MS));
  }
}

/** Renews the lease until `stop`. A renewal that fails needs no handling: another process may then migrate too, which is harmless. */
function keepLease(db: Database, holder: string, clock: Clock): { stop(): void } {
  const timer = setInterval(
    () => void tryLease(db, holder, clock.wallMs()).catch(() => undefined),
    LEASE_RENEW_MS,
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Runs the migrations that are not recorded yet and creates missing indexes. Interrupted, it is run again and continues with the first
 * migration that is not recorded.
 * @param options.signal aborted: ends between two migrations
 * @returns the ids of the migrations that ran
 */
export async function migrate(
  db: Database,
  options: {
    /** Names this process in the lease. A killed one that is run again under its name need not wait for the lease to end. */
    holder: string;
    clock: Clock;
    log: Logger;
    say?: (line: string) => void;
    signal?: AbortSignal;
    migrations: readonly Migration[];
  },
): Promise<string[]> {
  const { holder, clock, log, say = () => undefined, signal, migrations } = options;
  await takeLease(db, { holder, clock, say, signal });
  const lease = keepLease(db, holder, clock);
  try {
    const found = await db.collection(metaCollection).findOne({ _id: MIGRATIONS_ID });
    const applied = new Set((found?.applied ?? []).map((entry) => entry.id));
    const pending = migrations.filter(({ id }) => !applied.has(id));
    for (const [index, { id, run }] of pending.entries()) {
      signal?.throwIfAborted();
      say(`migration ${id} (${index + 1} of ${pending.length})`);
      await run(db, { say });
      await db
        .collection(metaCollection)
        .updateOne(
          { _id: MIGRATIONS_ID },
          { $set: { v: SCHEMA_VERSION }, $push: { applied: { id, at: new Date(clock.wallMs()) } } },
          { upsert: true },
        );
      log.info({ migration: id }, 'migration applied');
    }
    await makeIndexes(db, say);
    return pending.map(({ id }) => id);
  } finally {
    lease.stop();
    await db
      .collection(metaCollection)
      .updateOne({ _id: LEASE_ID, holder }, { $set: { until: new Date(0) } });
  }
}
