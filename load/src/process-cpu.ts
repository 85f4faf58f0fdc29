import { readdirSync, readFileSync } from 'node:fs';
import { daemonsOf, readClusterState } from '@rideline/infra/local/cluster-state';

/** Of `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const MICROSECONDS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

/** A program to be accounted for: all processes of its process group (HAProxy works in a child, a server may fork). */
export interface Accounted {
  name: string;
  pid: number;
}

/** Every program of the cluster that was started here; servers of the environment cannot be accounted for. */
export function accountedOf(clusterFile: string): Accounted[] {
  const state = readClusterState(clusterFile);
  return state === null ? [] : daemonsOf(state).map(({ name, pid }) => ({ name, pid }));
}

/** CPU used so far by each program, microseconds (user and system, threads included). Programs that are gone are absent. */
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

/** Fields of /proc/PID/stat after the name (which may hold blanks): pgrp is the 5th, utime … cstime the 14th to 17th. */
function cpuByGroup(): Map<number, number> {
  const groups = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(entry);
    if (stat === undefined) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const group = Number(fields[2]);
    const ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
    groups.set(group, (groups.get(group) ?? 0) + ticks * MICROSECONDS_PER_TICK);
  }
  return groups;
}

/** Undefined when the process ended meanwhile. */
function readStat(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
