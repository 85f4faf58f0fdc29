import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../../command/until-aborted.ts';
import { cpuSince, readCpu } from '../../process/process-cpu.ts';
import type { Generator } from '../generator/generator.ts';
import type { GeneratorCounts, Load } from '../generator/generator-messages.ts';
import { runCpu } from '../stack/run-cpu.ts';
import { type RunningStack, untilDurable } from '../stack/running-stack.ts';

/** What one run of frames delivered to riders, and what it cost. */
export interface TrafficRun {
  readonly frames: number;
  readonly framesLate: number;
  /** Positions that riders should have received. */
  readonly due: number;
  readonly delivered: number;
  /** Skipped for a rider that had not confirmed earlier ones, and reported with the next position: not lost. */
  readonly skipped: number;
  /** Ms from a fix's instant to its arrival at a rider, sampled. */
  readonly agesMs: readonly number[];
  /** CPU µs of each program: of workers and MongoDB until the last fix was durable, of all others until the last position had arrived. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** Without Redis: what history reads from it after the last position has nothing to do with riders. */
const STORES = /^(workers|mongo)/;
/** After the last frame; a position that arrives later is lost. */
const ARRIVAL_MS = 5000;
const POLL_MS = 20;

/**
 * Sends frames and waits until their positions have reached the riders and their fixes are durable.
 * @param ridersEach riders of each driver that sends
 */
export async function measureTraffic(
  stack: RunningStack,
  load: Load,
  ridersEach: number,
  signal: AbortSignal,
): Promise<TrafficRun> {
  const { subject, generator, programs } = stack;
  const counted = await untilAborted(generator.settle(0), signal);
  const before = readCpu(programs);
  const sent = await untilAborted(generator.send(load), signal);
  const due = (sent.fixesSent - counted.fixesSent) * ridersEach;
  const arrivedBefore = counted.positions + counted.skipped;
  const arrived = await positionsThere(generator, arrivedBefore + due, signal);
  const there = readCpu(programs);
  if (subject.durable) await untilDurable(stack, signal);
  const durable = subject.durable ? readCpu(programs) : there;
  return {
    frames: sent.framesSent - counted.framesSent,
    framesLate: sent.framesLate - counted.framesLate,
    due,
    delivered: arrived.positions - counted.positions,
    skipped: arrived.skipped - counted.skipped,
    agesMs: arrived.positionAgesMs,
    cpu: runCpu({ before, sent: there, durable }, STORES),
  };
}

/** The counts once `expected` positions have been delivered or reported as skipped, or at the deadline with fewer. */
async function positionsThere(
  generator: Generator,
  expected: number,
  signal: AbortSignal,
): Promise<GeneratorCounts> {
  const deadline = Date.now() + ARRIVAL_MS;
  for (;;) {
    const counts = await untilAborted(generator.settle(0), signal);
    if (counts.positions + counts.skipped >= expected || Date.now() > deadline) return counts;
    await delay(POLL_MS, undefined, { signal });
  }
}

/** CPU µs of each program without senders. */
export async function measureQuiet(
  { programs }: RunningStack,
  durationMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const before = readCpu(programs);
  await delay(durationMs, undefined, { signal });
  return cpuSince(readCpu(programs), before);
}
