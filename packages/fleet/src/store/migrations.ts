import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import { isDuplicateKey } from './duplicate-key.ts';
import { type Models, SCHEMA_VERSION } from './models.ts';

/**
 * Migrations of the record: in order, each once, written down in `meta`. One process at a time by a lease in `meta`; the lease only
 * saves work, since every step may run twice without harm.
 */
export interface Migration {
  readonly id: string;
  run(models: Models): Promise<void>;
}

/** Append only; an id is never used again. Each step must bear being run twice. */
export const MIGRATIONS: readonly Migration[] = [{ id: '0001-indexes', run: makeIndexes }];

const LEASE_ID = 'lease:migrate';
const RECORD_ID = 'migrations';
const LEASE_MS = 60_000;
const LEASE_WAIT_MS = 90_000;
const LEASE_POLL_MS = 250;

interface WantedIndex {
  readonly collection: string;
  readonly model: Models[keyof Models];
  readonly key: Record<string, unknown>;
  readonly options: {
    name: string;
    unique?: boolean;
    partialFilterExpression?: object;
    expireAfterSeconds?: number;
  };
}

interface FoundIndex {
  name?: string;
  key: Record<string, unknown>;
  unique?: boolean;
  partialFilterExpression?: object;
  expireAfterSeconds?: number;
}

/** Thrown when an index that safety needs is missing or is not the one that was asked for. */
export class IndexError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `the record's indexes are not as they must be; run "./rideline migrate":\n  ${faults.join('\n  ')}`,
    );
    this.name = 'IndexError';
    this.faults = faults;
  }
}

function wantedIndexes(models: Models): WantedIndex[] {
  return Object.values(models).flatMap((model) =>
    model.schema.indexes().map(([key, options]) => {
      const { name, unique, partialFilterExpression, expireAfterSeconds } = options as WantedIndex['options'];
      return {
        collection: model.collection.collectionName,
        model,
        key,
        options: {
          name,
          ...(unique ? { unique } : {}),
          ...(partialFilterExpression ? { partialFilterExpression } : {}),
          ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
        },
      };
    }),
  );
}

/** Makes every index of the schemas that is not there; one that is there in another shape is an error of the server. */
export async function makeIndexes(models: Models): Promise<void> {
  for (const { model, key, options } of wantedIndexes(models)) {
    await model.collection.createIndex(key as Record<string, 1 | -1>, options);
  }
}

const NAMESPACE_NOT_FOUND = 26;

async function foundIndexes(model: Models[keyof Models]): Promise<FoundIndex[]> {
  try {
    return (await model.collection.indexes()) as FoundIndex[];
  } catch (error) {
    if ((error as { code?: number }).code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

function differences(wanted: WantedIndex, found: FoundIndex): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['key', Object.entries(wanted.key), Object.entries(found.key)],
    ['unique', wanted.options.unique ?? false, found.unique ?? false],
    ['partialFilterExpression', wanted.options.partialFilterExpression, found.partialFilterExpression],
    ['expireAfterSeconds', wanted.options.expireAfterSeconds, found.expireAfterSeconds],
  ];
  return pairs
    .filter(([, want, have]) => !isDeepStrictEqual(want, have))
    .map(([what, want, have]) => `${what} is ${JSON.stringify(have)}, not ${JSON.stringify(want)}`);
}

/** An index that safety rests on: without it two trips could hold one driver, or location would outlive its retention. */
function isSafetyIndex(wanted: WantedIndex): boolean {
  return wanted.options.unique === true || wanted.options.expireAfterSeconds !== undefined;
}

/**
 * Compares the record's indexes with the schemas.
 * @throws IndexError when one that safety needs is missing or differs; what else is missing is logged, since it only costs time
 */
export async function assertIndexes(models: Models, log: Logger): Promise<void> {
  const faults: string[] = [];
  const found = new Map<Models[keyof Models], FoundIndex[]>();
  for (const wanted of wantedIndexes(models)) {
    const list = found.get(wanted.model) ?? (await foundIndexes(wanted.model));
    found.set(wanted.model, list);
    const label = `${wanted.collection}.${wanted.options.name}`;
    const match = list.find((index) => index.name === wanted.options.name);
    const wrong = match ? differences(wanted, match) : ['missing'];
    if (wrong.length === 0) continue;
    if (isSafetyIndex(wanted)) faults.push(`${label}: ${wrong.join('; ')}`);
    else log.warn({ index: label, wrong }, 'an index is not as wanted; queries will be slow');
  }
  if (faults.length > 0) throw new IndexError(faults);
}

async function tryLease(models: Models, holder: string, nowMs: number): Promise<boolean> {
  try {
    const result = await models.meta.collection.updateOne(
      { _id: LEASE_ID as never, $or: [{ until: { $lt: new Date(nowMs) } }, { holder }] },
      { $set: { v: SCHEMA_VERSION, holder, until: new Date(nowMs + LEASE_MS) } },
      { upsert: true },
    );
    return result.matchedCount + result.upsertedCount === 1;
  } catch (error) {
    // The lease is there and held: the upsert then tries a second document with the same _id.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

async function takeLease(models: Models, holder: string, clock: Clock): Promise<void> {
  const deadline = clock.wallMs() + LEASE_WAIT_MS;
  while (!(await tryLease(models, holder, clock.wallMs()))) {
    if (clock.wallMs() > deadline) {
      throw new Error(`another process has been migrating for more than ${LEASE_WAIT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, LEASE_POLL_MS));
  }
}

/**
 * Runs what is not recorded yet and makes missing indexes. `holder` names this process in the lease.
 * @returns the ids of the migrations that ran
 */
export async function migrate(
  models: Models,
  options: { holder: string; clock: Clock; log: Logger; migrations?: readonly Migration[] },
): Promise<string[]> {
  const { holder, clock, log, migrations = MIGRATIONS } = options;
  await takeLease(models, holder, clock);
  try {
    const record = await models.meta.collection.findOne({ _id: RECORD_ID as never });
    const applied = new Set(((record?.applied ?? []) as { id: string }[]).map((entry) => entry.id));
    const ran: string[] = [];
    for (const migration of migrations) {
      if (applied.has(migration.id)) continue;
      await migration.run(models);
      await models.meta.collection.updateOne(
        { _id: RECORD_ID as never },
        {
          $set: { v: SCHEMA_VERSION },
          $push: { applied: { id: migration.id, at: new Date(clock.wallMs()) } } as never,
        },
        { upsert: true },
      );
      ran.push(migration.id);
      log.info({ migration: migration.id }, 'migration applied');
    }
    await makeIndexes(models);
    return ran;
  } finally {
    await models.meta.collection.updateOne(
      { _id: LEASE_ID as never, holder },
      { $set: { until: new Date(0) } },
    );
  }
}
