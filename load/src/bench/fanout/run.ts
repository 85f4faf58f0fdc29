import { loadavg } from 'node:os';
import type { BenchRunOptions } from '../bench.ts';
import type { Load } from '../generator/generator-messages.ts';
import type { Ledger } from '../ledger.ts';
import { rotated } from '../rotation.ts';
import { startOurStack } from '../stack/our-stack.ts';
import { startTextbookStack } from '../stack/rival-stack.ts';
import { type RunningStack, readLedgers, startRunning } from '../stack/running-stack.ts';
import type { SocketNumbers, Subject } from '../stack/subject.ts';
import { warmUp, warmUpMs } from '../stack/warm-up.ts';
import { startBareFanout } from './bare-stack.ts';
import { measureQuiet, measureTraffic, type TrafficRun } from './traffic-run.ts';

/**
 * `bench fanout`: the cost and the age of a driver's position on its way to riders on another node. Ours runs in turn with the textbook
 * stack and with bare Socket.IO, where driver and rider are on the same node. A third node of the first two has no clients: what do the
 * others' rooms cost it?
 */
export const SUBJECTS = ['bare, one node', 'textbook', 'ours'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

const STARTERS: Record<SubjectName, () => Promise<Subject>> = {
  'bare, one node': startBareFanout,
  textbook: () => startTextbookStack({ history: 'none', idleNodes: 1 }),
  ours: () => startOurStack({ front: false, idleGateways: 1 }),
};
/** The name of the node without clients in both stacks. */
export const IDLE_NODE = 'gateway-3';

const FOLLOWED = 600;
/** One user may open five sockets: in our stack the five riders are phones of one rider. */
const CROWDS = { drivers: 120, ridersEach: 5 };
const NUMBERS: SocketNumbers = { drivers: 1400, followed: FOLLOWED, crowds: CROWDS };
export const SOCKETS = NUMBERS.drivers + FOLLOWED + CROWDS.drivers * CROWDS.ridersEach;

interface Traffic {
  readonly ridersEach: number;
  readonly senders: NonNullable<Load['senders']>;
  /** The same frames without followers: their cost has nothing to do with riders. */
  readonly unfollowed: TrafficName;
}

/** Who sends. As many positions per second go to single riders as to crowds. */
export const TRAFFIC_NAMES = [
  '600 drivers, no rider',
  '600 drivers, 1 rider each',
  '120 drivers, no rider',
  '120 drivers, 5 riders each',
] as const;
export type TrafficName = (typeof TRAFFIC_NAMES)[number];

const UNFOLLOWED = FOLLOWED + CROWDS.drivers;
export const TRAFFICS: Readonly<Record<TrafficName, Traffic>> = {
  '600 drivers, no rider': {
    ridersEach: 0,
    senders: { first: UNFOLLOWED, count: FOLLOWED },
    unfollowed: '600 drivers, no rider',
  },
  '600 drivers, 1 rider each': {
    ridersEach: 1,
    senders: { first: 0, count: FOLLOWED },
    unfollowed: '600 drivers, no rider',
  },
  '120 drivers, no rider': {
    ridersEach: 0,
    senders: { first: UNFOLLOWED, count: CROWDS.drivers },
    unfollowed: '120 drivers, no rider',
  },
  '120 drivers, 5 riders each': {
    ridersEach: CROWDS.ridersEach,
    senders: { first: FOLLOWED, count: CROWDS.drivers },
    unfollowed: '120 drivers, no rider',
  },
};
const FRAMES_PER_SENDER = 2.5;

export interface FanoutRun extends TrafficRun {
  readonly subject: SubjectName;
  readonly traffic: TrafficName;
  readonly round: number;
}

/** The idle node's CPU in a run without any load, µs. */
export interface QuietRun {
  readonly subject: SubjectName;
  readonly round: number;
  readonly idleNodeUs: number;
}

export interface FanoutResult {
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly loadBefore: number;
  readonly runs: readonly FanoutRun[];
  readonly quiet: readonly QuietRun[];
  /** Ours alone: the others keep no history. */
  readonly ledgers: readonly Ledger[];
}

type Step = { readonly subject: SubjectName; readonly traffic: TrafficName | 'none' };

const STEPS: readonly Step[] = SUBJECTS.flatMap((subject): Step[] => [
  ...TRAFFIC_NAMES.map((traffic) => ({ subject, traffic })),
  ...(subject === 'bare, one node' ? [] : [{ subject, traffic: 'none' } as const]),
]);

/** Each round begins with another stack. */
const STEPS_OF_ONE = TRAFFIC_NAMES.length + 1;

const FIRST_FRAMES_MS = 1500;
/** A gateway learns of a trip from a message, and compares all drivers' trips every 10 s in case a message was lost. */
const FOLLOWED_WITHIN_MS = 30_000;

export async function benchFanout({ quick, onProgress, signal }: BenchRunOptions): Promise<FanoutResult> {
  const [rounds, durationMs] = quick ? [2, 4000] : [5, 10_000];
  const [loadBefore = 0] = loadavg();
  await using started = new AsyncDisposableStack();
  const running = new Map<SubjectName, RunningStack>();
  for (const name of SUBJECTS) {
    onProgress(`starting ${name}, ${SOCKETS} sockets`);
    const stack = started.use(await startRunning(STARTERS[name], NUMBERS, signal));
    running.set(name, stack);
    await untilAllReach(stack, signal);
  }
  for (const [name, stack] of running) {
    onProgress(`warming up ${name}`);
    await warmUp(stack, { ...ALL_PARTIES, durationMs: warmUpMs(quick) }, signal);
  }
  const runs: FanoutRun[] = [];
  const quiet: QuietRun[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { subject, traffic } of rotated(STEPS, round * STEPS_OF_ONE)) {
      onProgress(`round ${round + 1} of ${rounds}: ${subject}, ${traffic}`);
      const on = running.get(subject) as RunningStack;
      if (traffic === 'none') {
        const cpu = await measureQuiet(on, durationMs, signal);
        quiet.push({ subject, round, idleNodeUs: cpu.get(IDLE_NODE) ?? 0 });
      } else {
        const { ridersEach } = TRAFFICS[traffic];
        const run = await measureTraffic(on, loadOf(traffic, durationMs), ridersEach, signal);
        runs.push({ subject, traffic, round, ...run });
      }
    }
  }
  onProgress('checking the ledgers');
  const ledgers = await readLedgers(running, signal);
  return { durationMs, warmUpMs: warmUpMs(quick), rounds, loadBefore, runs, quiet, ledgers };
}

/** For the warm-up: all drivers in turn, as many frames as 600 of them send. */
const ALL_PARTIES = {
  framesPerSecond: FOLLOWED * FRAMES_PER_SENDER,
  fixesPerFrame: 1,
  acknowledged: false,
} as const;

const loadOf = (traffic: TrafficName, durationMs: number): Load => ({
  framesPerSecond: TRAFFICS[traffic].senders.count * FRAMES_PER_SENDER,
  durationMs,
  fixesPerFrame: 1,
  acknowledged: false,
  senders: TRAFFICS[traffic].senders,
});

/** Sends until frames of every followed driver have reached all of their riders. */
async function untilAllReach(running: RunningStack, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + FOLLOWED_WITHIN_MS;
  for (const traffic of TRAFFIC_NAMES) {
    const { ridersEach } = TRAFFICS[traffic];
    while (ridersEach > 0) {
      const run = await measureTraffic(running, loadOf(traffic, FIRST_FRAMES_MS), ridersEach, signal);
      if (run.delivered + run.skipped === run.due) break;
      if (Date.now() > deadline)
        throw new Error(`${traffic}: only ${run.delivered} of ${run.due} positions reached their riders`);
    }
  }
}
