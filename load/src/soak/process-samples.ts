import { readdirSync, readFileSync } from 'node:fs';
import { type Sample, scrape, sumOf } from '../cluster/prometheus.ts';
import type { Accounted } from '../process/process-cpu.ts';
import { readProcesses, unlessGone } from '../process/process-stats.ts';

/** What a program holds at one time, all processes of its group together. */
export interface Held {
  readonly rssBytes: number;
  readonly fds: number;
  /** Only Node processes report it. */
  readonly heapBytes?: number;
  /** Event-loop delay since the previous sample, p99. */
  readonly lagMs?: number;
}

export interface Observed {
  readonly name: string;
  readonly innerPort: number;
}

/** Programs that have exited, or whose /proc may not be read, are absent. */
export async function readHeld(
  programs: readonly Accounted[],
  processes: readonly Observed[],
): Promise<Map<string, Held>> {
  return heldBy(programs, await scrape([...processes]));
}

/** The same with metrics that were read already: reading them again resets the event-loop delay. */
export function heldBy(
  programs: readonly Accounted[],
  reported: ReadonlyMap<string, readonly Sample[]>,
): Map<string, Held> {
  const groups = Map.groupBy(readProcesses(), ({ group }) => group);
  const held = new Map<string, Held>();
  for (const { name, pid } of programs) {
    const members = groups.get(pid);
    if (members === undefined) continue;
    held.set(name, {
      rssBytes: members.reduce((sum, member) => sum + rssOf(member.pid), 0),
      fds: members.reduce((sum, member) => sum + fdsOf(member.pid), 0),
      ...ofNode(reported.get(name)),
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

function rssOf(pid: number): number {
  const status = ifReadable(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

const fdsOf = (pid: number): number => ifReadable(() => readdirSync(`/proc/${pid}/fd`).length) ?? 0;

/** The process may exit between two reads, or belong to another user. */
function ifReadable<Found>(look: () => Found): Found | undefined {
  try {
    return unlessGone(look);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}
