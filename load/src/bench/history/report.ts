import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { type Spread, spreadOf, spreadText } from '../spread.ts';
import { type Target, targetLines } from '../targets.ts';
import {
  DRIVERS,
  FLOW_FIXES_PER_SECOND,
  FULL_BLOCK,
  HISTORY_VARIANTS,
  type HistoryResult,
  type HistoryRun,
  type HistoryVariant,
} from './run.ts';

/** Of one way of writing, over the rounds. */
export interface HistoryFigures {
  readonly variant: HistoryVariant;
  readonly fixesPerWrite: Spread;
  /** Stored; NaN where a rate was given. */
  readonly fixesPerSecond: Spread;
  readonly writesPerSecond: Spread;
  /** CPU µs a fix. */
  readonly writer: Spread;
  readonly mongo: Spread;
  readonly redis: Spread;
  readonly feeder: Spread;
  /** Fixes a second that one core of the writing process bears. */
  readonly fixesPerCore: Spread;
}

const TARGET_FIXES_PER_SECOND = 30_000;
const MICROS = 1_000_000;

export function historyFigures({ runs }: HistoryResult): HistoryFigures[] {
  return HISTORY_VARIANTS.map((variant) => {
    const own = runs.filter((run) => run.variant === variant);
    const spread = (figure: (run: HistoryRun) => number) => spreadOf(own.map(figure));
    return {
      variant,
      fixesPerWrite: spread(({ fixes, writes }) => fixes / writes),
      fixesPerSecond: spread(({ fixesPerSecond }) => fixesPerSecond),
      writesPerSecond: spread(({ fixes, writes, fixesPerSecond }) => (fixesPerSecond * writes) / fixes),
      writer: spread(({ cpu, fixes }) => cpu.writer / fixes),
      mongo: spread(({ cpu, fixes }) => cpu.mongo / fixes),
      redis: spread(({ cpu, fixes }) => cpu.redis / fixes),
      feeder: spread(({ cpu, fixes }) => cpu.feeder / fixes),
      fixesPerCore: spread(({ cpu, fixes }) => (fixes * MICROS) / cpu.writer),
    };
  });
}

const figureOf = (figures: readonly HistoryFigures[], variant: HistoryVariant) =>
  figures.find((each) => each.variant === variant) as HistoryFigures;

export const isStandin = ({ mongo }: HistoryResult): boolean => mongo === 'stand-in';

/** End to end against the floor: what of this Mongo's own rate W (full blocks a second by insertMany) history reaches. */
export function shareOfW(result: HistoryResult): { w: number; share: number } {
  const figures = historyFigures(result);
  const w = figureOf(figures, `floor, ${FULL_BLOCK} a document`).writesPerSecond.median;
  const ours = figureOf(figures, 'ours, a backlog');
  // In full blocks: what history writes in two pieces is one document of W.
  return { w, share: ours.fixesPerSecond.median / FULL_BLOCK / w };
}

export const isWhole = ({ runs }: HistoryResult): boolean =>
  runs.every(({ fixes, stored }) => fixes === stored);

export function historyTargets(result: HistoryResult): Target[] {
  const rate = figureOf(historyFigures(result), 'ours, a backlog').fixesPerSecond.median;
  const standin = isStandin(result);
  return [
    {
      what: `fixes/s stored, on a real mongod (target ≥ ${TARGET_FIXES_PER_SECOND})`,
      measured: standin ? 'not measured here: no mongod (set MONGODB_URI)' : `${rate.toFixed(0)}/s`,
      met: standin ? null : rate >= TARGET_FIXES_PER_SECOND,
    },
  ];
}

function figuresTable(figures: readonly HistoryFigures[]): string {
  const whole = ({ median, min, max }: Spread) => spreadText({ median, min, max }, 0);
  const rows = figures.map((each) => [
    each.variant,
    whole(each.fixesPerWrite),
    whole(each.fixesPerSecond),
    whole(each.writesPerSecond),
    spreadText(each.writer),
    spreadText(each.mongo),
    spreadText(each.redis),
    spreadText(each.feeder),
    whole(each.fixesPerCore),
  ]);
  return tableText(
    [
      'CPU µs a fix',
      'fixes a write',
      'fixes/s',
      'writes/s',
      'writer',
      'Mongo',
      'Redis',
      'feeder',
      'fixes/s a core of the writer',
    ],
    rows,
  );
}

export function historyReport(result: HistoryResult): string {
  const figures = historyFigures(result);
  const { w, share } = shareOfW(result);
  const sum = (count: (run: HistoryRun) => number) =>
    result.runs.reduce((total, run) => total + count(run), 0);
  const [fed, stored] = [sum(({ fixes }) => fixes), sum((run) => run.stored)];
  return [
    machineText(),
    `Load of the machine (1 min) before the start: ${result.loadBefore.toFixed(2)}. Nothing is pinned to a core.`,
    `Mongo: ${result.mongo}${result.cannot === null ? '' : ` (cannot: ${result.cannot})`}`,
    `${DRIVERS} drivers; one worker with the role history, everything on (claims, acknowledgements, durable marks, gateways told); ${result.rounds} rounds in turn, median (least–greatest). A backlog is fed as fast as the log takes it, its rate is taken while the log has more than a worker holds at once; \`as it comes\`: ${FLOW_FIXES_PER_SECOND} fixes/s for ${result.flowMs / 1000} s in an open loop (blocks are written after 5 s, full or not). The floor is insertMany of documents that are ready, 500 a request, 4 requests at once; the textbook is one mongoose create for each fix, 50 at once. The writer is the worker, or the peer's process.`,
    '',
    figuresTable(figures),
    '',
    `W, what this Mongo takes from the floor: ${w.toFixed(0)} full blocks/s. History, end to end from the log: ${(100 * share).toFixed(0)} % of W.`,
    `CPU of the worker against the floor's process: ${ratio(figures, 'ours, a backlog', `floor, ${FULL_BLOCK} a document`)} × for a backlog, ${ratio(figures, 'ours, as it comes', 'floor, 10 a document')} × as it comes; the textbook's against ours as it comes: ${ratio(figures, 'textbook', 'ours, as it comes')} ×.`,
    `ledger: ${fed} fixes fed, ${stored} stored${isWhole(result) ? '' : '  ← differs'}`,
    '',
    ...targetLines(historyTargets(result)),
    'Left out: gateways (the bench packs the entries itself, with their writer), the way of `durable` from a gateway to the phone, elections. Feeder, Redis, worker and Mongo share the machine, so that rates are of all of them together; µs are not.',
  ].join('\n');
}

function ratio(figures: readonly HistoryFigures[], one: HistoryVariant, other: HistoryVariant): string {
  return (figureOf(figures, one).writer.median / figureOf(figures, other).writer.median).toFixed(1);
}

export function historyPlots(result: HistoryResult): { name: string; svg: string }[] {
  const bars = historyFigures(result).map(({ variant, writer, mongo, redis }) => ({
    label: variant,
    parts: [
      { name: 'worker or peer', value: writer.median },
      { name: 'Mongo', value: mongo.median },
      { name: 'Redis', value: redis.median },
    ],
  }));
  const note = `${measuredText()}; Mongo: ${result.mongo}; medians of ${result.rounds} rounds`;
  return [
    { name: 'history-cpu', svg: barPlot({ title: 'A fix into history', unit: 'CPU µs a fix', bars, note }) },
  ];
}
