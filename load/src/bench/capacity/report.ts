import { RIDER_P99_LIMIT_MS } from '../hold-limits.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { targetLines } from '../targets.ts';
import { capacityTargets, groupedCores, heldFixesPerSecond, isComplete, kindText } from './figures.ts';
import type { KindLedger, KindResult } from './frame-kind.ts';
import { DURABLE_MS, type RateRun, whyNot } from './rate-run.ts';
import type { CapacityResult } from './run.ts';

const label = ({ fixesPerSecond, fixesPerFrame, acknowledgedShare }: RateRun) =>
  `${kindText(fixesPerFrame)}, ${fixesPerSecond.toFixed(0)}/s${acknowledgedShare > 0 ? ', acknowledged' : ''}`;

const measuredRuns = ({ holds, half, acknowledged }: KindResult): RateRun[] =>
  [holds.at(-1), half, acknowledged].filter((run) => run !== null && run !== undefined);

function runTable(runs: readonly RateRun[]): string {
  const ms = (value: number | null) => (value === null || Number.isNaN(value) ? '–' : value.toFixed(0));
  const rows = runs.map((run) => [
    label(run),
    `${run.seconds} s`,
    ms(run.durableAfterMs),
    ms(run.positionP50Ms),
    ms(run.positionP99Ms),
    ms(run.ackP95Ms),
    Object.values(run.cores)
      .reduce((sum, share) => sum + share, 0)
      .toFixed(2),
    whyNot(run).join(', ') || 'yes',
  ]);
  return tableText(
    [
      'fixes/s',
      'for',
      'durable after ms',
      'rider p50 ms',
      'rider p99 ms',
      'ack p95 ms',
      'cores in use',
      'holds',
    ],
    rows,
  );
}

function cpuTable(runs: readonly RateRun[]): string {
  const grouped = runs.map(groupedCores);
  const names = grouped[0]?.map(({ name }) => name) ?? [];
  const rows = runs.map((run, index) => [
    label(run),
    ...names.map((_, group) => `${(100 * (grouped[index]?.[group]?.share ?? 0)).toFixed(0)}`),
  ]);
  return tableText(['% of a core', ...names], rows);
}

function ledgerText(fixesPerFrame: number, ledger: KindLedger): string {
  const { sent, refused, closed, stored } = ledger;
  const excused = refused + closed > 0 ? ` (${refused} in refused frames, ${closed} sockets lost)` : '';
  const verdict = isComplete(ledger) ? '' : '  ← FIXES ARE MISSING';
  return `ledger, ${kindText(fixesPerFrame)} frames: ${sent} fixes sent, ${stored} stored${excused}${verdict}`;
}

export function capacityReport(result: CapacityResult): string {
  const { kinds, rates, numbers } = result;
  const runs = kinds.flatMap(measuredRuns);
  return [
    machineText(),
    `Load of the machine (1 min) before the start: ${result.loadBefore.toFixed(2)}. ${result.pinned.length === 0 ? 'Nothing is pinned to a core.' : `Pinned: ${result.pinned.join('; ')}.`}`,
    `A whole cluster through HAProxy (2 gateways, API, workers, 3 Redis, Mongo, S3) and the load on this machine: ${numbers.drivers} drivers, ${numbers.followed} of them followed by a rider on the other gateway (each socket names its gateway by HAProxy's own cookie, as a returning client does; ${kinds[0]?.sockets.join('; ')}); warmed up for ${result.warmUpMs / 1000} s before the first rate; open loop`,
    `Mongo: ${result.mongo}, W = ${rates.bulk4.median} upserts/s of blocks by 4 clients, ${rates.single16.median} single writes/s by 16. How much of these cores a real mongod would use is not known here.`,
    '',
    'Rates that were tried, and the one that held:',
    ...kinds.map((kind) => `${runTable([...kind.steps, ...kind.holds])}\n`),
    'At half of the rate that held; `acknowledged`: one frame in 19 asks for its acknowledgement:',
    runTable(kinds.flatMap(({ half, acknowledged }) => [half, acknowledged]).filter((run) => run !== null)),
    '',
    cpuTable(runs),
    '',
    ...kinds.flatMap(({ fixesPerFrame, ledgers }) =>
      ledgers.map((ledger) => ledgerText(fixesPerFrame, ledger)),
    ),
    '',
    'Targets:',
    ...targetLines(capacityTargets(result)),
    '',
    `Left out: TLS; the network; times count from the actual send, which may be up to 200 ms after it was due. A rate holds when no frame was refused, under 0.1 % were late in the generator, no socket was lost, everything was durable (and reported to the phones) within ${DURABLE_MS / 1000} s after the last frame, riders' p99 was below ${RIDER_P99_LIMIT_MS} ms, and the backlog of the fix streams did not grow. "other programs" is everything else that ran on this machine meanwhile.`,
  ].join('\n');
}

export function capacityPlots({ kinds }: CapacityResult): { name: string; svg: string }[] {
  const bars = kinds.flatMap(measuredRuns).map((run) => ({
    label: label(run),
    parts: groupedCores(run).map(({ name, share }) => ({ name, value: 100 * share })),
  }));
  const note = `${measuredText()}; the highest rate that held, and half of it without and with requested acknowledgements`;
  return [
    {
      name: 'capacity-cpu',
      svg: barPlot({ title: 'CPU of the whole machine by program', unit: '% of a core', bars, note }),
    },
  ];
}

/** For programs. `held` is read by `./rideline soak`. */
export function capacityJson(result: CapacityResult): object {
  const held = result.kinds.map((kind) => ({
    fixesPerFrame: kind.fixesPerFrame,
    fixesPerSecond: heldFixesPerSecond(kind),
  }));
  return { ...result, held, targets: capacityTargets(result) };
}
