import { readdirSync, readFileSync } from 'node:fs';

/** Of `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
export const MICROSECONDS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

export interface ProcessStat {
  readonly pid: number;
  /** The process group: the processes that were started together. */
  readonly group: number;
  /** CPU so far of all threads and of children that have exited, microseconds (user and system). */
  readonly cpuMicros: number;
}

/** Every process of this machine, from /proc. */
export function readProcesses(): ProcessStat[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    const stat = unlessGone(() => readFileSync(`/proc/${entry}/stat`, 'utf8'));
    return stat === undefined ? [] : [{ pid: Number(entry), ...parsed(stat) }];
  });
}

/**
 * The fields of a `stat` file after the name, which may contain spaces: the first is field 3 (proc_pid_stat(5)). The state parses as NaN.
 */
export const statFields = (stat: string): number[] =>
  stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);

/** pgrp is field 5, utime … cstime are fields 14 to 17. */
function parsed(stat: string): Omit<ProcessStat, 'pid'> {
  const fields = statFields(stat);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return {
    group: fields[2] ?? 0,
    cpuMicros: (user + system + childUser + childSystem) * MICROSECONDS_PER_TICK,
  };
}

/** Undefined when the process or thread exited between listing and reading. */
export function unlessGone<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
