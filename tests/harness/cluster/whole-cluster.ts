import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@rideline/infra/local/cluster';
import { freePorts } from '@rideline/infra/local/ports';
import type { Scale } from '@rideline/infra/local/process-specs';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { SERVER_NAMES } from '@rideline/infra/local/servers/managed-server';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { ApiClient } from '@rideline/load/cluster/api-client';
import { createTokenIssuer, type TokenIssuer } from '@rideline/load/cluster/token-issuer';
import { shiftTrace, type Trace } from '@rideline/load/simulation/trace/trace';
import { TraceClock } from '@rideline/load/simulation/trace/trace-clock';
import { innerUrlOf } from '../processes/process-address.ts';
import { processMetric } from '../processes/process-metrics.ts';

/** Everything that `./rideline up` starts: HAProxy in front of two gateways and an API, workers, three Redis servers, MongoDB. */
export interface WholeCluster {
  readonly cluster: Cluster;
  readonly clock: TraceClock;
  /** The hour of a trace from now on: however long the cluster took to start, none of it is over. */
  fromNow(trace: Trace): Trace;
  readonly token: TokenIssuer;
  /** Calls the API as an operator, through the front port. */
  readonly api: ApiClient;
  /** See `processMetric`. */
  metric(process: string, name: string, labels?: Record<string, string>): Promise<number>;
  /** Stops everything and removes the data. */
  stop(): Promise<void>;
}

export interface WholeClusterOptions {
  readonly scale?: Partial<Scale>;
  readonly env?: Record<string, string>;
  /** The domain clock: its time when the cluster is about to be ready, and its rate. Default: real time. */
  readonly trace?: { readonly startAt: number; readonly rate: number };
  /** Also build and serve the dashboard and the apps; default no. */
  readonly dashboard?: boolean;
  /** Also start an S3 server; default no. */
  readonly s3?: boolean;
}

const NO_PROCESSES: Scale = { gateway: 0, api: 0, workers: 0 };
const SCALE: Scale = { gateway: 2, api: 1, workers: 1 };
const PROCESSES_START_MS = 7000;
/** From `fromNow` to the first fix, wall ms: phones connect meanwhile. */
const REPLAY_LEAD_MS = 2000;

export async function startWholeCluster(options: WholeClusterOptions = {}): Promise<WholeCluster> {
  await using started = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-whole-'));
  started.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Not the default port: another cluster on this machine may use it.
  const [port = 0] = await freePorts(1);
  const common = { dataDir, dashboard: options.dashboard ?? false, port };
  const scale = { ...SCALE, ...options.scale };
  // Servers first: their start takes an unknown time, and the clock's mapping must be known before the processes start.
  const servers = await startCluster({
    ...common,
    scale: NO_PROCESSES,
    // The address of an external server replaces one that would be started.
    env: options.env ?? {},
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
  });
  let cluster = servers;
  started.defer(async () => {
    await cluster.stop();
  });
  const { trace } = options;
  const nowMs = Date.now();
  const clock = new TraceClock(
    nowMs + (trace ? PROCESSES_START_MS : 0),
    trace?.startAt ?? nowMs,
    trace?.rate ?? 1,
  );
  const mapping: Record<string, string> = trace ? { RIDELINE_DOMAIN_CLOCK: clock.toString() } : {};
  cluster = await startCluster({
    ...common,
    scale,
    servers: options.s3 ? SERVER_NAMES : SERVER_NAMES.filter((name) => name !== 's3'),
    env: { ...RAISED_LIMITS, RIDELINE_BREAKER_OPEN_MS: '1000', ...mapping, ...options.env },
  });
  const token = await createTokenIssuer(cluster.env);
  const api = new ApiClient(cluster.url, await token('operator', 'test-operator'));

  const resources = started.move();
  return {
    cluster,
    clock,
    fromNow: (trace) => shiftTrace(trace, clock.domainMs() + REPLAY_LEAD_MS * clock.rate),
    token,
    api,
    metric: (process, name, labels) => processMetric(innerUrlOf(cluster, process), name, labels),
    stop: () => resources.disposeAsync(),
  };
}
