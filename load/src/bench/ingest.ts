import { cpuSince, readCpu } from '../process-cpu.ts';
import { startBareStack } from './bare-stack.ts';
import { type Generator, startGenerator } from './generator.ts';
import type { GeneratorCounts, Load } from './generator-messages.ts';
import { startOurStack } from './our-stack.ts';
import type { SocketNumbers, Subject } from './subject.ts';
import { startTextbookStack } from './textbook-stack.ts';

/** `bench ingest`: CPU of each process for a frame and for a fix, ours beside bare Socket.IO and the textbook stack, in turn in one run. */
export interface IngestOptions {
  readonly quick: boolean;
  readonly onProgress: (line: string) => void;
  /** Ends the bench after the step under way; what was started is stopped. */
  readonly signal: AbortSignal;
}

type SubjectName = 'bare' | 'textbook' | 'textbook + history' | 'ours';

interface Variant {
  readonly name: string;
  readonly subject: SubjectName;
  readonly fixesPerFrame: number;
  readonly acknowledged: boolean;
  /** Share of the bench's frame rate; the textbook stack with history is held by single writes to Mongo. */
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
  bare: startBareStack,
  textbook: () => startTextbookStack({ history: false }),
  'textbook + history': () => startTextbookStack({ history: true }),
  ours: () => startOurStack({ front: false }),
};

const SETTLE_MS = 60_000;
/** Programs whose work follows after the frames. */
const STORES = /^(workers|mongo)/;
const WARM_UP_MS = 2000;
/**
 * A gateway runs for weeks, and a process that has just started spends up to a third of its CPU on compiling itself (perf: 33 of 157 µs a
 * frame in V8's compiler after 15 s at 1,000 frames/s, 3 of 84 after a minute at 2,000). Every stack gets this long before the first round.
 */
const COMPILE_MS = { full: 45_000, quick: 15_000 } as const;
const NUMBERS: SocketNumbers = { drivers: 2000, followed: 600 };

export interface IngestRun {
  readonly variant: string;
  readonly fixesPerFrame: number;
  readonly frames: number;
  /** CPU µs of each program: of those that store history until the last fix was durable, of all others while frames were sent. */
  readonly cpu: ReadonlyMap<string, number>;
  readonly counts: GeneratorCounts;
}

export interface IngestResult {
  readonly framesPerSecond: number;
  readonly durationMs: number;
  readonly numbers: SocketNumbers;
  readonly runs: readonly IngestRun[];
  /** Per stack with a history: fixes sent and fixes found in its database. */
  readonly ledgers: readonly { readonly subject: string; readonly sent: number; readonly stored: number }[];
}

interface Running {
  readonly subject: Subject;
  readonly generator: Generator;
  readonly boot: string;
  readonly programs: readonly { name: string; pid: number }[];
}

export async function benchIngest(options: IngestOptions): Promise<IngestResult> {
  const [rounds, framesPerSecond, durationMs] = options.quick ? [3, 4000, 5000] : [5, 4000, 10_000];
  const running = new Map<SubjectName, Running>();
  try {
    for (const name of Object.keys(STARTERS) as SubjectName[]) {
      options.signal.throwIfAborted();
      options.onProgress(`starting ${name}, ${NUMBERS.drivers} drivers`);
      running.set(name, await startRunning(name));
    }
    for (const [name, each] of running) {
      options.signal.throwIfAborted();
      options.onProgress(`warming up ${name}`);
      await warmUp(each, name, framesPerSecond, options.quick ? COMPILE_MS.quick : COMPILE_MS.full);
    }
    const runs: IngestRun[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const variant of rotated(VARIANTS, round)) {
        options.signal.throwIfAborted();
        options.onProgress(`round ${round + 1} of ${rounds}: ${variant.name}`);
        const load = {
          framesPerSecond: Math.round(framesPerSecond * variant.rateShare),
          durationMs,
          ...pick(variant),
        };
        runs.push(await measure(variant, running.get(variant.subject) as Running, load));
      }
    }
    options.onProgress('checking the ledgers');
    return { framesPerSecond, durationMs, numbers: NUMBERS, runs, ledgers: await readLedgers(running) };
  } finally {
    for (const { generator, subject } of running.values()) {
      await generator.close();
      await subject.stop();
    }
  }
}

const pick = ({ fixesPerFrame, acknowledged }: Variant) => ({ fixesPerFrame, acknowledged });

/** Another first one each round, so that no variant always runs on the warmest or the coldest machine. */
function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

async function startRunning(name: SubjectName): Promise<Running> {
  const subject = await STARTERS[name]();
  const generator = startGenerator();
  try {
    const boot = `bench-${Date.now()}`;
    await generator.connect({ ...(await subject.plan(NUMBERS)), boot });
    const programs = [...subject.programs, { name: 'clients', pid: generator.pid }];
    return { subject, generator, boot, programs };
  } catch (error) {
    await generator.close();
    await subject.stop();
    throw error;
  }
}

async function warmUp(
  { generator, subject }: Running,
  name: SubjectName,
  framesPerSecond: number,
  durationMs: number,
): Promise<void> {
  const { rateShare } = VARIANTS.find((variant) => variant.subject === name) as Variant;
  await generator.send({
    framesPerSecond: Math.round(framesPerSecond * rateShare),
    durationMs,
    fixesPerFrame: 1,
    acknowledged: false,
  });
  if (subject.durable) await generator.settle(SETTLE_MS);
}

async function measure(
  variant: Variant,
  { subject, generator, programs }: Running,
  load: Load,
): Promise<IngestRun> {
  const warm = await generator.send({ ...load, durationMs: WARM_UP_MS });
  if (subject.durable) await generator.settle(SETTLE_MS);
  const before = readCpu(programs);
  const sent = await generator.send(load);
  const whileSent = cpuSince(readCpu(programs), before);
  const counts = subject.durable ? await generator.settle(SETTLE_MS) : sent;
  const untilDurable = cpuSince(readCpu(programs), before);
  const cpu = new Map(
    [...untilDurable].map(([name, used]) => [name, STORES.test(name) ? used : (whileSent.get(name) ?? 0)]),
  );
  return {
    variant: variant.name,
    fixesPerFrame: variant.fixesPerFrame,
    frames: sent.framesSent - warm.framesSent,
    cpu,
    counts,
  };
}

async function readLedgers(running: ReadonlyMap<SubjectName, Running>): Promise<IngestResult['ledgers']> {
  const ledgers = [];
  for (const [name, { subject, generator, boot }] of running) {
    const { fixesSent } = await generator.settle(subject.durable ? SETTLE_MS : 0);
    const stored = await subject.stored(boot);
    if (stored !== null) ledgers.push({ subject: name, sent: fixesSent, stored });
  }
  return ledgers;
}
