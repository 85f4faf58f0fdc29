import type { Cluster } from '@rideline/infra/local/cluster';
import { daemonsOf, readClusterState } from '@rideline/infra/local/cluster-state';
import { clusterFileOf } from '@rideline/infra/local/paths';
import { readProcesses } from './process-stats.ts';

/** A program whose CPU is counted: all processes of its process group (HAProxy works in a child, a server may fork). */
export interface Accounted {
  name: string;
  pid: number;
}

/**
 * Every program of the cluster that was started here; the CPU of servers named in the environment cannot be read. Read the list again after
 * a restart: the program is another process then.
 */
export function programsOf({ dataDir }: Pick<Cluster, 'dataDir'>): Accounted[] {
  const state = readClusterState(clusterFileOf(dataDir));
  return state === null ? [] : daemonsOf(state).map(({ name, pid }) => ({ name, pid }));
}

/**
 * CPU used so far by each program, microseconds (user and system, all threads). Programs that have exited are absent. This process counts
 * as `generator`.
 */
export function readCpu(programs: readonly Accounted[]): Map<string, number> {
  const groups = cpuByGroup();
  const used = new Map<string, number>();
  for (const { name, pid } of programs) {
    const microseconds = groups.get(pid);
    if (microseconds !== undefined) used.set(name, (used.get(name) ?? 0) + microseconds);
  }
  const own = process.cpuUsage();
  used.set('generator', own.user + own.system);
  return used;
}

export function cpuSince(
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
): Map<string, number> {
  return new Map([...now].map(([name, used]) => [name, Math.max(0, used - (before.get(name) ?? 0))]));
}

function cpuByGroup(): Map<number, number> {
  const groups = new Map<number, number>();
  for (const { group, cpuMicros } of readProcesses()) groups.set(group, (groups.get(group) ?? 0) + cpuMicros);
  return groups;
}
