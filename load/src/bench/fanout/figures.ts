import { addsUp } from '../ledger.ts';
import { quantile, type Spread, spreadOf, sumOver } from '../spread.ts';
import type { Target } from '../targets.ts';
import { type IdleNodeFigures, idleNodeFigures, isNothing } from './idle-node.ts';
import {
  type FanoutResult,
  type FanoutRun,
  SUBJECTS,
  type SubjectName,
  TRAFFIC_NAMES,
  TRAFFICS,
  type TrafficName,
} from './run.ts';

/**
 * Programs by kind, in the order in which a position passes them. The node without clients is reported apart; the API and HAProxy are idle.
 */
export const GROUPS = [
  ['gateways', /^gateway-[12]$/],
  ['redis', /^redis/],
  ['workers, mongo', /^(workers|mongo)/],
  ['clients', /^clients$/],
] as const;
export type GroupName = (typeof GROUPS)[number][0];
/** History costs the same whether or not riders follow, and is written in blocks: its difference would be noise. */
export const ON_THE_WAY = ['gateways', 'redis', 'clients'] as const satisfies readonly GroupName[];

export interface FanoutFigures {
  readonly subject: SubjectName;
  readonly traffic: TrafficName;
  readonly positionsPerSecond: number;
  /** CPU µs per delivered position, including the frame's way into the system; per frame without followers. */
  readonly whole: Readonly<Record<GroupName, Spread>>;
  /** The same minus the cost of equally many frames without followers, round by round; null without followers. */
  readonly above: Readonly<Record<(typeof ON_THE_WAY)[number], Spread>> | null;
  readonly due: number;
  readonly delivered: number;
  readonly skipped: number;
  readonly agesMs: { readonly p50: Spread; readonly p95: Spread; readonly p99: Spread };
  readonly lateShare: number;
}

export function cpuOf(cpu: ReadonlyMap<string, number>, group: GroupName): number {
  const pattern = GROUPS.find(([name]) => name === group)?.[1];
  let microseconds = 0;
  for (const [program, used] of cpu) if (pattern?.test(program)) microseconds += used;
  return microseconds;
}

/** CPU µs of a delivered position alone: a run minus the run of the same round without followers. */
export function aboveUnfollowed(run: FanoutRun, unfollowed: FanoutRun, group: GroupName): number {
  const ofFrames = (cpuOf(unfollowed.cpu, group) / unfollowed.frames) * run.frames;
  return (cpuOf(run.cpu, group) - ofFrames) / run.delivered;
}

export function fanoutFigures(result: FanoutResult): FanoutFigures[] {
  return SUBJECTS.flatMap((subject) => TRAFFIC_NAMES.map((traffic) => figuresOf(result, subject, traffic)));
}

function figuresOf(
  { runs, durationMs }: FanoutResult,
  subject: SubjectName,
  traffic: TrafficName,
): FanoutFigures {
  const own = runs.filter((run) => run.subject === subject && run.traffic === traffic);
  const unfollowed = new Map(
    runs
      .filter((run) => run.subject === subject && run.traffic === TRAFFICS[traffic].unfollowed)
      .map((run) => [run.round, run]),
  );
  const followed = TRAFFICS[traffic].ridersEach > 0;
  const units = (run: FanoutRun) => (followed ? run.delivered : run.frames);
  const age = (q: number) => spreadOf(own.map(({ agesMs }) => quantile(agesMs, q)));
  const sum = (figure: (run: FanoutRun) => number) => sumOver(own, figure);
  return {
    subject,
    traffic,
    positionsPerSecond: sum(({ delivered }) => delivered) / own.length / (durationMs / 1000),
    whole: spreadsOf(
      GROUPS.map(([name]) => name),
      (group) => spreadOf(own.map((run) => cpuOf(run.cpu, group) / units(run))),
    ),
    above: followed
      ? spreadsOf(ON_THE_WAY, (group) =>
          spreadOf(own.map((run) => aboveUnfollowed(run, unfollowed.get(run.round) ?? run, group))),
        )
      : null,
    due: sum(({ due }) => due),
    delivered: sum(({ delivered }) => delivered),
    skipped: sum(({ skipped }) => skipped),
    agesMs: { p50: age(0.5), p95: age(0.95), p99: age(0.99) },
    lateShare:
      sum(({ framesLate }) => framesLate) /
      Math.max(
        1,
        sum((run) => run.frames + run.framesLate),
      ),
  };
}

const spreadsOf = <Name extends GroupName>(names: readonly Name[], spread: (group: Name) => Spread) =>
  Object.fromEntries(names.map((name) => [name, spread(name)])) as Record<Name, Spread>;

export const lostOf = ({ due, delivered, skipped }: FanoutFigures): number => due - delivered - skipped;

export function fanoutTargets(result: FanoutResult): Target[] {
  const lost = fanoutFigures(result)
    .filter(({ subject }) => subject === 'ours')
    .reduce((total, figures) => total + lostOf(figures), 0);
  const idle: IdleNodeFigures = idleNodeFigures(result, 'ours');
  return [
    { what: 'ours: positions lost (target 0)', measured: String(lost), met: lost === 0 },
    {
      what: "ours: CPU of a gateway without clients for others' rooms (target 0 within one tick of 10 ms)",
      measured: `${idle.differenceMs.median.toFixed(0)} ms in ${result.durationMs / 1000} s`,
      met: isNothing(idle),
    },
  ];
}

/** What must never happen: a fix that is not stored, or a position of ours that is lost. */
export const nothingLost = (result: FanoutResult): boolean =>
  result.ledgers.every(addsUp) &&
  fanoutFigures(result).every((each) => each.subject !== 'ours' || lostOf(each) === 0);
