import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@rideline/infra/local/cluster';
import { freePorts } from '@rideline/infra/local/ports';
import type { Scale } from '@rideline/infra/local/process-specs';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { ApiClient } from '@rideline/load/cluster/api-client';
import { parseMetrics, sumOf } from '@rideline/load/cluster/prometheus';
import { createTokenIssuer, type TokenIssuer } from '@rideline/load/cluster/token-issuer';
import { TraceClock } from '@rideline/load/simulation/trace/trace-clock';

/** Everything, as `up` starts it: HAProxy in front of two gateways and an API, workers, three Redis servers, Mongo. */
export interface WholeCluster {
  readonly cluster: Cluster;
  readonly clock: TraceClock;
  readonly token: TokenIssuer;
  /** As an operator, through the front port. */
  readonly api: ApiClient;
  /** A metric of one process, without its prefix, summed over the label sets that contain `labels`. */
  metric(process: string, name: string, labels?: Record<string, string>): Promise<number>;
  /** Stops all and removes the data. */
  stop(): Promise<void>;
}

export interface WholeClusterOptions {
  readonly scale?: Partial<Scale>;
  readonly env?: Record<string, string>;
  /** The domain clock: what it shows once the cluster is about to be ready, and its rate. Default: real time. */
  readonly trace?: { readonly startAt: number; readonly rate: number };
  /** Also build and serve the operator's page; default no. */
  readonly dashboard?: boolean;
}

const NO_PROCESSES: Scale = { gateway: 0, api: 0, workers: 0 };
const SCALE: Scale = { gateway: 2, api: 1, workers: 1 };
const PROCESSES_START_MS = 7000;

export async function startWholeCluster(options: WholeClusterOptions = {}): Promise<WholeCluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-whole-'));
  // Not the default port: another cluster on this machine may want it at the same moment.
  const [port = 0] = await freePorts(1);
  const common = { dataDir, dashboard: options.dashboard ?? false, port };
  const scale = { ...SCALE, ...options.scale };
  // Servers first: how long they take is not known, and the clock's mapping has to be.
  const servers = await startCluster({
    ...common,
    scale: NO_PROCESSES,
    // An address in here replaces a server that would be started.
    env: options.env ?? {},
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
  });
  const { trace } = options;
  const nowMs = Date.now();
  const clock = new TraceClock(
    nowMs + (trace ? PROCESSES_START_MS : 0),
    trace?.startAt ?? nowMs,
    trace?.rate ?? 1,
  );
  const mapping: Record<string, string> = trace ? { RIDELINE_DOMAIN_CLOCK: clock.toString() } : {};
  const whole = startCluster({
    ...common,
    scale,
    env: { ...RAISED_LIMITS, RIDELINE_BREAKER_OPEN_MS: '1000', ...mapping, ...options.env },
  });
  const cluster = await whole.catch(async (error: unknown) => {
    await servers.stop();
    throw error;
  });
  const token = await createTokenIssuer(cluster.env);
  const api = new ApiClient(cluster.url, await token('operator', 'test-operator'));

  async function metric(name: string, metricName: string, labels?: Record<string, string>): Promise<number> {
    const process = cluster.processes.find((candidate) => candidate.name === name);
    const answer = await fetch(`http://127.0.0.1:${process?.innerPort}/metrics`);
    return sumOf(parseMetrics(await answer.text()), `rideline_${metricName}`, labels);
  }

  return {
    cluster,
    clock,
    token,
    api,
    metric,
    async stop() {
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
