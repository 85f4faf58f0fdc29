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
  run(db: Database): Promise<void>;
}

/** Append only; an id is never used again. Each step must be safe to run twice. */
export const MIGRATIONS: readonly Migration[] = [
  { id: '0001-indexes', run: makeIndexes },
  { id: '0002-open-trips-are-due', run: makeOpenTripsDue },
];

const LEASE_ID = 'lease:migrate';
const MIGRATIONS_ID = 'migrations';
const LEASE_MS = 60_000;
const LEASE_WAIT_MS = 90_000;
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

/** Creates every missing index; MongoDB returns an error for an existing index with another definition. */
export async function makeIndexes(db: Database): Promise<void> {
  for (const definition of db.definitions) {
    for (const { key, ...options } of definition.indexes)
      await db.anyCollection(definition).createIndex({ ...key }, { ...options });
  }
}

/** Rides that were stored before every state had a due time: without one the sweeper would never look for their drivers. */
async function makeOpenTripsDue(db: Database): Promise<void> {
  const trips = db.definitions.find(({ name }) => name === 'trips');
  if (trips === undefined) return;
  await db
    .anyCollection(trips)
    .updateMany({ open: true, nextCheckAt: { $exists: false } }, { $set: { nextCheckAt: new Date() } });
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

async function takeLease(db: Database, holder: string, clock: Clock): Promise<void> {
  const deadline = clock.wallMs() + LEASE_WAIT_MS;
  while (!(await tryLease(db, holder, clock.wallMs()))) {
    if (clock.wallMs() > deadline) {
      throw new Error(`another process has been migrating for more than ${LEASE_WAIT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, LEASE_POLL_MS));
  }
}

/**
 * Runs the migrations that are not recorded yet and creates missing indexes. `holder` names this process in the lease.
 * @returns the ids of the migrations that ran
 */
export async function migrate(
  db: Database,
  options: { holder: string; clock: Clock; log: Logger; migrations?: readonly Migration[] },
): Promise<string[]> {
  const { holder, clock, log, migrations = MIGRATIONS } = options;
  await takeLease(db, holder, clock);
  try {
    const found = await db.collection(metaCollection).findOne({ _id: MIGRATIONS_ID });
    const applied = new Set((found?.applied ?? []).map((entry) => entry.id));
    const ran: string[] = [];
    for (const migration of migrations) {
      if (applied.has(migration.id)) continue;
      await migration.run(db);
      await db.collection(metaCollection).updateOne(
        { _id: MIGRATIONS_ID },
        {
          $set: { v: SCHEMA_VERSION },
          $push: { applied: { id: migration.id, at: new Date(clock.wallMs()) } },
        },
        { upsert: true },
      );
      ran.push(migration.id);
      log.info({ migration: migration.id }, 'migration applied');
    }
    await makeIndexes(db);
    return ran;
  } finally {
    await db
      .collection(metaCollection)
      .updateOne({ _id: LEASE_ID, holder }, { $set: { until: new Date(0) } });
  }
}
