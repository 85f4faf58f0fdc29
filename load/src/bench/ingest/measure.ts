import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../../command/until-aborted.ts';
import { readCpu } from '../../process/process-cpu.ts';
import type { GeneratorCounts, Load } from '../generator/generator-messages.ts';
import { quantile } from '../spread.ts';
import { runCpu } from '../stack/run-cpu.ts';
import { type RunningStack, untilDurable, untilFinished } from '../stack/running-stack.ts';
import { FINISH_MS, whyNotHeld } from './rates.ts';
import { nameOf, STACKS, type Variant } from './variants.ts';

export interface IngestRun {
  readonly variant: string;
  readonly framesPerSecond: number;
  readonly fixesPerFrame: number;
  readonly frames: number;
  readonly framesLate: number;
  /** Positions that reached riders. */
  readonly positions: number;
  /**
   * CPU µs of each program: of those that store until the last fix was stored, of all others while frames were sent. A rival's gateways store
   * themselves.
   */
  readonly cpu: ReadonlyMap<string, number>;
  readonly ackLatenciesMs: readonly number[];
  readonly positionAgesMs: readonly number[];
  /** Whether everything was handled and stored in time after the last frame. */
  readonly finished: boolean;
  /** Why this run did not hold its rate; empty when it did. */
  readonly reasons: readonly string[];
}

/** Includes Redis, because history is read from it. What these use while they wait for the last block is counted too. */
const OUR_STORES = /^(workers|mongo|redis)/;
const RIVAL_STORES = /^(gateway|mongo|redis)/;
const ARRIVAL_MS = 5000;
const POLL_MS = 50;

export async function measureRun(
  variant: Variant,
  stack: RunningStack,
  load: Load,
  signal: AbortSignal,
): Promise<IngestRun> {
  const { subject, generator, programs } = stack;
  const counted = await untilAborted(generator.settle(0), signal);
  const before = readCpu(programs);
  const sent = await untilAborted(generator.send(load), signal);
  const whenSent = readCpu(programs);
  const { counts, finished } = await finish(variant, stack, counted, signal);
  const durable = STACKS[variant.stack].stores ? readCpu(programs) : whenSent;
  if (!finished) await untilDurable(stack, signal);
  const frames = sent.framesSent - counted.framesSent;
  const stores = subject.durable ? OUR_STORES : RIVAL_STORES;
  return {
    variant: nameOf(variant),
    framesPerSecond: load.framesPerSecond,
    fixesPerFrame: variant.fixesPerFrame,
    frames,
    framesLate: sent.framesLate - counted.framesLate,
    positions: counts.positions - counted.positions,
    cpu: runCpu({ before, sent: whenSent, durable }, stores),
    ackLatenciesMs: counts.ackLatenciesMs,
    positionAgesMs: counts.positionAgesMs,
    finished,
    reasons: whyNotHeld({
      frames,
      framesLate: sent.framesLate - counted.framesLate,
      refused: counts.refused - counted.refused,
      closed: counts.closed - counted.closed,
      hasRiders: STACKS[variant.stack].hasRiders,
      riderP99Ms: quantile(counts.positionAgesMs, 0.99),
      unacknowledged: variant.acknowledged ? frames - (counts.acks - counted.acks) : 0,
      finished,
    }),
  };
}

/** Waits until everything is stored and acknowledged, or the time for it is over. */
async function finish(
  variant: Variant,
  stack: RunningStack,
  before: GeneratorCounts,
  signal: AbortSignal,
): Promise<{ counts: GeneratorCounts; finished: boolean }> {
  const deadline = performance.now() + ARRIVAL_MS;
  await untilAborted(stack.subject.flush?.() ?? Promise.resolve(), signal);
  let done = await untilFinished(stack, FINISH_MS, signal);
  const acknowledged = ({ acks, framesSent }: GeneratorCounts) =>
    acks - before.acks >= framesSent - before.framesSent;
  while (variant.acknowledged && !acknowledged(done.counts) && performance.now() < deadline) {
    await delay(POLL_MS, undefined, { signal });
    done = { ...done, counts: await untilAborted(stack.generator.settle(0), signal) };
  }
  return done;
}
