import { addsUp } from '../ledger.ts';
import { quantile, type Spread, spreadOf, sumOver } from '../spread.ts';
import type { Target } from '../targets.ts';
import { ACTS, TRACKING_SUBJECTS, type TrackingResult, type TrackingSubject } from './tracking-run.ts';

interface Quantiles {
  readonly p50: Spread;
  readonly p95: Spread;
  readonly p99: Spread;
}

/** Positions of one stack, all rounds. */
export interface PositionFigures {
  readonly subject: TrackingSubject;
  readonly positionsPerSecond: number;
  readonly due: number;
  readonly delivered: number;
  /** Left out for a rider who had not confirmed earlier ones, and reported. */
  readonly skipped: number;
  readonly lost: number;
  /** Ms from the driver's send to the rider's receipt. */
  readonly age: Quantiles;
  readonly acknowledgement: Quantiles;
  readonly lateShare: number;
  /** CPU µs of each program per delivered position. */
  readonly cpu: ReadonlyMap<string, Spread>;
  /** Of all CPU of the run, the generator's. */
  readonly generatorShare: Spread;
}

/** States of one stack: pause, resume and complete of every trip. */
export interface StateFigures {
  readonly subject: TrackingSubject;
  readonly commands: number;
  readonly refused: number;
  readonly repeats: number;
  readonly due: number;
  readonly delivered: number;
  /** Of the commands that complete a trip. */
  readonly finalDue: number;
  readonly finalDelivered: number;
  /** Ms from the first send of a command to the follower's receipt. */
  readonly latency: Quantiles;
}

/** The program that drives the sockets of a stack (running-stack.ts). */
const CLIENTS = 'clients';
/** The bench itself, which only waits. */
const BENCH = 'generator';

const FRESH_MS = 500;

export const positionFigures = (result: TrackingResult): PositionFigures[] =>
  TRACKING_SUBJECTS.map((subject) => positionsOf(result, subject));
export const stateFigures = (result: TrackingResult): StateFigures[] =>
  TRACKING_SUBJECTS.map((subject) => statesOf(result, subject));

const quantiles = (samples: readonly (readonly number[])[]): Quantiles => {
  const at = (q: number) => spreadOf(samples.map((values) => quantile(values, q)));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};

function positionsOf({ runs, durationMs }: TrackingResult, subject: TrackingSubject): PositionFigures {
  const own = runs.filter((run) => run.subject === subject);
  const sum = (figure: (run: (typeof own)[number]) => number) => sumOver(own, figure);
  const [due, delivered, skipped] = [
    sum((run) => run.due),
    sum((run) => run.delivered),
    sum((run) => run.skipped),
  ];
  const programs = new Set(own.flatMap(({ cpu }) => [...cpu.keys()]).filter((name) => name !== BENCH));
  return {
    subject,
    positionsPerSecond: delivered / own.length / (durationMs / 1000),
    due,
    delivered,
    skipped,
    lost: due - delivered - skipped,
    age: quantiles(own.map(({ agesMs }) => agesMs)),
    acknowledgement: quantiles(own.map(({ ackLatenciesMs }) => ackLatenciesMs)),
    lateShare:
      sum(({ framesLate }) => framesLate) /
      Math.max(
        1,
        sum((run) => run.frames + run.framesLate),
      ),
    cpu: new Map(
      [...programs].map((name) => [
        name,
        spreadOf(own.map((run) => (run.cpu.get(name) ?? 0) / run.delivered)),
      ]),
    ),
    generatorShare: spreadOf(own.map(({ cpu }) => shareOfClients(cpu))),
  };
}

function shareOfClients(cpu: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const [name, used] of cpu) if (name !== BENCH) all += used;
  return (cpu.get(CLIENTS) ?? 0) / all;
}

function statesOf({ states }: TrackingResult, subject: TrackingSubject): StateFigures {
  const own = states.filter((run) => run.subject === subject);
  const sum = (figure: (run: (typeof own)[number]) => number) => sumOver(own, figure);
  const final = own.find(({ act }) => act === ACTS.at(-1));
  return {
    subject,
    commands: sum(({ commands }) => commands),
    refused: sum(({ refused }) => refused),
    repeats: sum(({ repeats }) => repeats),
    due: sum(({ due }) => due),
    delivered: sum(({ delivered }) => delivered),
    finalDue: final?.due ?? 0,
    finalDelivered: final?.delivered ?? 0,
    latency: quantiles(own.map(({ latenciesMs }) => latenciesMs)),
  };
}

/** Every command was taken, and every follower has every state. */
const isComplete = ({ commands, refused, due, delivered, finalDue, finalDelivered }: StateFigures): boolean =>
  commands > 0 && refused === 0 && due === delivered && due === commands && finalDue === finalDelivered;

export function trackingTargets(result: TrackingResult): Target[] {
  const ours = positionFigures(result).find(({ subject }) => subject === 'ours');
  const states = stateFigures(result).find(({ subject }) => subject === 'ours');
  if (ours === undefined || states === undefined) return [];
  return [
    {
      what: `ours: p99 of sent to received, ${result.sessions} sessions (target < ${FRESH_MS} ms)`,
      measured: `${ours.age.p99.median.toFixed(0)} ms`,
      met: ours.age.p99.median < FRESH_MS,
    },
    { what: 'ours: positions lost (target 0)', measured: String(ours.lost), met: ours.lost === 0 },
    {
      what: 'ours: states that followers received, of those due (target 1)',
      measured: (states.delivered / states.due).toFixed(6),
      met: isComplete(states),
    },
  ];
}

/** What must never happen in ours: a fix that is not stored, a position that is lost, a follower without a state. */
export const trackingIsComplete = (result: TrackingResult): boolean =>
  result.ledgers.every(addsUp) &&
  positionFigures(result).every(({ subject, lost }) => subject !== 'ours' || lost === 0) &&
  stateFigures(result).every((each) => each.subject !== 'ours' || isComplete(each));
