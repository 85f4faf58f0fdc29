import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Cluster } from '@rideline/infra/local/cluster';
import { ROOT } from '@rideline/infra/local/paths';
import { freePorts } from '@rideline/infra/local/ports';
import { vi } from 'vitest';

/** An API process beside those of a cluster, with an environment of its own. */
export interface ApiNode {
  readonly url: string;
  readonly innerUrl: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts it and waits until it is ready. `nodeOptions`: arguments for Node itself. */
export async function startApiNode(
  cluster: Cluster,
  name: string,
  options: { env?: Record<string, string>; nodeOptions?: readonly string[] } = {},
): Promise<ApiNode> {
  const [port, innerPort] = (await freePorts(2)) as [number, number];
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), 'api/src/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...cluster.env,
      RIDELINE_LOG_LEVEL: 'error',
      ...options.env,
      RIDELINE_PROCESS: name,
      RIDELINE_PORT: String(port),
      RIDELINE_INNER_PORT: String(innerPort),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const innerUrl = `http://127.0.0.1:${innerPort}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended while starting`);
    if (!(await fetch(`${innerUrl}/health/ready`)).ok) throw new Error(`${name} is not ready`);
  };
  try {
    await vi.waitFor(isReady, { timeout: 30_000, interval: 50 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    innerUrl,
    child,
    stop,
  };
}
