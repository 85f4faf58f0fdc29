import { setTimeout as delay } from 'node:timers/promises';
import { type Accounted, cpuSince, readCpu } from '../process-cpu.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Generator } from './generator.ts';
import type { GeneratorCounts, Load } from './generator-messages.ts';
import type { Subject } from './subject.ts';

/** A stack with its sockets open. */
export interface Running {
  readonly subject: Subject;
  readonly generator: Generator;
  readonly boot: string;
  /** The stack's programs and the generator's process, `clients`. */
  readonly programs: readonly Accounted[];
}

/** What one stretch of frames brought to riders, and what it cost. */
export interface Stretch {
  readonly frames: number;
  readonly framesLate: number;
  /** Positions that riders were to be given. */
  readonly due: number;
  readonly delivered: number;
  /** Held back from a rider who had not seen those before, and told by the next: not lost. */
  readonly skipped: number;
  /** Ms from a fix's instant to its rider, sampled. */
  readonly agesMs: readonly number[];
  /** CPU µs of each program: of those that store history until the last fix was durable, of all others until the last position was there. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** Programs whose work follows after the frames. */
const STORES = /^(workers|mongo)/;
const DURABLE_MS = 60_000;
/** After the last frame; a position that comes later is lost. */
const ARRIVAL_MS = 5000;
const ASK_AGAIN_MS = 20;

/**
 * Sends one stretch and waits until its positions are with the riders and its fixes durable.
 * @param ridersEach riders of each driver that sends
 */
export async function runStretch(
  { subject, generator, programs }: Running,
  load: Load,
  ridersEach: number,
  signal: AbortSignal,
): Promise<Stretch> {
  const before = await generator.settle(0);
  const cpuBefore = readCpu(programs);
  const sent = await untilAborted(generator.send(load), signal);
  const due = (sent.fixesSent - before.fixesSent) * ridersEach;
  const told = before.positions + before.skipped;
  const arrived = await positionsThere(generator, told + due, signal);
  const whileSent = cpuSince(readCpu(programs), cpuBefore);
  if (subject.durable) await untilAborted(generator.settle(DURABLE_MS), signal);
  const untilDurable = cpuSince(readCpu(programs), cpuBefore);
  return {
    frames: sent.framesSent - before.framesSent,
    framesLate: sent.framesLate - before.framesLate,
    due,
    delivered: arrived.positions - before.positions,
    skipped: arrived.skipped - before.skipped,
    agesMs: arrived.positionAgesMs,
    cpu: new Map(
      [...untilDurable].map(([name, used]) => [name, STORES.test(name) ? used : (whileSent.get(name) ?? 0)]),
    ),
  };
}

/** The counts once `wanted` positions have been given or told as skipped, or at the deadline with fewer. */
async function positionsThere(
  generator: Generator,
  wanted: number,
  signal: AbortSignal,
): Promise<GeneratorCounts> {
  const deadline = Date.now() + ARRIVAL_MS;
  for (;;) {
    const counts = await generator.settle(0);
    if (counts.positions + counts.skipped >= wanted || Date.now() > deadline) return counts;
    await delay(ASK_AGAIN_MS, undefined, { signal });
  }
}

/** CPU µs of each program while nobody sends. */
export async function runQuiet(
  { programs }: Running,
  durationMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const before = readCpu(programs);
  await delay(durationMs, undefined, { signal });
  return cpuSince(readCpu(programs), before);
}
