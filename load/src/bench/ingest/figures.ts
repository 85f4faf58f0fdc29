import { addsUp } from '../ledger.ts';
import { quantile, ratioByRound, type Spread, spreadOf } from '../spread.ts';
import { atLeast, atMost, shown, type Target } from '../targets.ts';
import type { IngestRun } from './measure.ts';
import { commonRate } from './rates.ts';
import type { IngestResult } from './run.ts';
import { COMPARISONS, type Comparison, nameOf, STACKS, VARIANTS, type Variant } from './variants.ts';

/**
 * Programs by kind, in the order in which a fix passes them. The first pattern that matches counts; programs that match none are the other
 * servers.
 */
const PATTERNS = [
  ['gateways', /^gateway/],
  ['redis', /^redis/],
  ['workers', /^workers/],
  ['mongo', /^mongo/],
  ['generator', /^clients$/],
  /** The bench itself, which waits meanwhile. `readCpu` names it so; what generates the load is the process `clients`. */
  ['bench', /^generator$/],
] as const;
/** The servers' groups as the table shows them. `others`: the API, S3 and HAProxy, which frames do not pass here. */
export const SERVER_GROUPS = ['gateways', 'redis', 'workers', 'mongo', 'others'] as const;
export const GROUPS = [...SERVER_GROUPS, 'generator'] as const;
export type GroupName = (typeof GROUPS)[number];
/** Servers that a fix reaches only to be stored. The textbook stack has MongoDB with history, and neither without. */
const HISTORY: readonly GroupName[] = ['workers', 'mongo'];
const COUNTED: Readonly<Record<Comparison['counts'], readonly GroupName[]>> = {
  gateways: ['gateways'],
  'without history': SERVER_GROUPS.filter((group) => !HISTORY.includes(group)),
  all: SERVER_GROUPS,
};

/** Times in ms over the rounds; NaN where there are none. */
export interface Latencies {
  readonly ackP50Ms: Spread;
  readonly ackP99Ms: Spread;
  readonly riderP50Ms: Spread;
  readonly riderP99Ms: Spread;
}

/** One variant at one rate. */
export interface RateFigures extends Latencies {
  readonly variant: string;
  readonly framesPerSecond: number;
  readonly fixesPerFrame: number;
  /** CPU µs per frame by group of programs. */
  readonly perFrame: Readonly<Record<GroupName, Spread>>;
  /** CPU µs of all servers per fix. */
  readonly serversPerFix: Spread;
  readonly positionsPerFrame: Spread;
  /** Of the worst round. */
  readonly lateShare: number;
  readonly rounds: number;
  readonly roundsHeld: number;
}

export function figuresOf(result: IngestResult): RateFigures[] {
  const rates = [...new Set(result.runs.map(({ framesPerSecond }) => framesPerSecond))].sort((a, b) => b - a);
  return rates.flatMap((framesPerSecond) =>
    VARIANTS.flatMap((variant) => {
      const runs = runsOf(result, variant, framesPerSecond);
      return runs.length === 0 ? [] : [figuresAt(variant, framesPerSecond, runs)];
    }),
  );
}

function figuresAt(variant: Variant, framesPerSecond: number, runs: readonly IngestRun[]): RateFigures {
  const perFrame = GROUPS.map((group) => [group, spreadOf(runs.map((run) => perFrameOf(run, [group])))]);
  return {
    variant: nameOf(variant),
    framesPerSecond,
    fixesPerFrame: variant.fixesPerFrame,
    perFrame: Object.fromEntries(perFrame) as Record<GroupName, Spread>,
    serversPerFix: spreadOf(runs.map((run) => perFrameOf(run, SERVER_GROUPS) / run.fixesPerFrame)),
    positionsPerFrame: spreadOf(runs.map(({ positions, frames }) => positions / frames)),
    ...latenciesOf(runs),
    lateShare: Math.max(
      ...runs.map(({ frames, framesLate }) => framesLate / Math.max(1, frames + framesLate)),
    ),
    rounds: runs.length,
    roundsHeld: runs.filter(({ reasons }) => reasons.length === 0).length,
  };
}

function latenciesOf(runs: readonly IngestRun[]): Latencies {
  const of = (list: (run: IngestRun) => readonly number[], q: number) =>
    spreadOf(runs.map((run) => quantile(list(run), q)));
  return {
    ackP50Ms: of(({ ackLatenciesMs }) => ackLatenciesMs, 0.5),
    ackP99Ms: of(({ ackLatenciesMs }) => ackLatenciesMs, 0.99),
    riderP50Ms: of(({ positionAgesMs }) => positionAgesMs, 0.5),
    riderP99Ms: of(({ positionAgesMs }) => positionAgesMs, 0.99),
  };
}

