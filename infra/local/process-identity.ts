import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as it can be found again: its id alone would be somebody else's after the kernel reuses it. */
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
 * State and start time out of `/proc/PID/stat`. The program's name stands in parentheses and may itself hold spaces and
 * parentheses, so fields are counted from the last one: state is the 3rd field, start time (clock ticks since boot) the 22nd.
 */
export function parseProcStat(stat: string): { state: string; startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}

function linuxStart(pid: number): string | null {
  try {
    const { state, startTicks } = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    // A zombie has ended; in a container nobody may ever collect it.
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
    // `ps` exits with 1 when no such process is there.
    if ((error as { status?: number }).status === 1) return null;
    throw error;
  }
}

/** When the process started, in a form that never repeats on this machine; null when it is not running. */
export function startOf(pid: number): string | null {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
}

/** Is exactly this process (not a later one with the same id) still running? */
export function isRunning(identity: ProcessIdentity): boolean {
  return startOf(identity.pid) === identity.startedAt;
}

/** Does the process stand still (SIGSTOP), all its threads? True where that cannot be seen, and for one that is gone. */
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
 * Signals the process' whole group if it is still the same process. Every process that Rideline starts leads a group of
 * its own (HAProxy's workers and `java` belong to their starter).
 * @returns false when it was already gone.
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
