import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { programsOf } from '../../process/process-cpu.ts';
import { gatewayFlags } from './gateway-flags.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { countLocations } from './stored-fixes.ts';
import { followedByRider, type SocketNumbers, type Subject } from './subject.ts';

/** Nodes that clients connect to; a driver and their rider are on different ones. */
const NODES = 2;

/** How the textbook stack keeps history (textbook-server.ts). */
export type TextbookHistory = 'none' | 'create' | 'insertMany';

/** Two nodes of the textbook stack; `idleNodes` further ones get no client. */
export const startTextbookStack = ({
  history,
  idleNodes = 0,
}: {
  history: TextbookHistory;
  idleNodes?: number;
}): Promise<Subject> =>
  startRival({
    entry: new URL('./textbook-server.ts', import.meta.url),
    env: { TEXTBOOK_HISTORY: history },
    stores: history !== 'none',
    nodes: NODES + idleNodes,
  });

/** Two nodes of the design with SETEX, PUBLISH and a batch every 30 s (batch-server.ts). */
export const startBatchStack = (): Promise<Subject> =>
  startRival({
    entry: new URL('./batch-server.ts', import.meta.url),
    env: {},
    stores: true,
    nodes: NODES,
  });

/** Nodes over one Redis and, when they store, the same MongoDB as ours; with our gateways' V8 flags. */
async function startRival(options: {
  readonly entry: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly stores: boolean;
  readonly nodes: number;
}): Promise<Subject> {
  const { entry, stores } = options;
  await using started = new AsyncDisposableStack();
  const { cluster } = started.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 0, workers: 0 },
      servers: stores ? ['redis-state', 'mongo'] : ['redis-state'],
    }),
  );
  const { MONGODB_URI: mongodbUri = '', REDIS_STATE_URL = '' } = cluster.env;
  // Empty, not absent: a MONGODB_URI of this process must not reach them.
  const env = { ...options.env, REDIS_STATE_URL, MONGODB_URI: stores ? mongodbUri : '' };
  const servers: ServerProcess[] = [];
  while (servers.length < options.nodes) {
    const server = await startServerProcess(entry, { env, flags: gatewayFlags() });
    started.defer(() => server.stop());
    servers.push(server);
  }
  const ask = async (question: 'handled' | 'flush') => {
    const handled = await Promise.all(servers.map((server) => server.ask(question)));
    return handled.reduce((sum, fixes) => sum + fixes, 0);
  };
  const running = started.move();
  return {
    programs: [
      ...servers.map(({ pid }, index) => ({ name: `gateway-${index + 1}`, pid })),
      ...programsOf(cluster),
    ],
    durable: false,
    handled: () => ask('handled'),
    flush: async () => {
      await ask('flush');
    },
    plan: async (numbers) => planOf(servers.slice(0, NODES), numbers),
    stored: (boot) => (stores ? countLocations(mongodbUri, boot) : Promise.resolve(null)),
    stop: () => running.disposeAsync(),
  };
}

/** The first drivers are on a trip. */
const onTrip = ({ followed, crowds }: SocketNumbers): number => followed + (crowds?.drivers ?? 0);

const planOf = (servers: readonly ServerProcess[], numbers: SocketNumbers) => ({
  nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
  drivers: Array.from({ length: numbers.drivers }, (_, n) => ({
    id: `cab-${n}`,
    // The textbook stack has one trip of each driver, under the driver's own id.
    ...(n < onTrip(numbers) ? { tripId: `cab-${n}` } : {}),
    auth: { id: `cab-${n}`, followed: n < onTrip(numbers) },
  })),
  riders: followedByRider(numbers).map((driver) => ({
    auth: {},
    driver,
    subscribe: ['follow', `cab-${driver}`] as const,
  })),
  seen: false,
});
