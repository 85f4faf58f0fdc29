import type { Cluster } from '@rideline/infra/local/cluster';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { connectBenchMongo } from '../stack/bench-mongo.ts';
import { type FixBacklog, openFixBacklog } from '../stack/fix-backlog.ts';
import { benchDatabase } from './bench-database.ts';
import { type HistoryFeed, openHistoryFeed } from './feed.ts';
import { type HistoryPeer, startHistoryPeer } from './peer.ts';

/** What `bench history` runs on: the servers, one worker, the feed of the log, and the peer. */
export interface HistoryHarness {
  readonly cluster: Cluster;
  readonly peer: HistoryPeer;
  readonly feed: HistoryFeed;
  readonly backlog: FixBacklog;
  readonly mongo: Mongo;
  close(): Promise<void>;
}

/** Opened parts are closed in reverse order, also when a later one cannot be opened. */
export async function openHistoryHarness(
  drivers: number,
  onProgress: (line: string) => void,
): Promise<HistoryHarness> {
  await using opened = new AsyncDisposableStack();
  onProgress('starting Redis, Mongo and a worker with the role history');
  const { cluster } = opened.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 0, workers: 1 },
      servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
      dashboard: false,
      env: {
        RIDELINE_ROLES: 'history',
        RIDELINE_LOG_LEVEL: 'warn',
        ...benchDatabase(process.env.MONGODB_URI),
      },
    }),
  );
  const uri = cluster.env.MONGODB_URI ?? '';
  const mongo = await connectBenchMongo(uri);
  opened.defer(() => mongo.close());
  // A MongoDB of the environment stays, but the bench's database is dropped.
  opened.defer(async () => {
    if (process.env.MONGODB_URI) await mongo.connection.dropDatabase();
  });
  const backlog = await openFixBacklog(cluster.env);
  opened.defer(() => backlog.close());
  const feed = await openHistoryFeed(cluster.env, drivers);
  opened.defer(() => feed.close());
  const peer = await startHistoryPeer(uri);
  opened.defer(() => peer.close());
  const resources = opened.move();
  return { cluster, peer, feed, backlog, mongo, close: () => resources.disposeAsync() };
}
