import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Identifies a process for later. The id alone would identify another process once the kernel reuses it. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

let bootId: string | undefined;

function currentBootId(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH';
}

/**
 * State, process group and start time from `/proc/PID/stat`. The program's name is in parentheses and may contain spaces and
 * parentheses, so fields are counted from the last one: state is the 3rd field, the group the 5th, start time (clock ticks since
 * boot) the 22nd.
 */
export function parseProcStat(stat: string): { state: string; group: number; startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), startTicks: fields[19] ?? '' };
}

function linuxStart(pid: number): string | null {
  try {
    const { state, startTicks } = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    // A zombie has exited; in a container it may never be reaped.
    if (state === 'Z' || state === 'X') return null;
    return `${currentBootId()}:${startTicks}`;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function psStart(pid: number): string | null {
  try {
    const out = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return out === '' || out.startsWith('Z') ? null : out.replace(/^\S+\s+/, '');
  } catch (error) {
    // `ps` exits with 1 when there is no such process.
    if ((error as { status?: number }).status === 1) return null;
    throw error;
  }
}

/** Start time of the process, in a form that never repeats on this machine; null when it does not run. */
export function startOf(pid: number): string | null {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
}

/** Whether this process still runs, and not a later one with the same id. */
export function isRunning(identity: ProcessIdentity): boolean {
  return startOf(identity.pid) === identity.startedAt;
}

/** Whether all threads of the process are stopped (SIGSTOP). True where that cannot be determined, and for a process that is gone. */
export function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      const { state } = parseProcStat(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
      return state === 'T' || state === 'Z' || state === 'X';
    });
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

/**
 * Signals the whole process group if the process is still the same one. Every process that Rideline starts leads a group of
 * its own; HAProxy's workers belong to HAProxy's.
 * @returns false when it was already gone
 */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(-identity.pid, signal);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
