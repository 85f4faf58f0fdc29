import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeCpuProfile } from '../../bench/profile/cpu-profile.ts';
import { fitToThread, foldProfile, selfBy } from '../../bench/profile/flame-fold.ts';
import { openInspector } from '../../process/inspector-session.ts';
import type { ProcessRecord } from '../run-report.ts';
import type { OwnPlace } from './own-place.ts';

/** What the busiest process did while it was profiled. */
export interface BusiestProfile {
  readonly process: string;
  readonly atMs: number;
  /** Functions by their own share of the busy time, the largest first. */
  readonly functions: readonly { readonly label: string; readonly share: number }[];
  readonly file: string;
}

const PROFILE_MS = 3000;
const SHOWN = 5;
/** Samples that say which process is the busiest. */
const LOOKED_AT = 5;

/** The process of Rideline that used most CPU in the newest samples; null before there are any. */
export function busiestOf(processes: readonly ProcessRecord[]): string | null {
  const used = processes
    .filter(({ kind }) => kind === 'rideline')
    .map(({ name, cpuCores }) => ({
      name,
      cpu: cpuCores.slice(-LOOKED_AT).reduce((sum, [, value]) => sum + (value ?? 0), 0),
    }))
    .sort((a, b) => b.cpu - a.cpu);
  return used[0] !== undefined && used[0].cpu > 0 ? used[0].name : null;
}

/**
 * Profiles one process for three seconds and saves the profile, which speedscope and Chrome's DevTools open. Only one process of a cluster
 * can be profiled: all have the same inspector port.
 */
export async function profileProcess(
  place: OwnPlace,
  about: { name: string; atMs: number; folder: string; signal: AbortSignal },
): Promise<BusiestProfile | null> {
  const { name, atMs, folder, signal } = about;
  const pid = place.cluster.processes.find((each) => each.name === name)?.pid;
  if (pid === undefined) return null;
  const session = await openInspector({ pid, port: place.inspectPort, signal });
  try {
    const { profile, cpu } = await takeCpuProfile({ session, pid, durationMs: PROFILE_MS, signal });
    const file = join(folder, `${name}.cpuprofile`);
    await writeFile(file, JSON.stringify(profile));
    const root = foldProfile(profile);
    fitToThread(root, cpu.mainUs);
    const functions = selfBy(root, ({ label, where }) => (where === '' ? label : `${label} (${where})`))
      .slice(0, SHOWN)
      .map(([label, selfUs]) => ({ label, share: selfUs / Math.max(1, root.totalUs) }));
    return { process: name, atMs, functions, file };
  } finally {
    session.close();
  }
}

export function profileText({ process, atMs, functions }: BusiestProfile): string {
  const each = functions.map(({ label, share }) => `${label} ${(100 * share).toFixed(0)} %`).join(', ');
  return `profile of ${process} at ${(atMs / 1000).toFixed(0)} s, by own time: ${each}`;
}
