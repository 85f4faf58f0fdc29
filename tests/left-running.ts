import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attachCluster } from '@rideline/infra/local/cluster';

/** How deep below the run's temporary folder a test may keep a cluster. */
const DEPTH = 4;

function* clusterFiles(folder: string, depth: number): Generator<string> {
  const file = join(folder, 'cluster.json');
  if (existsSync(file)) yield file;
  if (depth === 0) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* clusterFiles(join(folder, entry.name), depth - 1);
  }
}

/**
 * Stops every cluster whose file lies under the run's temporary folder.
 * @returns what had been left running, by folder and name
 */
export async function stopLeftClusters(folder: string): Promise<string[]> {
  const left: string[] = [];
  for (const file of clusterFiles(folder, DEPTH)) {
    const cluster = attachCluster(file);
    if (!cluster) continue;
    const alive = [...cluster.processes, ...cluster.servers].filter((item) => item.alive === true);
    left.push(...alive.map(({ name }) => `${cluster.dataDir}: ${name}`));
    for (const { name } of alive) await cluster.kill(name);
    await cluster.stop();
  }
  return left;
}
