import { openDatabase } from '@rideline/fleet/collections';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { type LossyProxy, startLossyProxy } from '../harness/faults/lossy-proxy.ts';
import { startWorker } from '../harness/processes/worker-process.ts';
import { testLogger } from '../harness/test-process.ts';
import { DispatchLoad } from '../harness/trips/dispatch-load.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';
import { faultsOfTrips, NO_FAULTS_FOUND } from '../harness/trips/trip-verdicts.ts';
import { seeded } from '../simulator/seeded-world.ts';

/** T21 of docs/design/reliability.md, "Test programme", at full size in every run. */
const TRIPS = 600;
const SEED = 21;
const BUDGET_MS = 60_000;
/** Share of the response packets; a lost one breaks its connection and every request in flight on it. */
const LOST = { mongo: 0.004, redis: 0.002 };

let harness: WorkersHarness;
const proxies: Record<'mongo' | 'redis', LossyProxy | undefined> = { mongo: undefined, redis: undefined };
beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 1, env: { RIDELINE_ROLES: 'sweepers' } });
});
afterAll(async () => {
  await Promise.all([proxies.mongo?.close(), proxies.redis?.close()]);
  await harness.stop();
});

it(`TRIP-17: ${TRIPS} trips while responses of Mongo and Redis are lost in transit: nothing takes effect twice, and all end`, async () => {
  const random = seeded(SEED);
  const mongoUrl = new URL(harness.env.MONGODB_URI ?? '');
  const redisUrl = new URL(harness.env.REDIS_STATE_URL ?? '');
  const mongo = await startLossyProxy(mongoUrl.hostname, Number(mongoUrl.port), random);
  const redis = await startLossyProxy(redisUrl.hostname, Number(redisUrl.port), random);
  Object.assign(proxies, { mongo, redis });
  // A direct connection: a client that discovers the replica set would bypass the proxy.
  mongoUrl.host = `127.0.0.1:${mongo.port}`;
  mongoUrl.searchParams.delete('replicaSet');
  mongoUrl.searchParams.set('directConnection', 'true');
  redisUrl.host = `127.0.0.1:${redis.port}`;
  const lossy = { MONGODB_URI: mongoUrl.toString(), REDIS_STATE_URL: redisUrl.toString() };
  const worker = startWorker({
    ...harness.env,
    ...lossy,
    RIDELINE_ROLES: 'matching,relay',
    RIDELINE_PROCESS: 'workers-lossy',
    RIDELINE_SEARCH_BUDGET_MS: String(BUDGET_MS),
  });
  const connection = await connectMongo({ uri: lossy.MONGODB_URI, name: 'test-lossy', log: testLogger });
  try {
    const db = openDatabase(connection);
    const tripStore = tripStoreOf({ db, state: harness.state }, { searchBudgetMs: BUDGET_MS });
    const dispatch = new DispatchLoad(harness, tripStore, harness.state, 40);
    mongo.share = LOST.mongo;
    redis.share = LOST.redis;
    dispatch.start(TRIPS, 12);
    await dispatch.allRequested;
    const trips = await dispatch.untilAllEnded(150_000);
    await dispatch.stop();
    expect(faultsOfTrips(trips)).toEqual(NO_FAULTS_FOUND);
    expect(trips).toHaveLength(TRIPS);
    expect(await harness.db.collection(tripCollection).countDocuments({})).toBe(TRIPS);
    expect(trips.filter(({ state }) => state.name === 'completed').length).toBeGreaterThan(TRIPS / 4);
    process.stdout.write(
      `unknown results: ${TRIPS} trips, answers lost: Mongo ${mongo.dropped()}, Redis ${redis.dropped()}; ${JSON.stringify(dispatch.failedCalls)}\n`,
    );
    // A run without a lost response proves nothing.
    expect(mongo.dropped()).toBeGreaterThan(5);
    expect(redis.dropped()).toBeGreaterThan(1);
  } finally {
    mongo.share = 0;
    await worker.end('SIGKILL');
    await connection.close();
  }
}, 600_000);
