import { readdirSync, readFileSync } from 'node:fs';
import type { Accounted } from '../process-cpu.ts';
import { type Sample, scrape, sumOf } from '../prometheus.ts';

/** What a program holds at one time; of all processes of its group together. */
export interface Held {
  readonly rssBytes: number;
  readonly fds: number;
  /** Of Node's processes, which tell it. */
  readonly heapBytes?: number;
  /** Event-loop delay since the sample before, p99. */
  readonly lagMs?: number;
}

export interface Observed {
  readonly name: string;
  readonly innerPort: number;
}

/** Programs that are gone, or whose /proc is not ours to read, are absent. */
export async function readHeld(
  programs: readonly Accounted[],
  processes: readonly Observed[],
): Promise<Map<string, Held>> {
  const told = await scrape([...processes]);
  const groups = processesByGroup();
  const held = new Map<string, Held>();
  for (const { name, pid } of programs) {
    const members = groups.get(pid);
    if (members === undefined) continue;
    held.set(name, {
      rssBytes: members.reduce((sum, member) => sum + rssOf(member), 0),
      fds: members.reduce((sum, member) => sum + fdsOf(member), 0),
      ...ofNode(told.get(name)),
    });
  }
  return held;
}

function ofNode(samples: readonly Sample[] | undefined): Pick<Held, 'heapBytes' | 'lagMs'> {
  if (samples === undefined) return {};
  return {
    heapBytes: sumOf(samples, 'nodejs_heap_size_used_bytes'),
    lagMs: sumOf(samples, 'nodejs_eventloop_lag_p99_seconds') * 1000,
  };
}

function processesByGroup(): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = unlessGone(() => readFileSync(`/proc/${entry}/stat`, 'utf8'), '');
    // pgrp is the third field after the name, which may hold blanks.
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    groups.set(group, [...(groups.get(group) ?? []), Number(entry)]);
  }
  return groups;
}

function rssOf(pid: number): number {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

const fdsOf = (pid: number): number => unlessGone(() => readdirSync(`/proc/${pid}/fd`).length, 0);

/** The process may end between two looks, or belong to another user. */
function unlessGone<Found>(look: () => Found, gone: Found): Found {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return gone;
    throw error;
  }
}
