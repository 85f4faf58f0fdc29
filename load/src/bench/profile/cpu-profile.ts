import type { Profiler } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';
import type { InspectorSession } from '../../process/inspector-session.ts';
import { readThreadCpu, type ThreadCpu, threadCpuSince } from './thread-cpu.ts';

export type CpuProfile = Profiler.Profile;

export interface TakenProfile {
  readonly profile: CpuProfile;
  /** CPU of the process' threads during the profile, including the profiler's own. */
  readonly cpu: ThreadCpu;
}

/** Half of V8's default: a frame takes 20 to 100 µs. A shorter interval would slow the process more than it adds detail. */
const SAMPLE_EVERY_US = 500;

/** Profiles the process of `session` for `durationMs`. */
export async function takeCpuProfile(options: {
  session: InspectorSession;
  pid: number;
  durationMs: number;
  signal: AbortSignal;
}): Promise<TakenProfile> {
  const { session, pid, durationMs, signal } = options;
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  await session.send('Profiler.start');
  const cpu = await threadCpuOver(pid, durationMs, signal);
  const { profile } = await session.send<{ profile: CpuProfile }>('Profiler.stop');
  await session.send('Profiler.disable');
  return { profile, cpu };
}

/** CPU that the threads of `pid` use in the next `durationMs`. */
export async function threadCpuOver(
  pid: number,
  durationMs: number,
  signal: AbortSignal,
): Promise<ThreadCpu> {
  const before = readThreadCpu(pid);
  await delay(durationMs, undefined, { signal });
  return threadCpuSince(readThreadCpu(pid), before);
}
