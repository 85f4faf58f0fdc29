import { loadavg } from 'node:os';
import { untilAborted } from '../../command/until-aborted.ts';
import { readCpu } from '../../process/process-cpu.ts';
import type { BenchRunOptions } from '../bench.ts';
import type { Load } from '../generator/generator-messages.ts';
import type { Ledger } from '../ledger.ts';
import { rotated } from '../rotation.ts';
import { startBareStack } from '../stack/bare-stack.ts';
import { startOurStack } from '../stack/our-stack.ts';
import { runCpu } from '../stack/run-cpu.ts';
import { type RunningStack, readLedgers, startRunning, untilDurable } from '../stack/running-stack.ts';
import type { SocketNumbers, Subject } from '../stack/subject.ts';
import { startTextbookStack } from '../stack/textbook-stack.ts';
import { warmUp, warmUpMs } from '../stack/warm-up.ts';

/** `bench ingest`: CPU of each process for a frame and for a fix, ours in turn with bare Socket.IO and the textbook stack. */
type SubjectName = 'bare' | 'textbook' | 'textbook + history' | 'ours';

interface Variant {
  readonly name: string;
  readonly subject: SubjectName;
  readonly fixesPerFrame: number;
  readonly acknowledged: boolean;
  /** Share of the bench's frame rate; the textbook stack with history is limited by its single writes to MongoDB. */
  readonly rateShare: number;
}

const VARIANTS: readonly Variant[] = [
  { name: 'bare, no ack', subject: 'bare', fixesPerFrame: 1, acknowledged: false, rateShare: 1 },
  { name: 'bare, ack', subject: 'bare', fixesPerFrame: 1, acknowledged: true, rateShare: 1 },
  { name: 'textbook, ack', subject: 'textbook', fixesPerFrame: 1, acknowledged: true, rateShare: 1 },
  {
    name: 'textbook + history, ack',
    subject: 'textbook + history',
    fixesPerFrame: 1,
    acknowledged: true,
    rateShare: 0.1,
  },
  { name: 'ours, 1 fix', subject: 'ours', fixesPerFrame: 1, acknowledged: false, rateShare: 1 },
  { name: 'ours, 1 fix, ack', subject: 'ours', fixesPerFrame: 1, acknowledged: true, rateShare: 1 },
  { name: 'ours, 5 fixes', subject: 'ours', fixesPerFrame: 5, acknowledged: false, rateShare: 1 },
];

const STARTERS: Record<SubjectName, () => Promise<Subject>> = {
  bare: () => startBareStack(),
  textbook: () => startTextbookStack({ history: false }),
  'textbook + history': () => startTextbookStack({ history: true }),
  ours: () => startOurStack({ front: false }),
};

/** Includes Redis, because history is read from it. What these use while they wait for the last block is counted too. */
const STORES = /^(workers|mongo|redis)/;
/** Before each run, with the same kind of frames. */
const LEAD_MS = 2000;
const NUMBERS: SocketNumbers = { drivers: 2000, followed: 600 };

export interface IngestRun {
  readonly variant: string;
  readonly fixesPerFrame: number;
  readonly frames: number;
  readonly framesLate: number;
  /**
   * CPU µs of each program: of those that store (Redis, workers, MongoDB) until the last fix was durable, of all others while frames were
   * sent.
   */
  readonly cpu: ReadonlyMap<string, number>;
  readonly ackLatenciesMs: readonly number[];
  readonly positionAgesMs: readonly number[];
}

export interface IngestResult {
  /** The machine's load average over a minute before anything was started. */
  readonly loadBefore: number;
  readonly framesPerSecond: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly numbers: SocketNumbers;
  readonly runs: readonly IngestRun[];
  /** One for each stack with a history. */
  readonly ledgers: readonly Ledger[];
}

export async function benchIngest({ quick, onProgress, signal }: BenchRunOptions): Promise<IngestResult> {
  const loadBefore = loadavg()[0] ?? 0;
  const [rounds, framesPerSecond, durationMs] = quick ? [3, 4000, 5000] : [5, 4000, 10_000];
  const loadOf = (variant: Variant, ms: number): Load => ({
    framesPerSecond: Math.round(framesPerSecond * variant.rateShare),
    durationMs: ms,
    fixesPerFrame: variant.fixesPerFrame,
    acknowledged: variant.acknowledged,
  });
  await using started = new AsyncDisposableStack();
  const running = new Map<SubjectName, RunningStack>();
  for (const name of Object.keys(STARTERS) as SubjectName[]) {
    onProgress(`starting ${name}, ${NUMBERS.drivers} drivers`);
    running.set(name, started.use(await startRunning(STARTERS[name], NUMBERS, signal)));
  }
  for (const [name, stack] of running) {
    onProgress(`warming up ${name}`);
    const first = VARIANTS.find(({ subject }) => subject === name) as Variant;
    await warmUp(stack, { ...loadOf(first, warmUpMs(quick)), acknowledged: false }, signal);
  }
  const runs: IngestRun[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const variant of rotated(VARIANTS, round)) {
      onProgress(`round ${round + 1} of ${rounds}: ${variant.name}`);
      const stack = running.get(variant.subject) as RunningStack;
      await warmUp(stack, loadOf(variant, LEAD_MS), signal);
      runs.push(await measure(variant, stack, loadOf(variant, durationMs), signal));
    }
  }
  onProgress('checking the ledgers');
  const ledgers = await readLedgers(running, signal);
  return {
    loadBefore,
    framesPerSecond,
    durationMs,
    warmUpMs: warmUpMs(quick),
    numbers: NUMBERS,
    runs,
    ledgers,
  };
}

async function measure(
  { name, fixesPerFrame }: Variant,
  stack: RunningStack,
  load: Load,
  signal: AbortSignal,
): Promise<IngestRun> {
  const { subject, generator, programs } = stack;
  const counted = await untilAborted(generator.settle(0), signal);
  const before = readCpu(programs);
  const sent = await untilAborted(generator.send(load), signal);
  const whenSent = readCpu(programs);
  const settled = subject.durable ? await untilDurable(stack, signal) : sent;
  const durable = subject.durable ? readCpu(programs) : whenSent;
  return {
    variant: name,
    fixesPerFrame,
    frames: sent.framesSent - counted.framesSent,
    framesLate: sent.framesLate - counted.framesLate,
    cpu: runCpu({ before, sent: whenSent, durable }, STORES),
    ackLatenciesMs: settled.ackLatenciesMs,
    positionAgesMs: settled.positionAgesMs,
  };
}
