import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@rideline/infra/local/cluster';
import type { ClusterOptions } from '@rideline/infra/local/cluster-options';
import { startCluster } from '@rideline/infra/local/start-cluster';

/** A cluster with its data in the system's temporary folder. Disposing of it stops its programs and removes the folder. */
export interface TemporaryCluster extends AsyncDisposable {
  readonly cluster: Cluster;
}

/** @throws LaunchError when it cannot be started; nothing of it is left then */
export async function startTemporaryCluster(
  options: Omit<ClusterOptions, 'dataDir'>,
): Promise<TemporaryCluster> {
  await using started = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-load-'));
  started.defer(() => rm(dataDir, { recursive: true, force: true }));
  const cluster = await startCluster({ ...options, dataDir });
  started.defer(async () => {
    await cluster.stop();
  });
  const resources = started.move();
  return { cluster, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
