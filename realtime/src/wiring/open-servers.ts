import { openDatabase } from '@rideline/fleet/collections';
import type { Database } from '@rideline/fleet/store/database';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import { type RedisClient, whenReady } from '@rideline/platform/redis/redis';
import type { GatewayProcess } from './gateway-process.ts';

/** The connections of a gateway; each has one use. */
export interface GatewayServers {
  readonly logRedis: RedisClient;
  /** On the log, used only by the operators' tail. */
  readonly tailRedis: RedisClient;
  readonly state: RedisClient;
  /** On the state Redis, used only for the trips' channels. */
  readonly stateSubscriber: RedisClient;
  readonly cache: RedisClient;
  /** The Socket.IO adapter's. */
  readonly publisher: RedisClient;
  readonly cacheSubscriber: RedisClient;
  readonly mongo: Mongo;
  readonly db: Database;
}

/** Waits for all three Redis servers; MongoDB connects when it can. */
export async function openServers({ openRedis, openMongo }: GatewayProcess): Promise<GatewayServers> {
  const connections = {
    logRedis: openRedis('log'),
    tailRedis: openRedis('log'),
    state: openRedis('state'),
    stateSubscriber: openRedis('state', 'subscriber'),
    cache: openRedis('cache'),
    publisher: openRedis('cache', 'publisher'),
    cacheSubscriber: openRedis('cache', 'subscriber'),
  };
  await whenReady(...Object.values(connections));
  const mongo = openMongo();
  return { ...connections, mongo, db: openDatabase(mongo) };
}
