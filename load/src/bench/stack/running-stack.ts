import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../../command/until-aborted.ts';
import type { Accounted } from '../../process/process-cpu.ts';
import { type Generator, startGenerator } from '../generator/generator.ts';
import type { GeneratorCounts } from '../generator/generator-messages.ts';
import type { Ledger } from '../ledger.ts';
import type { SocketNumbers, Subject } from './subject.ts';

/** A stack with its sockets open. Disposing of it stops its generator and its servers. */
export interface RunningStack extends AsyncDisposable {
  readonly subject: Subject;
  readonly generator: Generator;
  readonly boot: string;
  readonly drivers: number;
  /** The stack's programs and the generator's process, `clients`. */
  readonly programs: readonly Accounted[];
}

/** For the last fix of a run to become durable. */
const SETTLE_MS = 60_000;

/** Starts a stack and opens its sockets. When that fails or is aborted, everything that was started is stopped. */
export async function startRunning(
  start: () => Promise<Subject>,
  numbers: SocketNumbers,
  signal: AbortSignal,
): Promise<RunningStack> {
  signal.throwIfAborted();
  await using started = new AsyncDisposableStack();
  const subject = await start();
  started.defer(() => subject.stop());
  const generator = startGenerator();
  started.defer(() => generator.close());
  const boot = `bench-${Date.now()}`;
  const plan = await untilAborted(subject.plan(numbers), signal);
  await untilAborted(generator.connect({ ...plan, boot }), signal);
  const running = started.move();
  return {
    subject,
    generator,
    boot,
    drivers: numbers.drivers,
    programs: [...subject.programs, { name: 'clients', pid: generator.pid }],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const POLL_MS = 50;

/**
 * Waits, at most `withinMs`, until the stack has finished with every frame: until each driver has received that all fixes are durable, or, in
 * a rival, until its servers have handled and stored them. `finished` is false when that took longer. A stack that reports neither has
 * finished at once.
 */
export async function untilFinished(
  { subject, generator, drivers }: RunningStack,
  withinMs: number,
  signal: AbortSignal,
): Promise<{ counts: GeneratorCounts; finished: boolean }> {
  if (subject.handled === undefined) {
    const counts = await untilAborted(generator.settle(subject.durable ? withinMs : 0), signal);
    return { counts, finished: !subject.durable || counts.durableDrivers >= drivers };
  }
  const deadline = performance.now() + withinMs;
  for (;;) {
    const counts = await untilAborted(generator.settle(0), signal);
    const handled = await untilAborted(subject.handled(), signal);
    if (handled >= counts.fixesSent) return { counts, finished: true };
    if (performance.now() > deadline) return { counts, finished: false };
    await delay(POLL_MS, undefined, { signal });
  }
}

/**
 * The same, for a stack that has to finish.
 * @throws Error when some fixes are not done in time: the generator sends nothing twice, so that after a refused frame none of its runs would
 * end
 */
export async function untilDurable(stack: RunningStack, signal: AbortSignal): Promise<GeneratorCounts> {
  await untilAborted(stack.subject.flush?.() ?? Promise.resolve(), signal);
  const { counts, finished } = await untilFinished(stack, SETTLE_MS, signal);
  const { fixesSent, durableDrivers, refused, closed } = counts;
  if (!finished)
    throw new Error(
      `the ${fixesSent} fixes that were sent are not all stored after ${SETTLE_MS / 1000} s: ${durableDrivers} of ${stack.drivers} drivers know of theirs; ${refused} frames were refused, ${closed} sockets lost`,
    );
  return counts;
}

/** Fixes sent, and fixes found in the stack's database once all are durable, or after a minute; null when it stores none. */
export async function readLedger(
  name: string,
  stack: RunningStack,
  signal: AbortSignal,
): Promise<Ledger | null> {
  const { subject, boot } = stack;
  await untilAborted(subject.flush?.() ?? Promise.resolve(), signal);
  const { counts } = await untilFinished(stack, SETTLE_MS, signal);
  const stored = await untilAborted(subject.stored(boot), signal);
  return stored === null ? null : { subject: name, sent: counts.fixesSent, stored };
}

/** One for each stack with a history. */
export async function readLedgers(
  running: ReadonlyMap<string, RunningStack>,
  signal: AbortSignal,
): Promise<Ledger[]> {
  const ledgers: Ledger[] = [];
  for (const [name, stack] of running) {
    const ledger = await readLedger(name, stack, signal);
    if (ledger !== null) ledgers.push(ledger);
  }
  return ledgers;
}
