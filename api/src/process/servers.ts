import { setTimeout as sleep } from 'node:timers/promises';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import { type RedisClient, whenReady } from '@rideline/platform/redis/redis';
import type { ApiProcess } from './api-process.ts';

/** Wait for the first connections: a ready node should be able to answer, but a node without its servers still starts. */
const FIRST_CONNECTIONS_MS = 2000;

export interface Servers {
  readonly state: RedisClient;
  readonly logRedis: RedisClient;
  readonly cacheRedis: RedisClient;
  readonly mongo: Mongo;
}

/** The servers that the API calls. The API starts and stays ready without them; /health lists each unavailable one as a reason. */
export async function openServers({ openRedis, openMongo }: ApiProcess): Promise<Servers> {
  const state = openRedis('state');
  const logRedis = openRedis('log');
  const cacheRedis = openRedis('cache', 'publisher');
  const mongo = openMongo();
  const connected = new Promise<void>((resolve) => mongo.connection.once('connected', () => resolve()));
  const all = Promise.all([whenReady(state, logRedis, cacheRedis), connected]);
  const waiting = new AbortController();
  await Promise.race([all, sleep(FIRST_CONNECTIONS_MS, undefined, { signal: waiting.signal })]);
  waiting.abort();
  return { state, logRedis, cacheRedis, mongo };
}
