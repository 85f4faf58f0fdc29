import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@rideline/infra/local/cluster';
import { readClusterState } from '@rideline/infra/local/cluster-state';
import { migrate } from '@rideline/infra/local/migration';
import { clusterFileOf } from '@rideline/infra/local/paths';
import { freePorts } from '@rideline/infra/local/ports';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { startExtraFronts } from '../runner/extra-front.ts';
import type { PlaceNeeds } from '../runner/load-place.ts';
import { LAB_ENV, type OwnPlace, placeOf } from '../runner/own-place.ts';
import { type RelayProxy, startRelayProxy } from './relay-proxy.ts';

/** A cluster whose processes reach MongoDB and the log Redis through proxies that can slow them. */
export interface ChaosPlace extends OwnPlace {
  /** Null where MongoDB is a replica set: its members name their own addresses to their clients. */
  readonly mongoProxy: RelayProxy | null;
  readonly logProxy: RelayProxy;
}

const NO_PROCESSES = { gateway: 0, api: 0, workers: 0 } as const;
/** Two of each, so that a killed process leaves another one. */
const SCALE = { gateway: 2, api: 2, workers: 2 } as const;
/** The default of 30 s is longer than the faults: a circuit would stay open until the next one. */
const BREAKER_OPEN_MS = '3000';

/** @throws LaunchError; nothing of it is left then */
export async function startChaosPlace(
  needs: PlaceNeeds,
  onProgress: (line: string) => void,
): Promise<ChaosPlace> {
  await using started = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-chaos-'));
  started.defer(() => rm(dataDir, { recursive: true, force: true }));
  const [port = 0] = await freePorts(1);
  const common = { dataDir, port, dashboard: false, onProgress };
  // Servers first: the proxies must know their ports, and the processes those of the proxies.
  const servers = await startCluster({
    ...common,
    scale: NO_PROCESSES,
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', ...(needs.s3 ? (['s3'] as const) : [])],
  });
  let cluster: Cluster = servers;
  // Closed after the cluster has stopped: its processes drain through them.
  const proxies = started.use(new AsyncDisposableStack());
  started.defer(async () => {
    await cluster.stop();
  });
  const { logProxy, mongoProxy, env } = await startProxies(servers, proxies);
  const state = readClusterState(clusterFileOf(dataDir));
  if (state !== null) await migrate(state, onProgress);
  cluster = await startCluster({
    ...common,
    scale: SCALE,
    servers: ['haproxy'],
    env: { ...LAB_ENV, RIDELINE_BREAKER_OPEN_MS: BREAKER_OPEN_MS, ...needs.env, ...env },
  });
  const fronts = await startExtraFronts(cluster, needs.fronts, started);
  const place = await placeOf(cluster, { fronts, inspectPort: 0, resources: started.move() });
  return {
    ...place,
    notes: [
      ...place.notes,
      `Circuits stay open for ${Number(BREAKER_OPEN_MS) / 1000} s here; the default is 30 s`,
      ...(mongoProxy === null ? ['MongoDB was not slowed: a replica set names its own addresses'] : []),
    ],
    mongoProxy,
    logProxy,
  };
}

async function startProxies(servers: Cluster, proxies: AsyncDisposableStack) {
  const address = (name: string) => servers.servers.find((server) => server.name === name)?.address ?? '';
  const logUrl = new URL(address('redis-log'));
  const logProxy = await startRelayProxy({ host: logUrl.hostname, port: Number(logUrl.port) });
  proxies.defer(() => logProxy.close());
  logUrl.port = String(logProxy.port);
  logUrl.hostname = '127.0.0.1';
  const hosts = /^mongodb:\/\/([^/?]+)\/([^?]*)/.exec(address('mongo'));
  const [host = '', mongoPort] = hosts?.[1]?.split(':') ?? [];
  if (hosts === null || hosts[1]?.includes(',') || host === '')
    return { logProxy, mongoProxy: null, env: { REDIS_LOG_URL: logUrl.href } };
  const mongoProxy = await startRelayProxy({ host, port: Number(mongoPort ?? 27_017) });
  proxies.defer(() => mongoProxy.close());
  return {
    logProxy,
    mongoProxy,
    env: {
      REDIS_LOG_URL: logUrl.href,
      // With a replica set's name the driver would connect to the address that the server gives of itself.
      MONGODB_URI: `mongodb://127.0.0.1:${mongoProxy.port}/${hosts[2]}?directConnection=true`,
    },
  };
}
