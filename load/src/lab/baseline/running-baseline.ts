import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { Cluster } from '@rideline/infra/local/cluster';
import { freePorts } from '@rideline/infra/local/ports';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer, type TokenIssuer } from '../../cluster/token-issuer.ts';
import { type Accounted, programsOf } from '../../process/process-cpu.ts';
import { type BaselineProcess, startBaselineProcess } from './baseline-process.ts';
import { type FrontProxy, startFrontProxy } from './front-proxies.ts';
import { TRIP_QUEUE } from './server/trip-queue.ts';
import type { BaselineVariant } from './variants.ts';

export interface BaselineOptions {
  readonly variant: BaselineVariant;
  /**
   * Processes in all: as many as the product has gateways, APIs and workers. Each is a whole server behind HAProxy; with a queue the last
   * ones are workers.
   */
  readonly processes: number;
  /** How many of them are workers when there is a queue. */
  readonly workers: number;
  /** HAProxy processes. */
  readonly fronts: number;
  /** How long a trip searches before it ends as no_drivers, and how long an offer is open, ms; default: as in the product. */
  readonly searchBudgetMs?: number;
  readonly offerWindowMs?: number;
  readonly onProgress?: (line: string) => void;
}

/** A baseline stack: its processes, HAProxy in front, one Redis and the MongoDB that the launcher starts. Disposing of it stops all. */
export interface RunningBaseline extends AsyncDisposable {
  readonly urls: readonly [string, ...string[]];
  readonly processes: readonly BaselineProcess[];
  readonly issueToken: TokenIssuer;
  /** The servers: Redis and MongoDB. */
  readonly cluster: Cluster;
  programs(): readonly Accounted[];
  /** Jobs that wait, by queue; empty without a queue. */
  queues(): Promise<ReadonlyMap<string, number>>;
}

const SEARCH_BUDGET_MS = 120_000;

/** @throws LaunchError, or Error with the end of a log; nothing is left then */
export async function startBaseline(options: BaselineOptions): Promise<RunningBaseline> {
  const { variant, fronts, onProgress = () => undefined } = options;
  await using started = new AsyncDisposableStack();
  const { cluster } = started.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 0, workers: 0 },
      servers: ['redis-state', 'mongo'],
      onProgress,
    }),
  );
  onProgress(`starting ${options.processes} processes of the baseline (${variant})`);
  const processes: BaselineProcess[] = [];
  for (const plan of processPlans(options, await freePorts(options.processes))) {
    const process = await startBaselineProcess({
      ...plan,
      env: { ...cluster.env, ...plan.env },
      logDir: `${cluster.dataDir}/logs`,
    });
    started.defer(() => process.stop());
    processes.push(process);
  }
  const proxies: FrontProxy[] = [];
  for (let n = 1; n <= fronts; n++) {
    const name = n === 1 ? 'haproxy' : `haproxy-${n}`;
    const servers = processes.filter(({ port }) => port !== 0);
    const proxy = await startFrontProxy({ name, dataDir: cluster.dataDir, servers, onProgress });
    started.defer(() => proxy.stop());
    proxies.push(proxy);
  }
  const queue = variant === 'queue' ? openQueueView(cluster.env.REDIS_STATE_URL ?? '') : null;
  if (queue !== null) started.defer(() => queue.close());
  const issueToken = await createTokenIssuer(cluster.env);
  const running = started.move();
  return {
    urls: proxies.map(({ url }) => url) as [string, ...string[]],
    processes,
    issueToken,
    cluster,
    programs: () =>
      [...processes, ...proxies, ...programsOf(cluster)].map(({ name, pid }) => ({ name, pid })),
    queues: async () => (queue === null ? new Map() : new Map([[TRIP_QUEUE, await queue.waiting()]])),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function processPlans(options: BaselineOptions, innerPorts: readonly number[]) {
  const workers = options.variant === 'queue' ? options.workers : 0;
  const servers = options.processes - workers;
  return innerPorts.map((innerPort, index) => {
    const isServer = index < servers;
    return {
      name: isServer ? `server-${index + 1}` : `worker-${index - servers + 1}`,
      innerPort,
      env: {
        BASELINE_VARIANT: options.variant,
        BASELINE_ROLE: isServer ? 'server' : 'worker',
        BASELINE_COUNTS_BACKLOG: String(index === 0),
        BASELINE_SEARCH_BUDGET_MS: String(options.searchBudgetMs ?? SEARCH_BUDGET_MS),
        BASELINE_OFFER_WINDOW_MS: String(options.offerWindowMs ?? TRIP_RULES.offerWindowMs),
      },
    };
  });
}

function openQueueView(redisUrl: string) {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(TRIP_QUEUE, { connection: redis });
  return {
    waiting: () => queue.getWaitingCount(),
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}
