import { uploadsTargets } from '../../uploads/report.ts';
import { NICENESS, type UploadsResult, WARM_UP } from '../../uploads/run.ts';
import type { BenchOutcome } from '../bench.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { type Spread, spreadOf, spreadText } from '../spread.ts';
import { type Target, targetLines } from '../targets.ts';
import type { UploadsBenchResult } from './run.ts';

const LEFT_OUT =
  'Left out: TLS, the network, photos of several MB (bench api has them; thousands of them do not fit a test machine), review by operators. Phones, API, S3 and workers share the machine.';

type Figure = readonly [what: string, of: (round: UploadsResult) => number, digits: number];

const FIGURES: readonly Figure[] = [
  ['forms requested and files sent, /s', ({ users, sentMs }) => (users * 1000) / sentMs, 0],
  ['all answered 202 after, s', ({ acceptedMs }) => acceptedMs / 1000, 1],
  ['all done after, s', ({ endedMs }) => endedMs / 1000, 1],
  ['done per minute', ({ users, endedMs }) => (users * 60_000) / endedMs, 0],
  ['wait p50, s', ({ waitMs }) => waitMs.p50 / 1000, 1],
  ['wait p95, s', ({ waitMs }) => waitMs.p95 / 1000, 1],
  ['longest wait, s', ({ waitMs }) => waitMs.max / 1000, 1],
  ['longest queue', ({ deepest }) => deepest, 0],
  ['estimate ÷ wait, p5', ({ ratio }) => ratio.p5, 2],
  ['estimate ÷ wait, p50', ({ ratio }) => ratio.p50, 2],
  ['estimate ÷ wait, p95', ({ ratio }) => ratio.p95, 2],
  ['processed', ({ processed }) => processed, 0],
  ['rejected', ({ rejected }) => rejected, 0],
  ['lost', ({ lost }) => lost, 0],
];

const spread = ({ rounds }: UploadsBenchResult, of: (round: UploadsResult) => number): Spread =>
  spreadOf(rounds.map(of));

export function uploadsRoundsReport(result: UploadsBenchResult): string {
  const [first] = result.rounds;
  if (first === undefined) return 'no round was run';
  const { users, perMinute, bytes, atOnce, servers } = first;
  const loads = result.rounds.map(({ loadBefore }) => loadBefore.toFixed(1)).join(', ');
  return [
    machineText(),
    `${users} users, a JPEG of ${(bytes / 1000).toFixed(0)} kB each, over ${atOnce} connections: first all request their forms and send their files, then all complete at once. ${result.rounds.length} rounds, each with a cluster of its own (${Object.entries(
      servers,
    )
      .map((server) => server.join(': '))
      .join(
        ', ',
      )}) and ${WARM_UP} uploads before; median (least–greatest); load of the machine before each: ${loads}`,
    `The queue's limiter is raised to ${perMinute} per minute (default 100). Phones and API run at niceness ${NICENESS}, so that they do not starve the workers of this one machine while completes come in.`,
    '',
    tableText(
      ['', 'median (least–greatest)'],
      FIGURES.map(([what, of, digits]) => [what, spreadText(spread(result, of), digits)]),
    ),
    '',
    tableText(
      ['CPU ms per document', 'median (least–greatest)'],
      programs(result).map(({ name, ms }) => [name, spreadText(ms)]),
    ),
    '',
    'Targets:',
    ...targetLines(targetsOf(result)),
    '',
    LEFT_OUT,
  ].join('\n');
}

const programs = (result: UploadsBenchResult) =>
  Object.keys(result.rounds[0]?.cpu ?? {}).map((name) => ({
    name: name === 'generator' ? 'phones' : name,
    ms: spread(result, ({ cpu }) => (cpu[name] ?? 0) / 1000),
  }));

/** Met when it is in every round. */
function targetsOf({ rounds }: UploadsBenchResult): Target[] {
  const byRound = rounds.map(uploadsTargets);
  return (byRound[0] ?? []).map(({ what }, index) => {
    const met = byRound.filter((targets) => targets[index]?.met).length;
    return { what, measured: `in ${met} of ${rounds.length} rounds`, met: met === rounds.length };
  });
}

export function uploadsPlots(result: UploadsBenchResult): NonNullable<BenchOutcome['plots']> {
  const bar = (label: string, of: (round: UploadsResult) => number) => {
    const range = spread(result, of);
    return { label, parts: [{ name: 'wait', value: range.median }], range };
  };
  return [
    {
      name: 'uploads-wait',
      svg: barPlot({
        title: 'From the 202 to the end of a document’s processing, all users at once',
        unit: 's (median of the rounds; whisker: least to greatest)',
        bars: [
          bar('p50', ({ waitMs }) => waitMs.p50 / 1000),
          bar('p95', ({ waitMs }) => waitMs.p95 / 1000),
          bar('longest', ({ waitMs }) => waitMs.max / 1000),
        ],
        note: `${measuredText()}. ${LEFT_OUT}`,
      }),
    },
  ];
}

/** For programs. */
export const uploadsJson = (result: UploadsBenchResult): object => ({
  ...result,
  targets: targetsOf(result),
});
