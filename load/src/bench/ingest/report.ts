import type { BenchOutcome } from '../bench.ts';
import { RIDER_P99_LIMIT_MS } from '../hold-limits.ts';
import { barPlot } from '../plot/plots.ts';
import { lateLines, machineText, measuredText, tableText } from '../report-text.ts';
import { type Spread, spreadText } from '../spread.ts';
import { warmUpText } from '../stack/warm-up.ts';
import {
  type ComparisonFigures,
  comparisonFigures,
  figuresOf,
  GROUPS,
  type RateFigures,
  SERVER_GROUPS,
  type Side,
} from './figures.ts';
import { FINISH_MS, heldRate, type RateTry } from './rates.ts';
import type { IngestResult, StackLedger } from './run.ts';
import { nameOf, STACK_NAMES, STACKS, VARIANTS } from './variants.ts';

const FLAGS =
  "All nodes, bare Socket.IO's and the rivals' too, run with our gateways' V8 flags (a larger young space, no pretenuring).";
const LEFT_OUT =
  'Left out: HAProxy (clients connect to the nodes), TLS, the network; processes are not pinned. CPU of what stores (Redis, workers, MongoDB; in a rival its gateways) is counted until the last fix is stored, what it uses while it waits included, of all others while frames are sent: the durable acknowledgements that our gateways send after the last frame are not included. The batch of 30 s is stored at the end of each run instead, so that neither its wait nor its effect on latencies is in the figures. Times count from the send, which may be up to 200 ms after it was due; riders see whole ms.';

export function ingestReport(result: IngestResult): string {
  const figures = figuresOf(result);
  const comparisons = comparisonFigures(result);
  const { drivers, followed } = result.numbers;
  const rates = [...new Set(figures.map(({ framesPerSecond }) => framesPerSecond))];
  return [
    machineText(),
    `${drivers} sockets, ${followed} of them followed by a rider on the other node (bare: none); open loop, ${result.durationMs / 1000} s per run, ${warmUpText(result.warmUpMs)}, ${result.rounds} rounds in turn; median (least–greatest); load of the machine before: ${result.loadBefore.toFixed(1)}`,
    '',
    'What each stack does with a fix:',
    ...STACK_NAMES.map((name) => `  ${name}: ${STACKS[name].does}`),
    '',
    `Both sides of a comparison run at the highest rate that both held for ${result.tryMs / 1000} s: nothing lost or refused, under 0.1 % late in the generator, everything acknowledged and stored within ${FINISH_MS / 1000} s, riders' p99 < ${RIDER_P99_LIMIT_MS} ms. Tried: ${result.rates.join(', ')} frames/s.`,
    heldTable(result),
    '',
    'CPU, first ÷ second, round by round; beside it the medians of both: what a frame costs the generator, and the latencies.',
    comparisonTable('like for like', comparisons),
    '',
    'Unlike frames, acknowledgements or duties: what batching and acknowledging change. No comparison of stacks.',
    comparisonTable('unlike', comparisons),
    '',
    ...rates.flatMap((rate) => [
      ratesTable(
        rate,
        figures.filter(({ framesPerSecond }) => framesPerSecond === rate),
      ),
      '',
    ]),
    'others: API, S3 and HAProxy, which frames do not pass here. generator: the process that plays phones and riders.',
    '',
    ...result.ledgers.map(ledgerText),
    ...lateLines(
      figures.map(({ variant, framesPerSecond, lateShare }) => ({
        name: `${variant}, ${framesPerSecond} frames/s`,
        lateShare,
      })),
    ),
    ...notHeldLines(figures),
    FLAGS,
    LEFT_OUT,
  ].join('\n');
}

function heldTable({ tries }: IngestResult): string {
  const rows = VARIANTS.map((variant) => {
    const held = heldRate(tries, variant);
    const failed = tries.filter((each) => each.variant === nameOf(variant) && each.reasons.length > 0);
    return [
      nameOf(variant),
      held === undefined ? 'none' : `${held}/s`,
      failed.map(triedText).join('; ') || '–',
    ];
  });
  return tableText(['', 'frames/s held', 'not held'], rows);
}

