import type { Cluster } from '@rideline/infra/local/cluster';

function processOf(cluster: Cluster, name: string): Cluster['processes'][number] {
  const found = cluster.processes.find((process) => process.name === name);
  if (found === undefined) throw new Error(`the cluster has no process ${name}`);
  return found;
}

/** Address of a process's public port. */
export function urlOf(cluster: Cluster, name: string): string {
  return `http://127.0.0.1:${processOf(cluster, name).port}`;
}

/** Address of a process's inner port: health and metrics. */
export function innerUrlOf(cluster: Cluster, name: string): string {
  return `http://127.0.0.1:${processOf(cluster, name).innerPort}`;
}
