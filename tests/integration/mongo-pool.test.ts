import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildStandin,
  type StandinProcess,
  startStandin,
} from '@rideline/infra/mongo-standin/standin-process';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
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
