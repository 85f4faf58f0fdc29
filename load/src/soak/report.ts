import { addsUp, ledgerText } from '../bench/ledger.ts';
import { linePlot } from '../bench/plot/plots.ts';
import { machineText, measuredText, tableText } from '../bench/report-text.ts';
import { type Target, targetLines } from '../bench/targets.ts';
import type { Held } from './process-samples.ts';
import type { SoakResult, SoakSample } from './run.ts';
import {
  FDS_APART,
  isFlat,
  type Quarters,
  quartersOf,
  RSS_GROWTH,
  type Series,
  slopePerHour,
} from './verdict.ts';

/** The verdict on one program. */
export interface ProgramVerdict {
  readonly name: string;
  readonly rssMb: Quarters;
  readonly rssMbPerHour: number;
  /** NaN for a program that does not report it. */
  readonly heapMb: Quarters;
  readonly fds: Quarters;
  readonly lagMs: Quarters;
  /** Null: not judged, because it grows with what is stored or is not part of the product. */
  readonly flat: boolean | null;
}

const MB = 1_000_000;
/** MongoDB grows with its documents; S3 and the generator are not on the way of a fix. */
const NOT_JUDGED = /^(mongo|s3|generator)/;
/** In less time the quarters are still warming up: they are reported and decide nothing. */
const LEAST_MINUTES = 30;

function seriesOf(samples: readonly SoakSample[], name: string, value: (held: Held) => number): Series {
  const own = samples.filter(({ held }) => held.has(name));
  return {
    hours: own.map(({ minutes }) => minutes / 60),
    values: own.map(({ held }) => value(held.get(name) as Held)),
  };
}

export function verdictsOf({ samples }: SoakResult): ProgramVerdict[] {
  const names = [...new Set(samples.flatMap(({ held }) => [...held.keys()]))];
  return names.map((name) => {
    const rss = seriesOf(samples, name, ({ rssBytes }) => rssBytes / MB);
    const quarters = (value: (held: Held) => number) => quartersOf(seriesOf(samples, name, value));
    const [rssMb, fds] = [quartersOf(rss), quarters((held) => held.fds)];
    // A program that was gone at the end is not flat.
    const isThere = samples.at(-1)?.held.has(name) === true;
    return {
      name,
      rssMb,
      rssMbPerHour: slopePerHour(rss),
      heapMb: quarters(({ heapBytes = Number.NaN }) => heapBytes / MB),
      fds,
      lagMs: quarters(({ lagMs = Number.NaN }) => lagMs),
      flat: NOT_JUDGED.test(name) ? null : isThere && isFlat({ rss: rssMb, fds }),
    };
  });
}

export const isLong = ({ minutes }: SoakResult): boolean => minutes >= LEAST_MINUTES;

export function soakTargets(result: SoakResult): Target[] {
  const isFlatOverall = verdictsOf(result).every(({ flat }) => flat !== false);
  return [
    { what: 'fixes lost (target 0)', measured: String(result.sent - result.stored), met: addsUp(result) },
    {
      what: 'RSS and open files flat',
      measured: isLong(result) ? (isFlatOverall ? 'yes' : 'no') : 'not judged: the run is too short',
      met: isLong(result) ? isFlatOverall : null,
    },
  ];
}

/** Nothing lost, and flat where the soak was long enough to tell. */
export const isSound = (result: SoakResult): boolean => soakTargets(result).every(({ met }) => met !== false);

/** One progress line for people. */
export function sampleText({
  minutes,
  held,
  backlog,
  framesSent,
  framesLate,
  refused,
  closed,
  positionP99Ms,
}: SoakSample): string {
  const memory = [...held]
    .filter(([name]) => /^(gateway|workers|api)/.test(name))
    .map(
      ([name, { rssBytes, lagMs }]) =>
        `${name} ${(rssBytes / MB).toFixed(0)} MB, lag ${lagMs?.toFixed(0) ?? '–'} ms`,
    );
  return `${minutes.toFixed(1)} min: ${framesSent} sent, ${framesLate} late, ${refused} refused, ${closed} lost sockets; rider p99 ${positionP99Ms.toFixed(0)} ms; ${backlog} entries in the backlog; ${memory.join('; ')}`;
}

