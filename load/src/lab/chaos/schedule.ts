import { seededRandom } from '../../simulation/seeded-random.ts';

/** What can be broken. `kill` takes a process at random; the others name what they break. */
export type FaultKind =
  | { readonly kind: 'kill'; readonly process: string }
  | { readonly kind: 'stop'; readonly server: 'redis-log' | 'redis-state' | 'redis-cache' | 'mongo' | 's3' }
  | { readonly kind: 'slow-mongo'; readonly delayMs: number }
  | { readonly kind: 'delay-stream-reads'; readonly delayMs: number };

export interface PlannedFault {
  /** Stable within a run; events of one fault carry it. */
  readonly name: string;
  readonly fault: FaultKind;
  /** Since the load began. */
  readonly atMs: number;
  readonly holdMs: number;
}

export interface ScheduleOptions {
  readonly seed: string;
  /** When the users are connected, ms since the generators were started. */
  readonly fromMs: number;
  readonly minutes: number;
  readonly processes: readonly string[];
  readonly hasS3: boolean;
  readonly canSlowMongo: boolean;
}

const OUTAGE_MS = 20_000;
const KILLED_MS = 3000;
const SLOW_MONGO_MS = 200;
const STREAM_DELAY_MS = 2000;
/** The least time from one fault to the next: break, heal, and the five quiet seconds of a recovery. */
const LEAST_SLOT_MS = 15_000;
/** Left of a slot for the recovery. In a short run the slots are shorter: there a share of them is broken. */
const RECOVERY_MS = 18_000;
const BROKEN_SHARE = 0.4;
/** The load goes on for some time after the last fault. */
const LAST_SHARE = 0.95;

/**
 * When what is broken, the same for the same seed. A run of 15 minutes has every fault for its whole time and a kill each minute; a shorter
 * one has shorter faults, and one that is too short for all of them the first of the seed's order.
 */
export function chaosSchedule(options: ScheduleOptions): PlannedFault[] {
  const { seed, fromMs, minutes, processes, hasS3, canSlowMongo } = options;
  const random = seededRandom(hashOf(seed));
  const loadMs = minutes * 60_000 * LAST_SHARE;
  const outages: FaultKind[] = [
    { kind: 'stop', server: 'mongo' },
    { kind: 'stop', server: 'redis-state' },
    { kind: 'stop', server: 'redis-log' },
    { kind: 'stop', server: 'redis-cache' },
    ...(hasS3 ? [{ kind: 'stop', server: 's3' } as const] : []),
    ...(canSlowMongo ? [{ kind: 'slow-mongo', delayMs: SLOW_MONGO_MS } as const] : []),
    { kind: 'delay-stream-reads', delayMs: STREAM_DELAY_MS },
  ];
  const kills = Array.from(
    { length: Math.max(1, Math.floor(minutes)) },
    (): FaultKind => ({
      kind: 'kill',
      process: processes[Math.floor(random() * processes.length)] ?? '',
    }),
  );
  const fitting = Math.max(1, Math.floor(loadMs / LEAST_SLOT_MS));
  const all = shuffled([...outages, ...kills], random).slice(0, fitting);
  const slotMs = loadMs / all.length;
  const mostMs = Math.max(slotMs * BROKEN_SHARE, slotMs - RECOVERY_MS);
  return all.map((fault, index) => ({
    name: `${index + 1}: ${faultText(fault)}`,
    fault,
    atMs: Math.round(fromMs + index * slotMs),
    holdMs: Math.round(Math.min(fault.kind === 'kill' ? KILLED_MS : OUTAGE_MS, mostMs)),
  }));
}

export function faultText(fault: FaultKind): string {
  switch (fault.kind) {
    case 'kill':
      return `${fault.process} killed`;
    case 'stop':
      return `${fault.server} stopped`;
    case 'slow-mongo':
      return `MongoDB slowed by ${fault.delayMs} ms`;
    case 'delay-stream-reads':
      return `stream reads delayed by ${fault.delayMs} ms`;
    default:
      return fault satisfies never;
  }
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
