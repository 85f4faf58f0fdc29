import { MIGRATIONS } from '@rideline/fleet/migrations';
import { assertIndexes, IndexError, migrate } from '@rideline/fleet/store/migrations';
import type { TrackBlock } from '@rideline/fleet/tracks/track-block';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { ROOT } from '@rideline/infra/local/paths';
import { systemClock } from '@rideline/platform/process/clock';
import { BlockWriter } from '@rideline/workers/history/block-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { runProgram } from '../harness/commands/run-program.ts';
import { runWorkerCommand } from '../harness/commands/run-worker-command.ts';
import { fixKey } from '../harness/fixes/fix-builders.ts';
import { storedFixes } from '../harness/fixes/stored-fixes.ts';
import { REGION, testLogger } from '../harness/test-process.ts';

const START_MS = 20_000;
let harness: WorkersHarness;

beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
});
afterAll(() => harness.stop());

/** Starts a workers process that is expected to refuse. @returns its exit code and its output */
async function startWorker(env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await runProgram(process.execPath, ['workers/src/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      ...harness.env,
      RIDELINE_PROCESS: 'refused',
      ...env,
    },
    timeoutMs: START_MS,
  });
  return { code, output: stdout + stderr };
}

describe('indexes', () => {
  const trips = () => harness.db.collection(tripCollection);
  const tracks = () => harness.db.collection(trackCollection);
  /** Restores the indexes that a test has changed, as an operator would who drops the wrong index first. */
  const remake = async () => {
    for (const [collection, name] of [
      [trips(), 'one_open_trip_per_rider'],
      [trips(), 'by_state'],
      [tracks(), 'retention'],
    ] as const) {
      await collection.dropIndex(name).catch(() => undefined);
    }
    await migrate(harness.db, {
      holder: 'test',
      clock: systemClock,
      log: testLogger,
      migrations: MIGRATIONS,
    });
    await assertIndexes(harness.db, testLogger);
  };

  it('HIST-14: a worker refuses to start while an index that safety needs is missing, and names it', async () => {
    await trips().dropIndex('one_open_trip_per_rider');
    const { code, output } = await startWorker();
    expect(code).toBe(1);
    expect(output).toMatch(/trips\.one_open_trip_per_rider: missing/);
    expect(output).toMatch(/rideline migrate/);
    await remake();
  });

  it.each([
    ['is not unique', { partialFilterExpression: { open: true } }, /unique is false, not true/],
    ['covers every trip', { unique: true }, /partialFilterExpression is undefined, not \{"open":true\}/],
    ['covers other trips', { unique: true, partialFilterExpression: { open: false } }, /\{"open":false\}/],
  ] as const)(
    'HIST-14: an index with the right name that %s is refused, and migrate does not accept it either',
    async (_what, options, text) => {
      await trips().dropIndex('one_open_trip_per_rider');
      await trips().createIndex({ riderId: 1 }, { name: 'one_open_trip_per_rider', ...options });
      await expect(assertIndexes(harness.db, testLogger)).rejects.toThrow(text);
      const { code, stderr } = await runWorkerCommand(harness.env, 'migrate');
      expect(code).toBe(1);
      expect(stderr).toMatch(/one_open_trip_per_rider/);
      await remake();
    },
  );

  it('HIST-14: a retention index that differs or is missing is refused: location data would outlive the retention', async () => {
    await tracks().dropIndex('retention');
    await expect(assertIndexes(harness.db, testLogger)).rejects.toThrow(/tracks\.retention: missing/);
    await tracks().createIndex({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 999 });
    await expect(assertIndexes(harness.db, testLogger)).rejects.toThrow(/expireAfterSeconds is 999, not 0/);
    await remake();
  });

  it('HIST-14: a missing index that only saves time is logged and stops no process', async () => {
    await trips().dropIndex('by_state');
    await assertIndexes(harness.db, testLogger);
    await remake();
    const names = (await trips().indexes()).map(({ name }) => name);
    expect(names).toContain('by_state');
  });

  it('HIST-14: an empty collection has none of its indexes and is refused', async () => {
    await trips().drop();
    const refused = await assertIndexes(harness.db, testLogger).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(IndexError);
    expect((refused as IndexError).faults).toHaveLength(3);
    await remake();
  });
});

