import { loadavg } from 'node:os';
import type { BenchRunOptions } from '../bench.ts';
import type { Load } from '../generator/generator-messages.ts';
import { rotated } from '../rotation.ts';
import { type RunningStack, readLedger, startRunning } from '../stack/running-stack.ts';
import type { SocketNumbers } from '../stack/subject.ts';
import { warmUp, warmUpMs } from '../stack/warm-up.ts';
import { type IngestRun, measureRun } from './measure.ts';
import { heldRate, plannedRuns, type RateTry } from './rates.ts';
import { nameOf, STACK_NAMES, STACKS, type StackName, VARIANTS, type Variant } from './variants.ts';

/**
 * `bench ingest`: CPU of each process for a frame and for a fix, and the latencies beside it, ours in turn with bare Socket.IO, the textbook
 * stack and its variants. First each variant looks for the highest rate that it holds; then both sides of a comparison run at the highest
 * rate that both held.
 */
export interface IngestResult {
  /** The machine's load average over a minute before anything was started. */
  readonly loadBefore: number;
  readonly rates: readonly number[];
  readonly rounds: number;
  readonly durationMs: number;
  readonly tryMs: number;
  readonly warmUpMs: number;
  readonly numbers: SocketNumbers;
  readonly tries: readonly RateTry[];
  readonly runs: readonly IngestRun[];
  readonly ledgers: readonly StackLedger[];
}

/** Fixes of one stack over the whole bench. */
export interface StackLedger {
  readonly stack: StackName;
  readonly sent: number;
  /** Found in its database at the end; null when it stores none. */
  readonly stored: number | null;
  readonly framesRefused: number;
  readonly socketsLost: number;
}

/** Before each run, with the same kind of frames. */
const LEAD_MS = 2000;
/** Rates: tried in this order until one holds. */
const FULL = {
  rates: [4000, 2000, 1000, 500, 250],
  rounds: 5,
  durationMs: 10_000,
  tryMs: 5000,
  numbers: { drivers: 2000, followed: 600 },
};
const QUICK = {
  rates: [1000, 500, 250],
  rounds: 1,
  durationMs: 3000,
  tryMs: 2000,
  numbers: { drivers: 500, followed: 150 },
};

type Running = ReadonlyMap<StackName, RunningStack>;

export async function benchIngest({ quick, onProgress, signal }: BenchRunOptions): Promise<IngestResult> {
  const loadBefore = loadavg()[0] ?? 0;
  const plan = quick ? QUICK : FULL;
  await using started = new AsyncDisposableStack();
  const running = new Map<StackName, RunningStack>();
  for (const name of STACK_NAMES) {
    onProgress(`starting ${name}, ${plan.numbers.drivers} drivers`);
    running.set(name, started.use(await startRunning(STACKS[name].start, plan.numbers, signal)));
  }
  const [highest = 0] = plan.rates;
  for (const [name, stack] of running) {
    onProgress(`warming up ${name}`);
    const framesPerSecond = highest * STACKS[name].warmUpShare;
    const load = { framesPerSecond, durationMs: warmUpMs(quick), fixesPerFrame: 1, acknowledged: false };
    await warmUp(stack, load, signal);
  }
  const tries: RateTry[] = [];
  for (const variant of VARIANTS)
    tries.push(...(await tryRates(variant, { running, ...plan }, onProgress, signal)));
  const runs: IngestRun[] = [];
  const planned = plannedRuns(tries);
  for (let round = 0; round < plan.rounds; round++) {
    for (const { variant, framesPerSecond } of rotated(planned, round)) {
      onProgress(`round ${round + 1} of ${plan.rounds}: ${nameOf(variant)}, ${framesPerSecond} frames/s`);
      const stack = running.get(variant.stack) as RunningStack;
      await warmUp(stack, loadOf(variant, framesPerSecond, LEAD_MS), signal);
      runs.push(await measureRun(variant, stack, loadOf(variant, framesPerSecond, plan.durationMs), signal));
    }
  }
  onProgress('checking the ledgers');
  const ledgers = await ledgersOf(running, signal);
  return { loadBefore, ...plan, warmUpMs: warmUpMs(quick), tries, runs, ledgers };
}

const loadOf = (variant: Variant, framesPerSecond: number, durationMs: number): Load => ({
  framesPerSecond,
  durationMs,
  fixesPerFrame: variant.fixesPerFrame,
  acknowledged: variant.acknowledged,
});

/** A single hiccup of the machine proves little. */
const ATTEMPTS = 2;

/** From the highest rate down to the first that holds. */
async function tryRates(
  variant: Variant,
  { running, rates, tryMs }: { running: Running; rates: readonly number[]; tryMs: number },
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<RateTry[]> {
  const tries: RateTry[] = [];
  const stack = running.get(variant.stack) as RunningStack;
  for (const framesPerSecond of rates) {
    for (let attempt = 1; attempt <= ATTEMPTS && heldRate(tries, variant) === undefined; attempt++) {
      onProgress(`does ${nameOf(variant)} hold ${framesPerSecond} frames/s?`);
      const run = await measureRun(variant, stack, loadOf(variant, framesPerSecond, tryMs), signal);
      tries.push({ variant: run.variant, framesPerSecond, reasons: run.reasons });
      // Not a hiccup: trying again would only take minutes to drain.
      if (!run.finished) break;
    }
  }
  return tries;
}

async function ledgersOf(running: Running, signal: AbortSignal): Promise<StackLedger[]> {
  const ledgers: StackLedger[] = [];
  for (const [stack, on] of running) {
    const ledger = await readLedger(stack, on, signal);
    const { fixesSent, refused, closed } = await on.generator.settle(0);
    ledgers.push({
      stack,
      sent: fixesSent,
      stored: ledger?.stored ?? null,
      framesRefused: refused,
      socketsLost: closed,
    });
  }
  return ledgers;
}
