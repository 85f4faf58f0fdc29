import { addsUp } from '../ledger.ts';
import { quantile, ratioByRound, type Spread, spreadOf } from '../spread.ts';
import { atLeast, atMost, shown, type Target } from '../targets.ts';
import type { IngestResult, IngestRun } from './run.ts';

/**
 * Programs by kind, in the order in which a fix passes them. The first pattern that matches counts; programs that match none are the other
 * servers.
 */
const PATTERNS = [
  ['gateways', /^gateway/],
  ['redis', /^redis/],
  ['workers', /^workers/],
  ['mongo', /^mongo/],
  ['clients', /^clients$/],
  /** The bench itself, which waits meanwhile. */
  ['bench', /^generator$/],
] as const;
/** The servers' groups as the table shows them. `others`: the API, S3 and HAProxy, which frames do not pass here. */
export const SERVER_GROUPS = ['gateways', 'redis', 'workers', 'mongo', 'others'] as const;
export const GROUPS = [...SERVER_GROUPS, 'clients'] as const;
export type GroupName = (typeof GROUPS)[number];
/** Servers that a fix reaches only to be stored. The textbook stack has MongoDB with history, and neither without. */
const HISTORY: readonly GroupName[] = ['workers', 'mongo'];
const WITHOUT_HISTORY = SERVER_GROUPS.filter((group) => !HISTORY.includes(group));

export interface VariantFigures {
  readonly variant: string;
  readonly fixesPerFrame: number;
  /** CPU µs per frame by group of programs. */
  readonly perFrame: Readonly<Record<GroupName, Spread>>;
  /** CPU µs of all servers per fix. */
  readonly serversPerFix: Spread;
  readonly ackP95Ms: Spread;
  readonly positionAgeP99Ms: Spread;
  /** Of the worst round. */
  readonly lateShare: number;
}

export function figuresOf(result: IngestResult): VariantFigures[] {
  const names = [...new Set(result.runs.map(({ variant }) => variant))];
  return names.map((variant) => {
    const runs = runsOf(result, variant);
    const perFrame = GROUPS.map((group) => [group, spreadOf(runs.map((run) => perFrameOf(run, [group])))]);
    return {
      variant,
      fixesPerFrame: runs[0]?.fixesPerFrame ?? 1,
      perFrame: Object.fromEntries(perFrame) as Record<GroupName, Spread>,
      serversPerFix: spreadOf(runs.map((run) => perFixOf(run, SERVER_GROUPS))),
      ackP95Ms: spreadOf(runs.map(({ ackLatenciesMs }) => quantile(ackLatenciesMs, 0.95))),
      positionAgeP99Ms: spreadOf(runs.map(({ positionAgesMs }) => quantile(positionAgesMs, 0.99))),
      lateShare: Math.max(
        ...runs.map(({ frames, framesLate }) => framesLate / Math.max(1, frames + framesLate)),
      ),
    };
  });
}

/** In the order of the rounds. */
const runsOf = ({ runs }: IngestResult, variant: string): IngestRun[] =>
  runs.filter((run) => run.variant === variant);

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

const perFixOf = (run: IngestRun, groups: readonly GroupName[]): number =>
  perFrameOf(run, groups) / run.fixesPerFrame;

/** CPU of some groups in a variant's runs, per frame or per fix. */
interface Cost {
  readonly variant: string;
  readonly of: (run: IngestRun) => number;
}

const ratioOf = (result: IngestResult, above: Cost, below: Cost): Spread =>
  ratioByRound(runsOf(result, above.variant).map(above.of), runsOf(result, below.variant).map(below.of));

/** The ratios and their targets; the median decides. */
export function ingestTargets(result: IngestResult): Target[] {
  return [...gatewayTargets(result), ...withoutHistoryTargets(result), ...withHistoryTargets(result)];
}

function gatewayTargets(result: IngestResult): Target[] {
  const gateways = (variant: string): Cost => ({ variant, of: (run) => perFrameOf(run, ['gateways']) });
  const ours = gateways('ours, 1 fix');
  return [
    atMost(
      1.5,
      'gateways per frame, ours 1 fix ÷ bare without acknowledgement',
      ratioOf(result, ours, gateways('bare, no ack')),
    ),
    atMost(
      1.6,
      'gateways per frame, ours 5 fixes ÷ ours 1 fix',
      ratioOf(result, gateways('ours, 5 fixes'), ours),
    ),
  ];
}

function withoutHistoryTargets(result: IngestResult): Target[] {
  const without = (variant: string): Cost => ({ variant, of: (run) => perFixOf(run, WITHOUT_HISTORY) });
  const whole = (variant: string): Cost => ({ variant, of: (run) => perFixOf(run, SERVER_GROUPS) });
  const textbook = without('textbook, ack');
  const what = (ours: string, servers: string) =>
    `servers per fix, textbook without history ÷ ${ours}${servers}`;
  const fair = ' without workers and Mongo';
  const unfair = ', all';
  return [
    atLeast(2, what('ours 1 fix', fair), ratioOf(result, textbook, without('ours, 1 fix'))),
    atLeast(6, what('ours 5 fixes', fair), ratioOf(result, textbook, without('ours, 5 fixes'))),
    shown(what('ours 1 fix', unfair), ratioOf(result, textbook, whole('ours, 1 fix'))),
    shown(what('ours 5 fixes', unfair), ratioOf(result, textbook, whole('ours, 5 fixes'))),
  ];
}

function withHistoryTargets(result: IngestResult): Target[] {
  const whole = (variant: string): Cost => ({ variant, of: (run) => perFixOf(run, SERVER_GROUPS) });
  const textbook = whole('textbook + history, ack');
  const what = (ours: string) => `servers per fix, textbook with history ÷ ${ours}, all`;
  return [
    atLeast(10, what('ours 5 fixes'), ratioOf(result, textbook, whole('ours, 5 fixes'))),
    shown(what('ours 1 fix'), ratioOf(result, textbook, whole('ours, 1 fix'))),
  ];
}

/** What must never happen: a fix of ours that is not stored. The textbook's ledger is only printed. */
export const oursIsStored = ({ ledgers }: IngestResult): boolean =>
  ledgers.every((ledger) => ledger.subject !== 'ours' || addsUp(ledger));
