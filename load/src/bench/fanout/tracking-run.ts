import { loadavg } from 'node:os';
import { untilAborted } from '../../command/until-aborted.ts';
import { cpuSince, readCpu } from '../../process/process-cpu.ts';
import type { BenchRunOptions } from '../bench.ts';
import type { CommandCounts, DriverAct, Load } from '../generator/generator-messages.ts';
import type { Ledger } from '../ledger.ts';
import { rotated } from '../rotation.ts';
import { startOurStack } from '../stack/our-stack.ts';
import { startTextbookStack } from '../stack/rival-stack.ts';
import { type RunningStack, readLedgers, startRunning } from '../stack/running-stack.ts';
import type { Subject } from '../stack/subject.ts';
import { warmUp, warmUpMs } from '../stack/warm-up.ts';
import { measureTraffic, type TrafficRun } from './traffic-run.ts';

/**
 * The second part of `bench fanout`: many concurrent tracking sessions. Each rider follows a trip of their own through another node than its
 * driver's; drivers send as the SDK's policy for a watched trip has them, every frame acknowledged. Then each driver pauses, resumes and
 * completes the ride while positions go on, and every follower must have every state.
 */
export const TRACKING_SUBJECTS = ['textbook', 'ours'] as const;
export type TrackingSubject = (typeof TRACKING_SUBJECTS)[number];

const STARTERS: Record<TrackingSubject, () => Promise<Subject>> = {
  textbook: () => startTextbookStack({ history: 'none' }),
  ours: () => startOurStack({ front: false }),
};

/** What is measured, and how long. */
interface Size {
  readonly sessions: number;
  readonly rounds: number;
  readonly durationMs: number;
  readonly commandsPerSecond: number;
}
const FULL: Size = { sessions: 3000, rounds: 5, durationMs: 30_000, commandsPerSecond: 100 };
const QUICK: Size = { sessions: 300, rounds: 2, durationMs: 4000, commandsPerSecond: 30 };

/** A watched trip's policy: a fix at least every 4 s (docs/sdk-driver.md). */
const FRAMES_PER_DRIVER = 0.25;
/** In this order for each trip; the last one is final. */
export const ACTS = ['pause', 'resume', 'complete'] as const satisfies readonly DriverAct[];

export interface TrackingRun extends TrafficRun {
  readonly subject: TrackingSubject;
  readonly round: number;
  readonly ackLatenciesMs: readonly number[];
}

export interface StateRun extends CommandCounts {
  readonly subject: TrackingSubject;
  readonly act: DriverAct;
  /** CPU µs of each program from the first command to the last state. Positions go on meanwhile. */
  readonly cpu: ReadonlyMap<string, number>;
}

export interface TrackingResult extends Size {
  readonly warmUpMs: number;
  readonly loadBefore: number;
  readonly runs: readonly TrackingRun[];
  readonly states: readonly StateRun[];
  /** Ours alone: the textbook stack keeps no history here. */
  readonly ledgers: readonly Ledger[];
}

export async function benchTracking({ quick, onProgress, signal }: BenchRunOptions): Promise<TrackingResult> {
  const size = quick ? QUICK : FULL;
  const [loadBefore = 0] = loadavg();
  await using started = new AsyncDisposableStack();
  const running = new Map<TrackingSubject, RunningStack>();
  for (const name of TRACKING_SUBJECTS) {
    onProgress(`starting ${name}, ${size.sessions} tracking sessions`);
    const numbers = { drivers: size.sessions, followed: size.sessions };
    running.set(name, started.use(await startRunning(STARTERS[name], numbers, signal)));
  }
  for (const [name, stack] of running) {
    onProgress(`warming up ${name}`);
    await warmUp(stack, loadOf(size, warmUpMs(quick)), signal);
  }
  const runs: TrackingRun[] = [];
  for (let round = 0; round < size.rounds; round++) {
    for (const subject of rotated(TRACKING_SUBJECTS, round)) {
      onProgress(`round ${round + 1} of ${size.rounds}: ${subject}, positions of ${size.sessions} trips`);
      runs.push(await measurePositions(subject, round, running.get(subject) as RunningStack, size, signal));
    }
  }
  const states: StateRun[] = [];
  for (const [place, act] of ACTS.entries()) {
    for (const subject of rotated(TRACKING_SUBJECTS, place)) {
      onProgress(`${subject}: ${size.sessions} drivers ${act}`);
      states.push(await measureStates(subject, act, running.get(subject) as RunningStack, size, signal));
    }
  }
  onProgress('checking the ledger');
  const ledgers = await readLedgers(running, signal);
  return { ...size, warmUpMs: warmUpMs(quick), loadBefore, runs, states, ledgers };
}

const loadOf = ({ sessions }: Size, durationMs: number): Load => ({
  framesPerSecond: sessions * FRAMES_PER_DRIVER,
  durationMs,
  fixesPerFrame: 1,
  acknowledged: true,
});

async function measurePositions(
  subject: TrackingSubject,
  round: number,
  stack: RunningStack,
  size: Size,
  signal: AbortSignal,
): Promise<TrackingRun> {
  const run = await measureTraffic(stack, loadOf(size, size.durationMs), 1, signal);
  const { ackLatenciesMs } = await untilAborted(stack.generator.settle(0), signal);
  return { ...run, subject, round, ackLatenciesMs };
}

/** Commands and positions at once: a state must not wait behind positions, or be dropped for them. */
async function measureStates(
  subject: TrackingSubject,
  act: DriverAct,
  stack: RunningStack,
  size: Size,
  signal: AbortSignal,
): Promise<StateRun> {
  const { sessions, commandsPerSecond } = size;
  const before = readCpu(stack.programs);
  const positions = stack.generator.send(loadOf(size, (sessions / commandsPerSecond) * 1000));
  const [counts] = await untilAborted(
    Promise.all([stack.generator.command({ act, commandsPerSecond }), positions]),
    signal,
  );
  return { ...counts, subject, act, cpu: cpuSince(readCpu(stack.programs), before) };
}
