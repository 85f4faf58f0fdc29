import { ROOT } from '@rideline/infra/local/paths';
import { freePorts } from '@rideline/infra/local/ports';
import { type Child, startChild, untilReady } from './child-process.ts';
import { processMetric } from './process-metrics.ts';

const ENTRIES = { gateway: 'realtime/src/main.ts', api: 'api/src/main.ts' } as const;
const READY_MS = 60_000;

/** A gateway or an API node that a test starts itself, with its own environment. */
export interface ServiceProcess extends Child {
  readonly name: string;
  readonly url: string;
  readonly innerUrl: string;
  /** See `processMetric`. */
  metric(name: string, labels?: Record<string, string>): Promise<number>;
}

/**
 * Starts a process on free ports and waits until it is ready.
 * @param nodeOptions arguments for Node itself
 * @throws Error with the tail of its log
 */
export async function startService(
  kind: keyof typeof ENTRIES,
  name: string,
  options: { env: Readonly<Record<string, string>>; nodeOptions?: readonly string[] },
): Promise<ServiceProcess> {
  const [port, innerPort] = (await freePorts(2)) as [number, number];
  const child = startChild(process.execPath, [...(options.nodeOptions ?? []), ENTRIES[kind]], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      ...options.env,
      RIDELINE_PROCESS: name,
      RIDELINE_PORT: String(port),
      RIDELINE_INNER_PORT: String(innerPort),
    },
  });
  const innerUrl = `http://127.0.0.1:${innerPort}`;
  await untilReady(child, name, async () => (await fetch(`${innerUrl}/health/ready`)).ok, READY_MS);
  return {
    ...child,
    name,
    url: `http://127.0.0.1:${port}`,
    innerUrl,
    metric: (metric, labels) => processMetric(innerUrl, metric, labels),
  };
}
