import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { programsOf } from '../../process/process-cpu.ts';
import { connectBenchMongo } from './bench-mongo.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { followedByRider, type SocketNumbers, type Subject } from './subject.ts';

/** Nodes that clients connect to; a driver and their rider are on different ones. */
const NODES = 2;

/**
 * Two nodes of the textbook stack over one Redis and, with `history`, the same MongoDB as ours. `idleNodes` further ones get no client.
 * They run without V8 flags, as their users run them.
 */
export async function startTextbookStack(options: {
  history: boolean;
  idleNodes?: number;
}): Promise<Subject> {
  await using started = new AsyncDisposableStack();
  const { cluster } = started.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 0, workers: 0 },
      servers: options.history ? ['redis-state', 'mongo'] : ['redis-state'],
    }),
  );
  const { MONGODB_URI: mongodbUri = '', REDIS_STATE_URL = '' } = cluster.env;
  // Empty, not absent: a MONGODB_URI of this process must not reach them.
  const env = { REDIS_STATE_URL, MONGODB_URI: options.history ? mongodbUri : '' };
  const entry = new URL('./textbook-server.ts', import.meta.url);
  const servers: ServerProcess[] = [];
  while (servers.length < NODES + (options.idleNodes ?? 0)) {
    const server = await startServerProcess(entry, { env });
    started.defer(() => server.stop());
    servers.push(server);
  }
  const running = started.move();
  return {
    programs: [
      ...servers.map(({ pid }, index) => ({ name: `gateway-${index + 1}`, pid })),
      ...programsOf(cluster),
    ],
    durable: false,
    plan: async (numbers) => planOf(servers.slice(0, NODES), numbers),
    stored: (boot) => (options.history ? countLocations(mongodbUri, boot) : Promise.resolve(null)),
    stop: () => running.disposeAsync(),
  };
}

const planOf = (servers: readonly ServerProcess[], numbers: SocketNumbers) => ({
  nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
  drivers: Array.from({ length: numbers.drivers }, (_, n) => ({
    id: `cab-${n}`,
    auth: { id: `cab-${n}`, followed: n < numbers.followed + (numbers.crowds?.drivers ?? 0) },
  })),
  riders: followedByRider(numbers).map((driver) => ({
    auth: {},
    subscribe: ['follow', `cab-${driver}`] as const,
  })),
  seen: false,
});

async function countLocations(uri: string, boot: string): Promise<number> {
  const mongo = await connectBenchMongo(uri);
  try {
    return await mongo.connection.collection('locations').countDocuments({ boot });
  } finally {
    await mongo.close();
  }
}
