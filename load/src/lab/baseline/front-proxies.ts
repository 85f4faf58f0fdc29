import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { awaitReady, launch, stopDaemon } from '@rideline/infra/local/daemon';
import { freePorts } from '@rideline/infra/local/ports';
import { waitUntil } from '@rideline/infra/local/readiness';
import { adminSocketOf, chooseHaproxy, haproxySpec } from '@rideline/infra/local/servers/haproxy';
import type { Backend } from '@rideline/infra/proxy/haproxy-config';
import { backendStatus, nullWhileAway } from '@rideline/infra/proxy/haproxy-runtime';

/** A HAProxy with the product's configuration. */
export interface FrontProxy {
  readonly url: string;
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const BACKENDS_UP_MS = 60_000;

/** Starts a HAProxy that sends sockets and requests alike to all servers. @throws Error when it does not reach them */
export async function startFrontProxy(options: {
  readonly name: string;
  readonly dataDir: string;
  readonly servers: readonly Backend[];
  readonly onProgress: (line: string) => void;
}): Promise<FrontProxy> {
  const { name, servers, onProgress } = options;
  const dataDir = join(options.dataDir, name);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const { found: program } = await chooseHaproxy(onProgress);
  const [port = 0] = await freePorts(1);
  const spec = haproxySpec(program, {
    dataDir,
    host: '127.0.0.1',
    port,
    gateways: servers,
    apis: servers,
    // All clients of a load generator have one address.
    connectionsPerAddress: 0,
  });
  const daemon = await launch({ ...spec, name });
  const stop = async () => {
    await stopDaemon(daemon);
  };
  try {
    await awaitReady(daemon);
    const socket = adminSocketOf(dataDir);
    const isUp = async () => {
      const backends = (await nullWhileAway(backendStatus(socket))) ?? [];
      return backends.length > 0 && backends.every(({ status }) => status.startsWith('UP'));
    };
    if (!(await waitUntil(isUp, BACKENDS_UP_MS))) throw new Error(`${name} does not reach the servers`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, name, pid: daemon.pid, stop };
}
