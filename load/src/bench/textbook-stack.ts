import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFileOf } from '@rideline/infra/local/paths';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { connectMongo } from '@rideline/platform/mongo';
import { createLogger } from '@rideline/platform/telemetry';
import { accountedOf } from '../process-cpu.ts';
import { startServerProcess } from './server-process.ts';
import type { Subject } from './subject.ts';

/** Two nodes of the textbook stack over one Redis and, with `history`, the same Mongo as ours. */
export async function startTextbookStack(options: { history: boolean }): Promise<Subject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-bench-textbook-'));
  const cluster = await startCluster({
    dataDir,
    scale: { gateway: 0, api: 0, workers: 0 },
    servers: options.history ? ['redis-state', 'mongo'] : ['redis-state'],
  });
  const { MONGODB_URI: mongodbUri, REDIS_STATE_URL: redisUrl } = cluster.env;
  const env = {
    REDIS_STATE_URL: redisUrl ?? '',
    ...(options.history ? { MONGODB_URI: mongodbUri ?? '' } : {}),
  };
  const entry = new URL('./textbook-server.ts', import.meta.url);
  const servers = [await startServerProcess(entry, env), await startServerProcess(entry, env)];
  return {
    programs: [
      ...servers.map(({ pid }, index) => ({ name: `gateway-${index + 1}`, pid })),
      ...accountedOf(clusterFileOf(dataDir)),
    ],
    durable: false,
    plan: async ({ drivers, followed }) => ({
      nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
      drivers: Array.from({ length: drivers }, (_, n) => ({
        id: `cab-${n}`,
        auth: { id: `cab-${n}`, followed: n < followed },
      })),
      riders: Array.from({ length: followed }, (_, n) => ({
        auth: {},
        subscribe: ['follow', `cab-${n}`] as const,
      })),
      seen: false,
    }),
    stored: (boot) => (options.history ? countStored(mongodbUri ?? '', boot) : Promise.resolve(null)),
    async stop() {
      for (const server of servers) await server.stop();
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function countStored(uri: string, boot: string): Promise<number> {
  const mongo = await connectMongo({
    uri,
    name: 'bench',
    log: createLogger({ process: 'bench', level: 'warn' }),
  });
  try {
    return await mongo.connection.collection('locations').countDocuments({ boot });
  } finally {
    await mongo.close();
  }
}
