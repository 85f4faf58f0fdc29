import { findProgram } from '@rideline/infra/local/program-path';
import { checkLedgers } from '@rideline/load/simulation/checks/check-ledgers';
import { Replay } from '@rideline/load/simulation/replay';
import { loadTrace } from '@rideline/load/simulation/trace/trace';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';

/** Elections need members: without a `mongod` the launcher's stand-in is one member, and nothing here could be shown. */
const HAS_MONGOD = findProgram('mongod') !== null;
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
const CABS = 40;
const SPEED = 12;
const SOON = { timeout: 60_000, interval: 100 };

/** T4 of docs/design/reliability.md, "Test programme". */
describe('elections of the replica set', () => {
  let whole: WholeCluster | undefined;
  let replay: Replay | undefined;

  beforeAll(async () => {
    if (!HAS_MONGOD) return;
    const trace = await loadTrace(CABS);
    whole = await startWholeCluster({ trace: { startAt: trace.startAt, rate: SPEED } });
    const { cluster, clock, api, token } = whole;
    replay = new Replay({ url: cluster.url, trace: whole.fromNow(trace), clock, api, token });
    await replay.connectAll(30_000);
    replay.start();
  });
  beforeEach((context) => {
    context.skip(!HAS_MONGOD, 'no mongod on the PATH: the stand-in is one member and holds no elections');
  });
  afterAll(async () => {
    replay?.close();
    await whole?.stop();
  });

  it('HIST-15: killing or stopping the primary, or telling it to step down, loses no acknowledged fix and closes no socket', async () => {
    if (!whole || !replay) throw new Error('the cluster was started for this');
    const { cluster } = whole;
    for (let round = 0; round < ROUNDS; round++) {
      const killed = await primaryOf(whole);
      await cluster.kill(killed);
      await storesMore(replay);
      await cluster.start(killed);
      const stopped = await primaryOf(whole);
      await cluster.pause(stopped);
      await storesMore(replay);
      await cluster.resume(stopped);
      await stepDown(whole);
      await storesMore(replay);
    }
    replay.stopPushing();
    const { left } = await replay.drain(90_000);
    expect(replay.undurable()).toEqual([]);
    const { ackedMissing, extra, wrong } = await checkLedgers(replay, whole.api);
    expect({ left, ackedMissing, extra, wrong, reconnects: replay.totals().reconnects }).toEqual({
      left: 0,
      ackedMissing: 0,
      extra: 0,
      wrong: [],
      reconnects: 0,
    });
  });
});

async function storesMore(replay: Replay): Promise<void> {
  const { durable } = replay.totals();
  await vi.waitFor(() => expect(replay.totals().durable).toBeGreaterThan(durable), SOON);
}

async function onAdmin<Result>(
  whole: WholeCluster,
  ask: (admin: mongoose.mongo.Admin) => Promise<Result>,
): Promise<Result> {
  const connection = await mongoose.createConnection(whole.cluster.env.MONGODB_URI ?? '').asPromise();
  try {
    return await ask(connection.getClient().db('admin').admin());
  } finally {
    await connection.close();
  }
}

/** The launcher's name of the primary member: members are numbered in the order of the address. */
async function primaryOf(whole: WholeCluster): Promise<string> {
  const { primary } = await onAdmin(whole, (admin) => admin.command({ hello: 1 }));
  const [, hosts = ''] = /^mongodb:\/\/([^/]+)\//.exec(whole.cluster.env.MONGODB_URI ?? '') ?? [];
  return `mongo-${hosts.split(',').indexOf(primary) + 1}`;
}

async function stepDown(whole: WholeCluster): Promise<void> {
  await onAdmin(whole, (admin) => admin.command({ replSetStepDown: 10, force: true }));
}
