import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Cluster } from '@rideline/infra/local/cluster';
import { freePorts } from '@rideline/infra/local/ports';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { SERVER_NAMES } from '@rideline/infra/local/servers/managed-server';
import { connectMongo } from '@rideline/platform/mongo/mongo';
import { createLogger } from '@rideline/platform/process/logger';
import { Redis } from 'ioredis';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer } from '../../cluster/token-issuer.ts';
import { inspectable } from '../../process/inspector-session.ts';
import { type ExtraFront, startExtraFronts } from './extra-front.ts';
import { insideViewOf } from './inside-view.ts';
import type { LoadPlace, PlaceNeeds } from './load-place.ts';

/** Of every cluster of the lab, besides the limits that load tools raise. */
export const LAB_ENV = {
  ...RAISED_LIMITS,
  RIDELINE_MAX_CONNECTIONS: '50000',
  RIDELINE_UNAUTHENTICATED_PER_ADDRESS: '50000',
  RIDELINE_MONGO_COMMAND_TIMES: 'on',
} as const;

/** A place with a cluster of its own, whose Node processes can be profiled. */
export interface OwnPlace extends LoadPlace {
  readonly cluster: Cluster;
  /** On which a process opens its inspector when it gets SIGUSR1. */
  readonly inspectPort: number;
}

/** Starts a cluster on free ports with its data in a temporary folder. @throws LaunchError; nothing of it is left then */
export async function startOwnPlace(
  needs: PlaceNeeds,
  onProgress: (line: string) => void,
): Promise<OwnPlace> {
  await using started = new AsyncDisposableStack();
  const [port = 0, inspectPort = 0] = await freePorts(2);
  const { cluster } = started.use(
    await startTemporaryCluster({
      port,
      scale: needs.scale,
      servers: SERVER_NAMES.filter((name) => needs.s3 || name !== 's3'),
      dashboard: false,
      env: { ...LAB_ENV, NODE_OPTIONS: inspectable(inspectPort).join(' '), ...needs.env },
      onProgress,
    }),
  );
  const fronts = await startExtraFronts(cluster, needs.fronts, started);
  return placeOf(cluster, { fronts, inspectPort, resources: started.move() });
}

/** Wraps a running cluster; `resources` are disposed of with the place. */
export async function placeOf(
  cluster: Cluster,
  about: {
    readonly fronts: readonly ExtraFront[];
    readonly inspectPort: number;
    readonly resources: AsyncDisposableStack;
  },
): Promise<OwnPlace> {
  await using resources = about.resources;
  const inside = insideViewOf(
    cluster,
    about.fronts.map(({ daemon }) => daemon),
  );
  resources.defer(() => inside.close());
  const issueToken = await createTokenIssuer(cluster.env);
  const versions = await versionsOf(cluster);
  const owned = resources.move();
  return {
    urls: [cluster.url, ...about.fronts.map(({ url }) => url)],
    own: true,
    what: clusterText(cluster, 1 + about.fronts.length),
    variant: 'rideline',
    variantTitle: 'Rideline',
    versions,
    notes: standInNotes(cluster),
    issueToken,
    inside,
    cluster,
    inspectPort: about.inspectPort,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function clusterText({ processes, servers }: Cluster, fronts = 1): string {
  const count = (role: string) => processes.filter((each) => each.role === role).length;
  const kinds = servers.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  const front = fronts > 1 ? `${fronts} HAProxy processes, ` : '';
  return `${front}${count('gateway')} gateways, ${count('api')} API, ${count('workers')} workers; ${kinds}`;
}

export const standInNotes = ({ servers }: Cluster): string[] =>
  servers.flatMap(({ name, kind, cannot }) =>
    kind === 'stand-in' ? [`${name} is a stand-in${cannot === undefined ? '' : `: ${cannot}`}`] : [],
  );

/** A program that cannot be asked is absent. */
export async function versionsOf(cluster: Cluster): Promise<Record<string, string>> {
  const [redis, mongo, haproxy] = await Promise.all([
    redisVersion(cluster.env.REDIS_STATE_URL),
    mongoVersion(cluster),
    haproxyVersion(),
  ]);
  return {
    node: process.versions.node,
    ...(redis === null ? {} : { redis }),
    ...(mongo === null ? {} : { mongo }),
    ...(haproxy === null ? {} : { haproxy }),
  };
}

async function redisVersion(url: string | undefined): Promise<string | null> {
  if (url === undefined) return null;
  const redis = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    return /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? null;
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}

async function mongoVersion({ env, servers }: Cluster): Promise<string | null> {
  const kind = servers.find(({ name }) => name === 'mongo')?.kind;
  if (kind === 'stand-in') return 'stand-in of this repository';
  try {
    const log = createLogger({ process: 'load', level: 'silent' });
    const mongo = await connectMongo({ uri: env.MONGODB_URI ?? '', name: 'load', log });
    try {
      const answer = await mongo.connection.db?.admin().command({ buildInfo: 1 });
      return typeof answer?.version === 'string' ? answer.version : null;
    } finally {
      await mongo.close();
    }
  } catch {
    return null;
  }
}

async function haproxyVersion(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('haproxy', ['-v'], { timeout: 5000 });
    return /version (\S+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}