/** In the order of the rounds. */
const runsOf = ({ runs }: IngestResult, variant: Variant, framesPerSecond: number): IngestRun[] =>
  runs.filter((run) => run.variant === nameOf(variant) && run.framesPerSecond === framesPerSecond);

const groupOf = (program: string): GroupName | 'bench' =>
  PATTERNS.find(([, pattern]) => pattern.test(program))?.[0] ?? 'others';

function perFrameOf(run: IngestRun, groups: readonly GroupName[]): number {
  let microseconds = 0;
  for (const [program, used] of run.cpu) {
    const group = groupOf(program);
    if (group !== 'bench' && groups.includes(group)) microseconds += used;
  }
  return microseconds / run.frames;
}

/** One side of a comparison: what its load cost the generator, and how late it was. */
export interface Side extends Latencies {
  readonly variant: string;
  readonly generatorPerFrame: Spread;
}

export interface ComparisonFigures {
  readonly kind: Comparison['kind'];
  readonly what: string;
  /** The highest rate that both sides held; null when there was none, and nothing could be compared. */
  readonly framesPerSecond: number | null;
  /** CPU of the first side ÷ that of the second, round by round. */
  readonly ratio: Spread | null;
  readonly target: Target;
  readonly sides: readonly Side[];
  /**
   * Whether the generator's cost differs so much that the machine was differently loaded beside the two, or that one generator had more to
   * do: the ratio then says less.
   */
  readonly generatorDiffers: boolean;
}

const GENERATOR_DIFFERS_FROM = 1.5;

export const comparisonFigures = (result: IngestResult): ComparisonFigures[] =>
  COMPARISONS.map((comparison) => compare(result, comparison));

function compare(result: IngestResult, comparison: Comparison): ComparisonFigures {
  const { kind, above, below, counts, per } = comparison;
  const servers = { gateways: 'gateways', 'without history': 'servers', all: 'all servers' }[counts];
  const what = `${servers} per ${per}, ${nameOf(above)} ÷ ${nameOf(below)}${unevenText(comparison)}`;
  const framesPerSecond = commonRate(result.tries, comparison) ?? null;
  const runs = [above, below].map((variant) =>
    framesPerSecond === null ? [] : runsOf(result, variant, framesPerSecond),
  );
  const costs = runs.map((each) =>
    each.map((run) => perFrameOf(run, COUNTED[counts]) / (per === 'fix' ? run.fixesPerFrame : 1)),
  );
  const [aboveCosts = [], belowCosts = []] = costs;
  const ratio = framesPerSecond === null ? null : ratioByRound(aboveCosts, belowCosts);
  const sides = [above, below].map((variant, index): Side => {
    const own = runs[index] ?? [];
    const generatorPerFrame = spreadOf(own.map((run) => perFrameOf(run, ['generator'])));
    return { variant: nameOf(variant), generatorPerFrame, ...latenciesOf(own) };
  });
  const generators = sides.map(({ generatorPerFrame }) => generatorPerFrame.median);
  const generatorDiffers = Math.max(...generators) >= GENERATOR_DIFFERS_FROM * Math.min(...generators);
  return {
    kind,
    what,
    framesPerSecond,
    ratio,
    target: targetOf(comparison, what, ratio),
    sides,
    generatorDiffers,
  };
}

/** Which servers of ours are left out where the other side has no history. */
function unevenText({ counts, above, below }: Comparison): string {
  if (counts === 'without history') return ' (ours without workers and MongoDB)';
  const stores = [above, below].map(({ stack }) => STACKS[stack].stores);
  return counts === 'all' && stores[0] !== stores[1] ? ' (ours with history, the other without)' : '';
}

function targetOf({ target }: Comparison, what: string, ratio: Spread | null): Target {
  if (ratio === null) return { what, measured: 'not measured', met: null };
  if (target === undefined) return shown(what, ratio);
  return 'atLeast' in target ? atLeast(target.atLeast, what, ratio) : atMost(target.atMost, what, ratio);
}

/** What must never happen: a fix of ours that is not stored. The rivals' ledgers are only printed. */
export const oursIsStored = ({ ledgers }: IngestResult): boolean => {
  const ours = ledgers.find(({ stack }) => stack === 'ours');
  return ours !== undefined && ours.stored !== null && addsUp({ sent: ours.sent, stored: ours.stored });
};
