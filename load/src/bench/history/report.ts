import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { type Spread, spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import type { HistoryFigures } from './figures.ts';
import { allStored, figureOf, historyFigures, historyTargets, shareOfW } from './figures.ts';
import {
  DRIVERS,
  FLOW_FIXES_PER_SECOND,
  FULL_BLOCK,
  type HistoryResult,
  type HistoryRun,
  type HistoryVariant,
} from './run.ts';

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
      'CPU µs per fix',
      'fixes per write',
      'fixes/s',
      'writes/s',
      'writer',
      'Mongo',
      'Redis',
      'feeder',
      'fixes/s per core of the writer',
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
    `${DRIVERS} drivers; one worker with the role history, everything on (claims, acknowledgements, durable marks, messages to gateways); ${result.rounds} rounds in turn, median (least–greatest). A backlog is fed as fast as the log accepts it, its rate is taken while the log has more than a worker holds at once; \`as it comes\`: ${FLOW_FIXES_PER_SECOND} fixes/s for ${result.flowMs / 1000} s in an open loop (blocks are written after 5 s, full or not). The floor is insertMany of prepared documents, 500 per request, 4 requests at once; the textbook is one mongoose create per fix, 50 at once. The writer is the worker, or the peer's process.`,
    '',
    figuresTable(figures),
    '',
    `W, this MongoDB's write rate with the floor: ${w.toFixed(0)} full blocks/s. History, end to end from the log: ${(100 * share).toFixed(0)} % of W.`,
    `CPU of the worker ÷ the floor's process: ${ratio(figures, 'ours, a backlog', `floor, ${FULL_BLOCK} a document`)} × for a backlog, ${ratio(figures, 'ours, as it comes', 'floor, 10 a document')} × as it comes; the textbook ÷ ours as it comes: ${ratio(figures, 'textbook', 'ours, as it comes')} ×.`,
    `ledger: ${fed} fixes fed, ${stored} stored${allStored(result) ? '' : '  ← differs'}`,
    '',
    ...targetLines(historyTargets(result)),
    'Left out: gateways (the bench packs the entries itself, with their writer), the way of `durable` from a gateway to the phone, elections. Feeder, Redis, worker and MongoDB share the machine, so rates are limited by all of them together; µs are not.',
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
    {
      name: 'history-cpu',
      svg: barPlot({ title: 'CPU of a fix on its way into history', unit: 'CPU µs per fix', bars, note }),
    },
  ];
}

/** For programs. */
export function historyJson(result: HistoryResult): object {
  return { ...result, figures: historyFigures(result), ...shareOfW(result), targets: historyTargets(result) };
}
