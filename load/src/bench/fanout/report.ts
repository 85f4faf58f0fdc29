import type { BenchOutcome } from '../bench.ts';
import { ledgerText } from '../ledger.ts';
import { barPlot } from '../plot/plots.ts';
import { lateLines, machineText, measuredText, tableText } from '../report-text.ts';
import { type Spread, spreadText } from '../spread.ts';
import { warmUpText } from '../stack/warm-up.ts';
import { targetLines } from '../targets.ts';
import { type FanoutFigures, fanoutFigures, fanoutTargets, GROUPS, lostOf, ON_THE_WAY } from './figures.ts';
import { CLOCK_GRAIN_MS, idleNodeFigures } from './idle-node.ts';
import { type FanoutResult, SOCKETS, SUBJECTS, type SubjectName, type TrafficName } from './run.ts';

const WITH_IDLE_NODE: readonly SubjectName[] = SUBJECTS.filter((subject) => subject !== 'bare, one node');
const label = ({ subject, traffic }: FanoutFigures) => `${subject}, ${traffic}`;

const LEFT_OUT =
  'Left out: HAProxy (clients connect to the nodes), TLS, history in the textbook stack; processes are not pinned. CPU of workers and Mongo is counted until the last fix is durable, of all others until the last position has arrived.';

export function fanoutReport(result: FanoutResult): string {
  const figures = fanoutFigures(result);
  const { durationMs, rounds, loadBefore } = result;
  return [
    machineText(),
    `${SOCKETS} sockets per stack; textbook and ours: rider and driver on different nodes; open loop for ${durationMs / 1000} s, 2.5 one-fix frames/s from each sending driver, ${warmUpText(result.warmUpMs)}, ${rounds} rounds in turn; median (least–greatest); load of the machine before: ${loadBefore.toFixed(1)}`,
    '',
    wholeTable(figures),
    '',
    aboveTable(figures),
    '',
    ...ratios(figures),
    '',
    arrivalTable(figures),
    '',
    idleTable(result),
    '',
    ...targetLines(fanoutTargets(result)),
    ...result.ledgers.map(ledgerText),
    ...lateLines(figures.map((each) => ({ name: label(each), lateShare: each.lateShare }))),
    "All nodes run with our gateways' V8 flags (a larger young space, no pretenuring).",
    'Our five riders per trip are five phones of its one rider: no one else may follow. Ages are whole ms, from the send, which may be up to 200 ms after it was due.',
    LEFT_OUT,
  ].join('\n');
}

const GROUP_NAMES = GROUPS.map(([name]) => name);
const cells = <Name extends string>(groups: Readonly<Record<Name, Spread>>, names: readonly Name[]) =>
  names.map((name) => spreadText(groups[name]));

const wholeTable = (figures: readonly FanoutFigures[]): string =>
  tableText(
    ['CPU µs per delivered position (no rider: per frame)', ...GROUP_NAMES],
    figures.map((each) => [label(each), ...cells(each.whole, GROUP_NAMES)]),
  );

const aboveTable = (figures: readonly FanoutFigures[]): string =>
  tableText(
    ['CPU µs per position above the same frames without rider', ...ON_THE_WAY],
    figures.flatMap((each) => (each.above === null ? [] : [[label(each), ...cells(each.above, ON_THE_WAY)]])),
  );

const arrivalTable = (figures: readonly FanoutFigures[]): string =>
  tableText(
    ['sent to received, ms', 'positions/s', 'due', 'delivered', 'skipped', 'lost', 'p50', 'p95', 'p99'],
    figures
      .filter(({ due }) => due > 0)
      .map((each) => [
        label(each),
        each.positionsPerSecond.toFixed(0),
        String(each.due),
        String(each.delivered),
        String(each.skipped),
        String(lostOf(each)),
        ...[each.agesMs.p50, each.agesMs.p95, each.agesMs.p99].map((age) => spreadText(age, 0)),
      ]),
  );

function idleTable(result: FanoutResult): string {
  return tableText(
    [
      `CPU ms of a node without clients in ${result.durationMs / 1000} s (grain ${CLOCK_GRAIN_MS} ms)`,
      'no load',
      'frames, no rider',
      'positions between the others',
      'difference',
      'µs per position',
    ],
    WITH_IDLE_NODE.map((subject) => {
      const { atRestMs, unfollowedMs, underLoadMs, differenceMs, perPositionUs } = idleNodeFigures(
        result,
        subject,
      );
      return [
        subject,
        spreadText(atRestMs, 0),
        spreadText(unfollowedMs, 0),
        spreadText(underLoadMs, 0),
        spreadText(differenceMs, 0),
        spreadText(perPositionUs, 2),
      ];
    }),
  );
}

/** CPU µs of gateways and Redis: the programs that a position passes. */
const onTheWay = (groups: { gateways: Spread; redis: Spread } | null | undefined): number =>
  groups ? groups.gateways.median + groups.redis.median : Number.NaN;

function ratios(figures: readonly FanoutFigures[]): string[] {
  const find = (subject: SubjectName, traffic: TrafficName) =>
    figures.find((each) => each.subject === subject && each.traffic === traffic);
  return (['600 drivers, 1 rider each', '120 drivers, 5 riders each'] as const).flatMap((traffic) => {
    const [bare, textbook, ours] = SUBJECTS.map((subject) => find(subject, traffic));
    const line = (what: string, value: number) =>
      `${`${traffic}: ${what}`.padEnd(92)} ${value.toFixed(2).padStart(12)}`;
    return [
      line(
        'gateways + Redis per position, textbook ÷ ours',
        onTheWay(textbook?.whole) / onTheWay(ours?.whole),
      ),
      line(
        "the same without the frames' own way, textbook ÷ ours",
        onTheWay(textbook?.above) / onTheWay(ours?.above),
      ),
      line(
        "the same without the frames' own way, ours ÷ bare on one node",
        onTheWay(ours?.above) / onTheWay(bare?.above),
      ),
    ];
  });
}

export function fanoutPlots(result: FanoutResult): NonNullable<BenchOutcome['plots']> {
  const followed = fanoutFigures(result).filter(({ due }) => due > 0);
  const note = `${measuredText()}. ${LEFT_OUT}`;
  return [
    {
      name: 'fanout-cpu',
      svg: barPlot({
        title: 'A position to a rider on another node (bare: on the same): CPU',
        unit: 'CPU µs per delivered position',
        bars: followed.map((each) => ({
          label: label(each),
          parts: GROUPS.map(([name]) => ({ name, value: each.whole[name].median })),
        })),
        note,
      }),
    },
    {
      name: 'fanout-age',
      svg: barPlot({
        title: 'Driver sends to rider receives, p99',
        unit: 'ms (median of the rounds; whisker: least to greatest)',
        bars: followed.map((each) => ({
          label: label(each),
          parts: [{ name: 'p99', value: each.agesMs.p99.median }],
          range: each.agesMs.p99,
        })),
        note,
      }),
    },
  ];
}

/** For programs: the figures, without the samples that they were computed from. */
export function fanoutJson(result: FanoutResult): object {
  const { durationMs, warmUpMs, rounds, loadBefore, ledgers } = result;
  return {
    durationMs,
    warmUpMs,
    rounds,
    loadBefore,
    sockets: SOCKETS,
    figures: fanoutFigures(result).map((each) => ({ ...each, lost: lostOf(each) })),
    idleNode: WITH_IDLE_NODE.map((subject) => idleNodeFigures(result, subject)),
    ledgers,
    targets: fanoutTargets(result),
  };
}