const triedText = ({ framesPerSecond, reasons }: RateTry) => `${framesPerSecond}/s: ${reasons.join(', ')}`;

function comparisonTable(
  kind: 'like for like' | 'unlike',
  comparisons: readonly ComparisonFigures[],
): string {
  const rows = comparisons
    .filter((each) => (each.kind === 'like') === (kind === 'like for like'))
    .map((each) => [
      each.target.what,
      each.framesPerSecond === null ? '–' : String(each.framesPerSecond),
      each.target.measured,
      { true: 'met', false: '← missed', null: '' }[String(each.target.met)] ?? '',
      `${pair(each.sides, ({ generatorPerFrame }) => generatorPerFrame)}${each.generatorDiffers ? ' ← differs' : ''}`,
      pair(each.sides, ({ riderP50Ms }) => riderP50Ms),
      pair(each.sides, ({ riderP99Ms }) => riderP99Ms),
      pair(each.sides, ({ ackP99Ms }) => ackP99Ms),
    ]);
  const head = ['frames/s', 'CPU ratio', '', 'generator µs', 'rider p50 ms', 'rider p99 ms', 'ack p99 ms'];
  return tableText([kind, ...head], rows);
}

const pair = (sides: readonly Side[], of: (side: Side) => Spread): string =>
  sides
    .map(of)
    .map(({ median }) => (Number.isNaN(median) ? '–' : median.toFixed(0)))
    .join(' | ');

const ratesTable = (framesPerSecond: number, figures: readonly RateFigures[]): string =>
  tableText(
    [
      `CPU µs per frame, ${framesPerSecond} frames/s`,
      ...GROUPS,
      'servers per fix',
      'rider p50 ms',
      'p99 ms',
      'ack p50 ms',
      'p99 ms',
      'positions per frame',
    ],
    figures.map((each) => [
      each.variant,
      ...GROUPS.map((group) => spreadText(each.perFrame[group])),
      spreadText(each.serversPerFix),
      spreadText(each.riderP50Ms, 0),
      spreadText(each.riderP99Ms, 0),
      spreadText(each.ackP50Ms),
      spreadText(each.ackP99Ms),
      each.positionsPerFrame.median.toFixed(2),
    ]),
  );

function ledgerText({ stack, sent, stored, framesRefused, socketsLost }: StackLedger): string {
  const kept = stored === null ? 'stores none' : `${stored} stored${stored === sent ? '' : '  ← differs'}`;
  return `ledger of ${stack}: ${sent} fixes sent, ${kept}, ${framesRefused} frames refused, ${socketsLost} sockets lost`;
}

const notHeldLines = (figures: readonly RateFigures[]): string[] =>
  figures
    .filter(({ rounds, roundsHeld }) => roundsHeld < rounds)
    .map(
      ({ variant, framesPerSecond, rounds, roundsHeld }) =>
        `${variant}, ${framesPerSecond} frames/s: held in ${roundsHeld} of ${rounds} rounds only`,
    );

export function ingestPlots(result: IngestResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'ingest-cpu',
      svg: barPlot({
        title: 'CPU of all servers for a fix; only bars of one rate compare',
        unit: 'CPU µs per fix (medians; whisker: all servers, least to greatest)',
        bars: figuresOf(result).map((each) => ({
          label: `${each.framesPerSecond}/s: ${each.variant}`,
          parts: SERVER_GROUPS.map((name) => ({
            name,
            value: each.perFrame[name].median / each.fixesPerFrame,
          })),
          range: each.serversPerFix,
        })),
        note: `${measuredText()}. ${FLAGS} ${LEFT_OUT}`,
      }),
    },
  ];
}

/** For programs: the figures, without the samples that they were computed from. */
export function ingestJson(result: IngestResult): object {
  const { runs: _, ...withoutRuns } = result;
  return { ...withoutRuns, figures: figuresOf(result), comparisons: comparisonFigures(result) };
}