it('HIST-14: migrations run once, in order, whichever processes start them at the same time', async () => {
  const ran: string[] = [];
  const migrations = [
    ...MIGRATIONS,
    ...['test-a', 'test-b'].map((id) => ({
      id,
      run: async () => {
        ran.push(id);
      },
    })),
  ];
  const both = await Promise.all(
    ['first', 'second'].map((holder) =>
      migrate(harness.db, { holder, clock: systemClock, log: testLogger, migrations }),
    ),
  );
  expect(ran).toEqual(['test-a', 'test-b']);
  expect(both.flat()).toEqual(['test-a', 'test-b']);
  expect(await runWorkerCommand(harness.env, 'migrate')).toMatchObject({
    code: 0,
    stdout: 'MongoDB is up to date\n',
  });
});

it('FIX-12: a worker with another number of fix shards than the log refuses to start', async () => {
  const { code, output } = await startWorker({ RIDELINE_FIX_SHARDS: '5' });
  expect(code).toBe(1);
  expect(output).toMatch(/4 fix shards.*RIDELINE_FIX_SHARDS is 5/);
});

describe('writes that Mongo refuses', () => {
  const SEQS = [0, 1, 2, 3];
  const block = (driverId: string): TrackBlock => ({
    region: REGION,
    driverId: driverId as never,
    boot: 'b1' as never,
    block: 0,
    lowest: 0,
    fixes: new Map(SEQS.map((seq) => [seq, [Date.now(), 1, 2, 3, 4, 5, 0, Date.now(), 0]])),
  });

  interface Operation {
    updateOne: { filter: { _id: string }; update: { $set: Record<string, unknown> } };
  }

  /** The real collection, but seq 2 of one driver is refused: by the MongoDB driver before anything is sent, or by the server. */
  function refusing(driverId: string, by: 'driver' | 'server') {
    const real = harness.db.collection(trackCollection);
    const isGuilty = ({ updateOne: { filter, update } }: Operation) =>
      filter._id.startsWith(`${driverId}:`) && 'f.2' in update.$set;
    const bulkWrite = async (operations: Operation[], options: object) => {
      if (by === 'driver' && operations.some(isGuilty)) {
        throw Object.assign(new Error('cannot be BSON'), { name: 'BSONError' });
      }
      const innocent = operations.filter((operation) => !isGuilty(operation));
      if (innocent.length > 0) await real.bulkWrite(innocent as never, options);
      const writeErrors = operations.flatMap((operation, index) =>
        isGuilty(operation) ? [{ index, code: 121, errmsg: 'Document failed validation' }] : [],
      );
      if (writeErrors.length === 0) return;
      throw Object.assign(new Error('bulk'), { name: 'MongoBulkWriteError', writeErrors });
    };
    return { bulkWrite, find: real.find.bind(real) } as never;
  }

  it.each(['driver', 'server'] as const)(
    'HIST-8: a fix that the %s of Mongo refuses because of its content affects no other fix and no other block',
    async (by) => {
      const [before, guilty, behind] = [`before-${by}`, `guilty-${by}`, `behind-${by}`] as const;
      const retries: Error[] = [];
      const writer = new BlockWriter({
        tracks: refusing(guilty, by),
        retentionMs: () => 3_600_000,
        onRetry: (error) => retries.push(error),
        onWritten: () => undefined,
        onRepeated: () => undefined,
      });
      const rejected = await writer.store([before, guilty, behind].map(block), AbortSignal.timeout(START_MS));
      expect(rejected.map(({ seq, block: { driverId } }) => [driverId, seq])).toEqual([[guilty, 2]]);
      expect(retries).toEqual([]);
      const stored = new Set(await storedFixes(harness.db));
      const seqsOf = (driverId: string) => SEQS.filter((seq) => stored.has(fixKey(driverId, 'b1', seq)));
      expect([before, guilty, behind].map(seqsOf)).toEqual([SEQS, [0, 1, 3], SEQS]);
    },
  );
});