export function soakReport(result: SoakResult, rateText: string): string {
  const { numbers, samples } = result;
  const verdicts = verdictsOf(result);
  const last = samples.at(-1);
  const early =
    result.minutes < result.plannedMinutes - 0.1 ? ` of ${result.plannedMinutes.toFixed(0)} planned` : '';
  return [
    machineText(),
    `Load of the machine (1 min) before the start: ${result.loadBefore.toFixed(2)}. Nothing is pinned to a core. Mongo: ${result.mongo}`,
    `A whole cluster through HAProxy: ${numbers.drivers} drivers, ${numbers.followed} of them followed by a rider on the other gateway; open loop, ${result.framesPerSecond} one-fix frames/s (${rateText}) for ${result.minutes.toFixed(1)} min${early}; ${samples.length} samples${result.samplesMissed > 0 ? `, ${result.samplesMissed} missed` : ''}`,
    '',
    verdictTable(verdicts),
    '',
    `Flat: the last quarter's median of RSS is at most ${RSS_GROWTH} × the second's, and open descriptors differ by at most ${FDS_APART}. The slope is from the second quarter on. Not judged: MongoDB, which grows with its documents, S3, and the generator.`,
    ...(isLong(result)
      ? []
      : [`Shorter than ${LEAST_MINUTES} min: the quarters are still warming up and decide nothing.`]),
    `at the last sample: frames sent ${last?.framesSent ?? 0}, late in the generator ${last?.framesLate ?? 0}, refused ${last?.refused ?? 0}, sockets lost ${last?.closed ?? 0}; largest backlog, entries: ${samples.reduce((most, { backlog }) => Math.max(most, backlog), 0)}`,
    ledgerText({ subject: 'the soak', ...result }),
    ...targetLines(soakTargets(result)),
    'Left out: TLS, phones that reconnect, REST calls. Memory is the sum over all processes of a program.',
  ].join('\n');
}

function verdictTable(verdicts: readonly ProgramVerdict[]): string {
  const figure = (value: number, digits = 0) => (Number.isNaN(value) ? '–' : value.toFixed(digits));
  const between = ({ first, second, last }: Quarters) =>
    Number.isNaN(first + last) ? '–' : `${figure(first)} · ${figure(second)} · ${figure(last)}`;
  const rows = verdicts.map(({ name, rssMb, rssMbPerHour, heapMb, fds, lagMs, flat }) => [
    name,
    between(rssMb),
    figure(rssMbPerHour, 1),
    between(heapMb),
    between(fds),
    between(lagMs),
    flat === null ? '–' : flat ? 'yes' : 'NO',
  ]);
  return tableText(
    ['quarters 1 · 2 · 4', 'RSS MB', 'RSS MB per hour', 'heap MB', 'open files', 'loop delay p99 ms', 'flat'],
    rows,
  );
}

export function soakPlots(result: SoakResult): { name: string; svg: string }[] {
  const names = verdictsOf(result).map(({ name }) => name);
  const lines = names.map((name) => ({
    name,
    points: result.samples
      .filter(({ held }) => held.has(name))
      .map(({ minutes, held }) => ({ x: minutes, y: (held.get(name)?.rssBytes ?? 0) / MB })),
  }));
  const note = `${measuredText()}; ${result.framesPerSecond} one-fix frames/s through the whole cluster`;
  const svg = linePlot({
    title: 'Memory during the soak',
    xLabel: 'minutes',
    yLabel: 'RSS, MB',
    lines,
    note,
  });
  return [{ name: 'soak-rss', svg }];
}

/** For programs: maps as objects. */
export function soakJson(result: SoakResult): object {
  const samples = result.samples.map((sample) => ({ ...sample, held: Object.fromEntries(sample.held) }));
  return {
    ...result,
    samples,
    verdicts: verdictsOf(result),
    targets: soakTargets(result),
    sound: isSound(result),
  };
}
