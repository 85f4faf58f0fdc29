import { LIMITS } from '@rideline/contract';
import type { MetricsOf } from '@rideline/platform/metrics/metric-table';
import { createMetrics, type Metrics } from '@rideline/platform/metrics/metrics';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import { createHealth } from '@rideline/platform/process/health';
import { startInnerServer } from '@rideline/platform/process/inner-server';
import type { Logger } from '@rideline/platform/process/logger';
import { readTokenKeys, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { Announcer } from './announcer.ts';
import type { BaselineConfig } from './config.ts';
import { Dispatch } from './dispatch.ts';
import type { DriverPlaces } from './driver-places.ts';
import { Drivers } from './drivers.ts';
import { FixHistory } from './fix-history.ts';
import { BASELINE_METRICS } from './metrics.ts';
import { MongoPlaces } from './mongo-places.ts';
import { createReadCache, NO_CACHE, type ReadCache } from './read-cache.ts';
import { RedisPlaces } from './redis-places.ts';
import { openTripQueue } from './trip-queue.ts';
import { Trips } from './trips.ts';

/** What every process of a stack has. */
export interface Parts {
  readonly config: BaselineConfig;
  readonly log: Logger;
  readonly metrics: Metrics & MetricsOf<typeof BASELINE_METRICS>;
  readonly keys: TokenKeys;
  readonly region: string;
  readonly io: Server;
  readonly trips: Trips;
  readonly drivers: Drivers;
  readonly places: DriverPlaces;
  readonly history: FixHistory;
  readonly cache: ReadCache;
  readonly announcer: Announcer;
  readonly dispatch: Dispatch;
}

/** How often the backlog of matching is counted, ms. */
const COUNT_MS = 1000;

/** Connects to MongoDB and Redis, makes the indexes, and serves /metrics and /health/ready on the inner port. */
export async function openParts(config: BaselineConfig, log: Logger): Promise<Parts> {
  const { name, variant, redisUrl, searchBudgetMs, offerWindowMs } = config;
  const { registry, metrics } = createMetrics(name, BASELINE_METRICS);
  const mongo = await connectMongo({ uri: config.mongodbUri, name, log, metrics, commandTimes: true });
  const db = mongo.connection.getClient().db(mongo.connection.name);
  const openRedis = () => new Redis(redisUrl);
  const redis = openRedis();
  const trips = new Trips(db);
  await trips.createIndexes();
  const drivers = new Drivers(db);
  const places = variant === 'index' ? new RedisPlaces(redis) : await MongoPlaces.create(drivers);
  const cache =
    variant === 'cache'
      ? createReadCache(redis, (read, outcome) => metrics.cache_reads_total.inc({ cache: read, outcome }))
      : NO_CACHE;
  // The adapter carries messages between the processes; without it a rider would have to be on their driver's process.
  const io = new Server({
    serveClient: false,
    maxHttpBufferSize: LIMITS.messageBytes,
    adapter: createAdapter(openRedis(), openRedis()),
  });
  const announcer = new Announcer(io);
  const dispatch = new Dispatch({ trips, drivers, places, announcer, cache, searchBudgetMs, offerWindowMs });
  if (variant === 'queue') {
    const queue = openTripQueue(redisUrl);
    dispatch.onSearching = (tripId, version) => queue.search(tripId, version);
  }
  const health = createHealth({ process: name, metrics, lagMs: () => 0, lagLimitMs: 1 });
  await startInnerServer({ host: '127.0.0.1', port: config.innerPort, registry, health });
  health.listening();
  return {
    config,
    log,
    metrics,
    keys: await readTokenKeys(config.tokenKeysFile, { production: false }),
    region: config.region,
    io,
    trips,
    drivers,
    places,
    history: new FixHistory(db),
    cache,
    announcer,
    dispatch,
  };
}

/** Counts the backlog of matching once a second: by one process of the stack, so that the sum of all is right. */
export function countWaiting({ trips, metrics, log }: Parts): void {
  const timer = setInterval(() => {
    trips.countSearching().then(
      (count) => metrics.match_waiting_trips.set({ tier: 'all' }, count),
      (error: Error) => log.warn({ reason: error.message }, 'backlog not counted'),
    );
  }, COUNT_MS);
  timer.unref();
}
