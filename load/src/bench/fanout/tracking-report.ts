import type { BenchOutcome } from '../bench.ts';
import { ledgerText } from '../ledger.ts';
import { barPlot } from '../plot/plots.ts';
import { lateLines, machineText, measuredText, tableText } from '../report-text.ts';
import { spreadText } from '../spread.ts';
import { warmUpText } from '../stack/warm-up.ts';
import { targetLines } from '../targets.ts';
import { type PositionFigures, positionFigures, stateFigures, trackingTargets } from './tracking-figures.ts';
import type { TrackingResult } from './tracking-run.ts';

const LEFT_OUT =
  'Left out: HAProxy (clients connect to the nodes), TLS, history and a database of trips in the textbook stack (its states are in Redis; ours are in MongoDB before they are acknowledged); processes are not pinned.';

export function trackingReport(result: TrackingResult): string {
  const { sessions, rounds, durationMs, commandsPerSecond, loadBefore } = result;
  const positions = positionFigures(result);
  return [
    machineText(),
    `${sessions} tracking sessions: as many trips, each with a driver on one node and a rider on the other; open loop for ${durationMs / 1000} s, a one-fix frame every 4 s from each driver, each acknowledged, ${warmUpText(result.warmUpMs)}, ${rounds} rounds in turn; median (least–greatest); load of the machine before: ${loadBefore.toFixed(1)}`,
    '',
    positionTable(positions),
    '',
    cpuTable(positions),
    '',
    stateTable(result),
    '',
    ...targetLines(trackingTargets(result)),
    ...result.ledgers.map(ledgerText),
    ...lateLines(positions.map(({ subject, lateShare }) => ({ name: subject, lateShare }))),
    `States: each driver pauses, resumes and completes the ride, ${commandsPerSecond} commands/s, while positions go on; a latency counts from the first send of the command, so its acknowledgement is in it. The range is that of the three states.`,
    'An acknowledged frame is in Redis in the textbook stack, in the log in ours, from which it is stored exactly once.',
    LEFT_OUT,
  ].join('\n');
}

const positionTable = (figures: readonly PositionFigures[]): string =>
  tableText(
    [
      'sent to received, ms',
      'positions/s',
      'due',
      'delivered',
      'skipped',
      'lost',
      'p50',
      'p95',
      'p99',
      'ack p95',
    ],
    figures.map(({ subject, positionsPerSecond, due, delivered, skipped, lost, age, acknowledgement }) => [
      subject,
      positionsPerSecond.toFixed(0),
      String(due),
      String(delivered),
      String(skipped),
      String(lost),
      ...[age.p50, age.p95, age.p99].map((each) => spreadText(each, 0)),
      spreadText(acknowledgement.p95, 1),
    ]),
  );

/** A row for each program of either stack, so that no process disappears in a sum. */
function cpuTable(figures: readonly PositionFigures[]): string {
  const programs = [...new Set(figures.flatMap(({ cpu }) => [...cpu.keys()]))];
  const share = ({ generatorShare: { min, median, max } }: PositionFigures) =>
    `${spreadText({ min: min * 100, median: median * 100, max: max * 100 }, 0)} %`;
  return tableText(
    ['CPU µs per delivered position', ...figures.map(({ subject }) => subject)],
    [
      ...programs.map((name) => [
        name,
        ...figures.map(({ cpu }) => {
          const used = cpu.get(name);
          return used === undefined ? '–' : spreadText(used);
        }),
      ]),
      ["the generator's share (clients)", ...figures.map(share)],
    ],
  );
}

const stateTable = (result: TrackingResult): string =>
  tableText(
    [
      'states, command to follower, ms',
      'commands',
      'repeated',
      'refused',
      'due',
      'delivered',
      'share',
      'final states',
      'p50',
      'p95',
      'p99',
    ],
    stateFigures(result).map((each) => [
      each.subject,
      String(each.commands),
      String(each.repeats),
      String(each.refused),
      String(each.due),
      String(each.delivered),
      (each.delivered / each.due).toFixed(4),
      `${each.finalDelivered} of ${each.finalDue}`,
      ...[each.latency.p50, each.latency.p95, each.latency.p99].map((latency) => spreadText(latency, 0)),
    ]),
  );

export function trackingPlots(result: TrackingResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'fanout-tracking',
      svg: barPlot({
        title: `${result.sessions} tracking sessions: driver sends to rider receives, p99`,
        unit: 'ms (median of the rounds; whisker: least to greatest)',
        bars: positionFigures(result).map(({ subject, age }) => ({
          label: subject,
          parts: [{ name: 'p99', value: age.p99.median }],
          range: age.p99,
        })),
        note: `${measuredText()}. ${LEFT_OUT}`,
      }),
    },
  ];
}

/** For programs: the figures, without the samples that they were computed from. */
export function trackingJson(result: TrackingResult): object {
  const { runs: _, states: __, ...settings } = result;
  return {
    ...settings,
    positions: positionFigures(result).map((each) => ({ ...each, cpu: Object.fromEntries(each.cpu) })),
    states: stateFigures(result),
    targets: trackingTargets(result),
  };
}
