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

/**
 * Waits until every driver's last fix is durable; returns at once where a stack stores none.
 * @throws Error when some are not in time: the generator sends nothing twice, so that after a refused frame none of its runs would end
 */
export async function untilDurable(
  { subject, generator, drivers }: RunningStack,
  signal: AbortSignal,
): Promise<GeneratorCounts> {
  const counts = await untilAborted(generator.settle(subject.durable ? SETTLE_MS : 0), signal);
  const { durableDrivers, refused, closed } = counts;
  if (subject.durable && durableDrivers < drivers)
    throw new Error(
      `only ${durableDrivers} of ${drivers} drivers received within ${SETTLE_MS / 1000} s that their fixes are stored; ${refused} frames were refused, ${closed} sockets lost`,
    );
  return counts;
}

/** Fixes sent, and fixes found in the stack's database once all are durable; null when it stores none. */
export async function readLedger(
  name: string,
  { subject, generator, boot }: RunningStack,
  signal: AbortSignal,
): Promise<Ledger | null> {
  const { fixesSent } = await untilAborted(generator.settle(subject.durable ? SETTLE_MS : 0), signal);
  const stored = await untilAborted(subject.stored(boot), signal);
  return stored === null ? null : { subject: name, sent: fixesSent, stored };
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
