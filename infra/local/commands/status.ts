import { parseOptions } from '../arguments.ts';
import { attachCluster, type Cluster } from '../cluster.ts';
import { describeHealth, healthOf } from '../cluster-health.ts';
import { CLUSTER_FILE } from '../paths.ts';
import { withoutPassword } from '../redact.ts';

export type ClusterStatus = {
  readonly running: boolean;
  readonly url: string | null;
  readonly dataDir: string | null;
  readonly processes: readonly {
    name: string;
    role: string;
    pid: number;
    port: number | null;
    innerPort: number;
    alive: boolean;
  }[];
  readonly servers: readonly {
    name: string;
    kind: string;
    address: string;
    pid: number | null;
    alive: boolean | null;
    cannot: string | null;
  }[];
};

/** What `status --json` prints. `alive` of a server is null when the launcher did not start it. */
export function statusOf(cluster: Cluster | null): ClusterStatus {
  if (!cluster) return { running: false, url: null, dataDir: null, processes: [], servers: [] };
  const { processes } = cluster;
  const servers = cluster.servers.map(({ name, kind, address, pid, alive, cannot }) => ({
    name,
    kind,
    address: withoutPassword(address),
    pid: pid ?? null,
    alive: alive ?? null,
    cannot: cannot ?? null,
  }));
  const running = processes.some(({ alive }) => alive) || servers.some(({ alive }) => alive === true);
  return { running, url: cluster.url, dataDir: cluster.dataDir, processes, servers };
}

function describe(status: ClusterStatus): string {
  if (!status.running) return 'Nothing is running. Start it: ./rideline up';
  const word = (alive: boolean | null): string => (alive === null ? 'not ours' : alive ? 'running' : 'DEAD');
  return [
    status.url ?? '',
    ...status.processes.map(
      ({ name, pid, port, innerPort, alive }) =>
        `  ${name.padEnd(12)} ${word(alive).padEnd(8)} pid ${String(pid).padEnd(8)} port ${String(port ?? '-').padEnd(6)} inner ${innerPort}`,
    ),
    ...status.servers.map(
      ({ name, kind, address, pid, alive, cannot }) =>
        `  ${name.padEnd(12)} ${word(alive).padEnd(8)} pid ${String(pid ?? '-').padEnd(8)} ${kind.padEnd(12)} ${address}${cannot ? `\n${' '.repeat(15)}${cannot}` : ''}`,
    ),
  ].join('\n');
}

/** `status [--json]`. Exit code 1 when something that should run does not. */
export async function status(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, { json: { type: 'boolean' } });
  const found = statusOf(attachCluster(CLUSTER_FILE));
  console.log(values.json ? JSON.stringify(found, null, 2) : describe(found));
  if (found.running && found.url && !values.json)
    for (const line of describeHealth(await healthOf(found.url))) console.log(line);
  const dead = [...found.processes, ...found.servers]
    .filter(({ alive }) => alive === false)
    .map(({ name }) => name);
  if (found.running && dead.length > 0) {
    console.error(`rideline: ${dead.join(', ')} not running. Start it again: ./rideline up`);
    process.exitCode = 1;
  }
}
