import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFileOf } from '@rideline/infra/local/paths';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { connectMongo } from '@rideline/platform/mongo';
import { createLogger } from '@rideline/platform/telemetry';
import { accountedOf } from '../process-cpu.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { followedByRider, type Subject } from './subject.ts';

/** Clients' nodes; a driver and his rider meet across them. */
const NODES = 2;

/** Two nodes of the textbook stack over one Redis and, with `history`, the same Mongo as ours. `idleNodes` more get no client. */
export async function startTextbookStack(options: {
  history: boolean;
  idleNodes?: number;
}): Promise<Subject> {
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
  const servers: ServerProcess[] = [];
  for (let n = 0; n < NODES + (options.idleNodes ?? 0); n++)
    servers.push(await startServerProcess(entry, env));
  return {
    programs: [
      ...servers.map(({ pid }, index) => ({ name: `gateway-${index + 1}`, pid })),
      ...accountedOf(clusterFileOf(dataDir)),
    ],
    durable: false,
    plan: async (numbers) => ({
      nodes: servers.slice(0, NODES).map(({ port }) => ({ host: '127.0.0.1', port })),
      drivers: Array.from({ length: numbers.drivers }, (_, n) => ({
        id: `cab-${n}`,
        auth: { id: `cab-${n}`, followed: n < numbers.followed + (numbers.crowds?.drivers ?? 0) },
      })),
      riders: followedByRider(numbers).map((driver) => ({
        auth: {},
        subscribe: ['follow', `cab-${driver}`] as const,
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
