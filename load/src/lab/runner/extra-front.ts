import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '@rideline/infra/local/cluster';
import { awaitReady, type Daemon, launch, stopDaemon } from '@rideline/infra/local/daemon';
import { freePorts } from '@rideline/infra/local/ports';
import { adminSocketOf, chooseHaproxy } from '@rideline/infra/local/servers/haproxy';
import { haproxyConfig, maxConnectionsFor } from '@rideline/infra/proxy/haproxy-config';
import { openFilesLimit } from './open-files.ts';

export interface ExtraFront extends AsyncDisposable {
  readonly url: string;
  readonly daemon: Daemon;
}

/** Those that a cluster needs besides the launcher's, up to `count` in all; they are stopped with `resources`. */
export async function startExtraFronts(
  cluster: Cluster,
  count: number,
  resources: AsyncDisposableStack,
): Promise<ExtraFront[]> {
  const fronts: ExtraFront[] = [];
  for (let number = 2; number <= count; number++)
    fronts.push(resources.use(await startExtraFront(cluster, number)));
  return fronts;
}

/**
 * One more HAProxy in front of a cluster's processes: each connection takes two of the files that one HAProxy may open. The launcher
 * starts one and does not know of this one.
 */
async function startExtraFront(cluster: Cluster, number: number): Promise<ExtraFront> {
  const { found: program } = await chooseHaproxy(() => undefined);
  const [port = 0] = await freePorts(1);
  const folder = join(cluster.dataDir, 'haproxy');
  const file = join(folder, `haproxy-${number}.cfg`);
  const backends = (role: 'gateway' | 'api') =>
    cluster.processes
      .filter((each) => each.role === role)
      .map(({ name, port: taken, innerPort }) => ({ name, port: taken ?? 0, innerPort }));
  writeFileSync(
    file,
    haproxyConfig({
      host: '127.0.0.1',
      port,
      gateways: backends('gateway'),
      apis: backends('api'),
      adminSocket: `${adminSocketOf(cluster.dataDir)}${number}`,
      maxConnections: maxConnectionsFor(openFilesLimit()),
      connectionsPerAddress: 0,
    }),
  );
  const daemon = await launch({
    name: `haproxy-${number}`,
    command: program,
    args: ['-W', '-f', file],
    cwd: folder,
    env: {},
    logFile: join(cluster.dataDir, 'logs', `haproxy-${number}.log`),
    probe: { kind: 'tcp', host: '127.0.0.1', port },
    readyMs: 30_000,
    stopMs: 5000,
  });
  try {
    await awaitReady(daemon);
  } catch (error) {
    await stopDaemon(daemon);
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    daemon,
    async [Symbol.asyncDispose]() {
      await stopDaemon(daemon);
    },
  };
}
