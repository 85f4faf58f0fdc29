import { readdirSync, readFileSync } from 'node:fs';
import { MICROSECONDS_PER_TICK, statFields, unlessGone } from '../../process/process-stats.ts';

/** CPU that the threads of one process have used so far, as the kernel counts it. */
export interface ThreadCpu {
  /** Microseconds of the thread that runs JavaScript and the event loop. */
  readonly mainUs: number;
  /** The part of it in system calls, to 10 ms. */
  readonly mainKernelUs: number;
  /** Microseconds of the other threads by name (`V8Worker`, `libuv-worker`); threads of one name are summed. */
  readonly othersUs: ReadonlyMap<string, number>;
}

/** @throws Error when the process has exited */
export function readThreadCpu(pid: number): ThreadCpu {
  const othersUs = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    if (Number(thread) === pid) continue;
    const used = readThread(pid, thread);
    if (used) othersUs.set(used.name, (othersUs.get(used.name) ?? 0) + used.us);
  }
  return { mainUs: onCoreUs(pid, String(pid)), mainKernelUs: inKernelUs(pid), othersUs };
}

export function threadCpuSince(now: ThreadCpu, before: ThreadCpu): ThreadCpu {
  const since = ([name, us]: [string, number]): [string, number] => [
    name,
    Math.max(0, us - (before.othersUs.get(name) ?? 0)),
  ];
  return {
    mainUs: now.mainUs - before.mainUs,
    mainKernelUs: now.mainKernelUs - before.mainKernelUs,
    othersUs: new Map([...now.othersUs].map(since)),
  };
}

export function allThreadsUs({ mainUs, othersUs }: ThreadCpu): number {
  return [...othersUs.values()].reduce((sum, us) => sum + us, mainUs);
}

/** Undefined when the thread exited in the meantime. */
const readThread = (pid: number, thread: string): { name: string; us: number } | undefined =>
  unlessGone(() => ({
    name: readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim(),
    us: onCoreUs(pid, thread),
  }));

/** The first field of schedstat: nanoseconds on a core. `stat` counts in ticks of 10 ms, too coarse for a thread. */
function onCoreUs(pid: number, thread: string): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000;
}

/** stime is field 15, in ticks of 10 ms. */
function inKernelUs(pid: number): number {
  const fields = statFields(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8'));
  return (fields[12] ?? 0) * MICROSECONDS_PER_TICK;
}
