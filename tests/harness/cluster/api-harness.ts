import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import type { Logger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient, type RedisUse } from '@rideline/platform/redis/redis';
import { apiRequest } from '../clients/api-request.ts';
import { tokensOf } from '../clients/tokens.ts';
import { testLogger } from '../test-process.ts';

/** API processes with their own servers, in their own folder. */
export interface ApiHarness {
  readonly cluster: Cluster;
  readonly url: string;
  readonly log: Logger;
  /** Opens a client of one of its Redis servers; closed with the harness. */
  redis(server: 'LOG' | 'STATE' | 'CACHE', use?: RedisUse): RedisClient;
  token(role: Role, subject?: string, ttlSeconds?: number): Promise<string>;
  get(path: string, role?: Role, subject?: string): Promise<Response>;
  post(path: string, body: unknown, role?: Role, subject?: string): Promise<Response>;
  stop(): Promise<void>;
}

export async function startApiHarness(
  options: { env?: Record<string, string>; workers?: number; apis?: number; gateways?: number } = {},
): Promise<ApiHarness> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rideline-api-'));
  started.defer(() => rm(folder, { recursive: true }));
  const cluster = await startCluster({
    dataDir: folder,
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
    scale: { gateway: options.gateways ?? 0, api: options.apis ?? 1, workers: options.workers ?? 0 },
    env: {
      NODE_ENV: 'test',
      ...RAISED_LIMITS,
      RIDELINE_BREAKER_OPEN_MS: '1000',
      RIDELINE_SEARCH_CACHE_MS: '0',
      ...options.env,
    },
  });
  started.defer(async () => {
    await cluster.stop();
  });
  const port = cluster.processes.find(({ role }) => role === 'api')?.port;
  const url = `http://127.0.0.1:${port}`;
  const issue = await tokensOf(cluster.env as Record<string, string>);
  const clients: RedisClient[] = [];

  const token: ApiHarness['token'] = (role, subject = `${role}-1`, ttlSeconds = 600) =>
    issue(role, subject, ttlSeconds);
  const request = async (method: string, path: string, role?: Role, subject?: string, body?: unknown) =>
    apiRequest(method, url + path, {
      body,
      token: role === undefined ? undefined : await token(role, subject),
    });

  started.defer(async () => {
    await Promise.all(clients.map((client) => quitRedis(client)));
  });
  const resources = started.move();
  return {
    cluster,
    url,
    log: testLogger,
    token,
    redis(server, use = 'blocking') {
      const client = openRedis({
        url: cluster.env[`REDIS_${server}_URL`] ?? '',
        name: 'test',
        use,
        log: testLogger,
      });
      clients.push(client);
      return client;
    },
    get: (path, role, subject) => request('GET', path, role, subject),
    post: (path, body, role, subject) => request('POST', path, role, subject, body),
    stop: () => resources.disposeAsync(),
  };
}
