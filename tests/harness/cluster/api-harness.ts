import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Role, regionIdSchema } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import { ROOMY_LIMITS } from '@rideline/infra/local/roomy-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { createLogger, type Logger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient, type RedisUse } from '@rideline/platform/redis/redis';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';

export const region = regionIdSchema.parse('main');

/** One API process over its own servers, in a folder of its own. */
export interface ApiHarness {
  readonly cluster: Cluster;
  readonly url: string;
  readonly log: Logger;
  /** A client of one of its Redis servers; closed with the harness. */
  redis(server: 'LOG' | 'STATE' | 'CACHE', use?: RedisUse): RedisClient;
  token(role: Role, subject?: string, ttlSeconds?: number): Promise<string>;
  get(path: string, role?: Role, subject?: string): Promise<Response>;
  post(path: string, body: unknown, role?: Role, subject?: string): Promise<Response>;
  stop(): Promise<void>;
}

export async function startApiHarness(
  options: { env?: Record<string, string>; workers?: number; apis?: number; gateways?: number } = {},
): Promise<ApiHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-api-'));
  const cluster = await startCluster({
    dataDir: folder,
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
    scale: { gateway: options.gateways ?? 0, api: options.apis ?? 1, workers: options.workers ?? 0 },
    env: {
      NODE_ENV: 'test',
      ...ROOMY_LIMITS,
      RIDELINE_BREAKER_OPEN_MS: '1000',
      RIDELINE_SEARCH_CACHE_MS: '0',
      ...options.env,
    },
  });
  const port = cluster.processes.find(({ role }) => role === 'api')?.port;
  const url = `http://127.0.0.1:${port}`;
  const log = createLogger({ process: 'test', level: 'silent' });
  const keys = await readTokenKeys(cluster.env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
  const clients: RedisClient[] = [];

  async function token(role: Role, subject = `${role}-1`, ttlSeconds = 600): Promise<string> {
    return (await issueToken(keys, { subject, role, region, ttlSeconds })).token;
  }
  async function headers(
    role: Role | undefined,
    subject: string | undefined,
  ): Promise<Record<string, string>> {
    return role === undefined ? {} : { Authorization: `Bearer ${await token(role, subject)}` };
  }

  return {
    cluster,
    url,
    log,
    token,
    redis(server, use = 'blocking') {
      const client = openRedis({ url: cluster.env[`REDIS_${server}_URL`] ?? '', name: 'test', use, log });
      clients.push(client);
      return client;
    },
    get: async (path, role, subject) => fetch(url + path, { headers: await headers(role, subject) }),
    post: async (path, body, role, subject) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(await headers(role, subject)) },
        body: JSON.stringify(body),
      }),
    async stop() {
      await Promise.all(clients.map((client) => quitRedis(client)));
      await cluster.stop();
      await rm(folder, { recursive: true });
    },
  };
}
