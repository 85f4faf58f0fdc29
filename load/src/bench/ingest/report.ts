import type { BenchOutcome } from '../bench.ts';
import { ledgerText } from '../ledger.ts';
import { barPlot } from '../plot/plots.ts';
import { lateLines, machineText, measuredText, tableText } from '../report-text.ts';
import { spreadText } from '../spread.ts';
import { warmUpText } from '../stack/warm-up.ts';
import { targetLines } from '../targets.ts';
import { figuresOf, GROUPS, ingestTargets, SERVER_GROUPS, type VariantFigures } from './figures.ts';
import type { IngestResult } from './run.ts';

const FLAGS =
  "Bare Socket.IO runs with our gateways' V8 flags (a larger young space, no pretenuring), so that flags do not explain the difference; the textbook stack runs without, as its users run it.";
const LEFT_OUT =
  'Left out: HAProxy (clients connect to the nodes), TLS; processes are not pinned. CPU of Redis, workers and Mongo is counted until the last fix is durable (including what they use while they wait), of all others while frames are sent; the durable acknowledgements that gateways send after the last frame are not included; the textbook stack with history gets a tenth of the rate. Times count from the send, which may be up to 200 ms after it was due.';

export function ingestReport(result: IngestResult): string {
  const figures = figuresOf(result);
  const rounds = result.runs.length / figures.length;
  const { drivers, followed } = result.numbers;
  return [
    machineText(),
    `${drivers} sockets, ${followed} of them followed by a rider on the other node (bare: none); open loop, ${result.framesPerSecond} frames/s for ${result.durationMs / 1000} s, ${warmUpText(result.warmUpMs)}, ${rounds} rounds in turn; median (least–greatest); load of the machine before: ${result.loadBefore.toFixed(1)}`,
    '',
    figuresTable(figures),
    'others: API, S3 and HAProxy, which frames do not pass here.',
    '',
    'Ratios of CPU µs, round by round:',
    ...targetLines(ingestTargets(result)),
    'Servers are all server processes. Workers and MongoDB store history: where the textbook stack stores none, ours is counted without those two; then with them, which is unfair to ours and has no target.',
    '',
    ...result.ledgers.map(ledgerText),
    ...lateLines(figures.map(({ variant, lateShare }) => ({ name: variant, lateShare }))),
    FLAGS,
    LEFT_OUT,
  ].join('\n');
}

const figuresTable = (figures: readonly VariantFigures[]): string =>
  tableText(
    ['CPU µs per frame', ...GROUPS, 'servers per fix', 'ack p95 ms', 'position p99 ms'],
    figures.map((each) => [
      each.variant,
      ...GROUPS.map((group) => spreadText(each.perFrame[group])),
      spreadText(each.serversPerFix),
      spreadText(each.ackP95Ms),
      spreadText(each.positionAgeP99Ms),
    ]),
  );

export function ingestPlots(result: IngestResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'ingest-cpu',
      svg: barPlot({
        title: 'CPU of all servers for a fix',
        unit: 'CPU µs per fix (medians; whisker: all servers, least to greatest)',
        bars: figuresOf(result).map((each) => ({
          label: each.variant,
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
  return { ...withoutRuns, figures: figuresOf(result), targets: ingestTargets(result) };
}
