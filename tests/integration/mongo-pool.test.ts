import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildStandin,
  type StandinProcess,
  startStandin,
} from '@rideline/infra/mongo-standin/standin-process';
import { startTcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { createMongoPoolWatch } from '@rideline/platform/mongo/mongo-pool';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { testLogger } from '../harness/test-process.ts';

const SOON = { timeout: 20_000, interval: 50 };
/** The bound of the rule; the driver's default heartbeat is every 10 s. */
const WITHIN = { timeout: 5000, interval: 20 };

const { metrics } = createMetrics('test');
let jar: string;
let dataDir: string;
let standin: StandinProcess;
let mongo: Mongo;

beforeAll(async () => {
  jar = await buildStandin();
  dataDir = await mkdtemp(join(tmpdir(), 'rideline-pool-'));
  standin = await startStandin(jar, dataDir);
  mongo = await connectMongo({ uri: standin.uri, name: 'test', log: testLogger, metrics });
}, 600_000);
afterAll(async () => {
  await mongo?.close();
  await standin?.stop('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

async function connections(): Promise<number | undefined> {
  return (await metrics.mongo_pool_connections.get()).values[0]?.value;
}
const find = () => mongo.connection.db?.collection('none').findOne({});

it('POOL-4: ten connections are open while nothing is asked', async () => {
  await vi.waitFor(async () => expect(await connections()).toBe(10), SOON);
});

it('LOAD-24: on request every MongoDB command is measured as a read or a write; without it nothing is measured', async () => {
  const counts = async (commandTimes: boolean) => {
    const own = createMetrics('times').metrics;
    const timed = await connectMongo({
      uri: standin.uri,
      name: 'times',
      log: testLogger,
      metrics: own,
      commandTimes,
    });
    try {
      const collection = timed.connection.db?.collection<{ at: number }>(`times_${commandTimes}`);
      for (const at of [1, 2, 3]) await collection?.insertOne({ at });
      await collection?.find({}, { batchSize: 2 }).toArray();
      await timed.connection.db?.admin().ping();
    } finally {
      await timed.close();
    }
    const { values } = await own.mongo_command_seconds.get();
    return values
      .filter(({ metricName }) => metricName?.endsWith('_count'))
      .map(({ labels, value }) => [labels.kind, value]);
  };
  expect(await counts(false)).toEqual([]);
  // The cursor of three documents takes two reads.
  expect(await counts(true)).toEqual([
    ['write', 3],
    ['read', 2],
  ]);
});

it('POOL-5: a Mongo that is killed while all connections are idle is known as away within 5 s, and is used again when it is back', async () => {
  const client = mongo.connection.getClient();
  const cleared = vi.fn();
  client.on('connectionPoolCleared', cleared);
  // Right after a heartbeat, the next one is as far as it can be.
  await once(client, 'serverHeartbeatSucceeded');
  await standin.stop('SIGKILL');
  await vi.waitFor(() => {
    // Not awaited: once Mongo is known as away, a call waits for it.
    find()?.catch(() => undefined);
    expect(cleared).toHaveBeenCalled();
  }, WITHIN);
  standin = await startStandin(jar, dataDir, standin.port);
  await vi.waitFor(async () => expect(await find()).toBeNull(), SOON);
}, 60_000);

/** A proxy that, once `hold` is called, keeps back what the server answers. */
async function startHoldingProxy(port: number) {
  let isHolding = false;
  const connections: { opened: 'before' | 'held'; pinged: boolean; release(): void; break(): void }[] = [];
  const proxy = await startTcpProxy({ host: '127.0.0.1', port }, ({ client, target, breakConnection }) => {
    let kept: Buffer[] | undefined = [];
    const connection = {
      opened: isHolding ? ('held' as const) : ('before' as const),
      pinged: false,
      release() {
        for (const chunk of kept ?? []) client.write(chunk);
        kept = undefined;
      },
      break: breakConnection,
    };
    connections.push(connection);
    client.on('data', (chunk) => {
      if (isHolding && chunk.includes('ping')) connection.pinged = true;
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (isHolding && kept !== undefined) kept.push(chunk);
      else client.write(chunk);
    });
  });
  const hold = () => {
    isHolding = true;
  };
  return { ...proxy, connections, hold };
}

it('OPS-104: a dial that ends after its pool was cleared is not counted as an open connection', async () => {
  const proxy = await startHoldingProxy(standin.port);
  const own = createMetrics('dialled').metrics;
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${proxy.port}`, {
    directConnection: true,
    heartbeatFrequencyMS: 60_000,
  });
  createMongoPoolWatch(own).watch(client);
  const counted = async () => (await own.mongo_pool_connections.get()).values[0]?.value;
  try {
    const ping = () => client.db('admin').command({ ping: 1 });
    await ping();
    expect(await counted()).toBe(1);
    proxy.hold();
    const created = once(client, 'connectionCreated');
    const unanswered = Promise.allSettled([ping(), ping()]);
    await created;
    await vi.waitFor(() => {
      expect(proxy.connections.some(({ pinged }) => pinged)).toBe(true);
      expect(proxy.connections.some(({ opened }) => opened === 'held')).toBe(true);
    }, SOON);
    const dialled = proxy.connections.filter(({ opened }) => opened === 'held');
    const cleared = once(client, 'connectionPoolCleared');
    for (const { pinged, break: cut } of proxy.connections) if (pinged) cut();
    await cleared;
    for (const { release } of dialled) release();
    const outcomes = await unanswered;
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await counted()).toBe(0);
  } finally {
    await client.close();
    await proxy.close();
  }
}, 60_000);

it('POOL-6: a client whose heartbeat never ends is replaced, and the collections of its models work with the next one', async () => {
  const hung = await connectMongo({
    uri: standin.uri,
    name: 'hung',
    log: testLogger,
    // Longer than a heartbeat that ends: the driver waits 2 s for a change.
    hungHeartbeatMs: 4000,
  });
  try {
    const model = hung.connection.model('Placed', new mongoose.Schema({}), 'placed');
    await model.collection.insertOne({});
    const client = hung.connection.getClient();
    // What the driver says when it begins a check whose connection is closed in the same moment; no end follows.
    const { ServerHeartbeatStartedEvent } = mongoose.mongo;
    const started = Object.create(ServerHeartbeatStartedEvent.prototype, {
      connectionId: { value: 'ghost' },
    });
    client.emit('serverHeartbeatStarted', started);
    await vi.waitFor(() => expect(hung.connection.getClient()).not.toBe(client), SOON);
    await vi.waitFor(async () => {
      expect(await model.collection.countDocuments({})).toBe(1);
      expect(await model.countDocuments({})).toBe(1);
    }, SOON);
  } finally {
    await hung.close();
  }
});
