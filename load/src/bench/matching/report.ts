import type { BenchOutcome } from '../bench.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { mean, type Spread, spreadOf, spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import type { CityFigures, CityTable } from './figures.ts';
import { CONTROL, column, FCFS, matchingTargets } from './figures.ts';
import type { MatchingResult } from './run.ts';
import type { ServerFigures } from './servers.ts';

/** docs/design/matching.md, "Baseline": five weekdays, matched %, wait s, p95 s, Gini (full fleet), then matched %, wait s (half fleet). */
const PUBLISHED: Readonly<Record<string, readonly [full: string, half: string]>> = {
  [FCFS]: ['92.0 / 377 / 907 / 0.291', '67.9 / 529'],
  [CONTROL]: ['95.3 / 233 / 687 / 0.317', '76.6 / 256'],
  'assign 2 s': ['95.3 / 233 / 684 / 0.320', '76.5 / 255'],
  'ours 5 s': ['95.4 / 225 / 667 / 0.310', '76.6 / 253'],
};

/** Differences to the control on the same variants of the day. */
function paired(table: CityTable, policy: string, control: string, name: keyof CityFigures): number[] {
  const others = table.policies.get(control) ?? [];
  return (table.policies.get(policy) ?? []).map((run, index) => run[name] - (others[index]?.[name] ?? NaN));
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

function rangeText(values: readonly number[]): string {
  const { min, max }: Spread = spreadOf(values);
  return `${signed(mean(values))} [${signed(min)}, ${signed(max)}]`;
}

function cityText(table: CityTable): string {
  const head = [
    `${table.demand} (${table.requests}), ${table.fleet === 1 ? 'full' : 'half'} fleet`,
    'matched %',
    'to control',
    'wait s',
    'to control',
    'p95 s',
    'Gini',
    'worst tick ms',
    'published',
  ];
  const rows = [...table.policies].map(([name, runs]) => [
    name,
    mean(column(runs, 'matchedPercent')).toFixed(1),
    name === CONTROL ? '' : rangeText(paired(table, name, CONTROL, 'matchedPercent')),
    mean(column(runs, 'meanWaitSeconds')).toFixed(1),
    name === CONTROL ? '' : rangeText(paired(table, name, CONTROL, 'meanWaitSeconds')),
    mean(column(runs, 'p95WaitSeconds')).toFixed(0),
    mean(column(runs, 'gini')).toFixed(3),
    spreadOf(column(runs, 'worstTickMs')).median.toFixed(1),
    PUBLISHED[name]?.[table.fleet === 1 ? 0 : 1] ?? '',
  ]);
  return tableText(head, rows);
}

function serversText(servers: ServerFigures): string {
  return [
    `search + plan + claim against a Redis: ${servers.drivers} drivers, ${servers.tripsPerTick} trips per tick, ${servers.rounds} ticks; median (least–greatest); load of the machine before: ${servers.loadBefore.toFixed(1)}`,
    tableText(
      [
        'trips/s',
        'tick ms',
        'search ms',
        'plan ms',
        'claim ms',
        'matched %',
        'CPU µs per trip: Node',
        'Redis',
      ],
      [
        [
          spreadText(servers.tripsPerSecond, 0),
          spreadText(servers.tickMs, 0),
          spreadText(servers.searchMs, 0),
          spreadText(servers.planMs, 0),
          spreadText(servers.claimMs, 0),
          servers.matchedPercent.toFixed(1),
          servers.ownMicros.toFixed(0),
          servers.redisMicros.toFixed(0),
        ],
      ],
    ),
    `claims that failed: ${servers.claimsFailed}. Left out: MongoDB, the offer's way to the phone, drivers that move meanwhile.`,
  ].join('\n');
}

export function matchingReport(result: MatchingResult): string {
  return [
    machineText(),
    `San Francisco, Friday 2008-06-06; ${result.seeds.length} variants of the day (1: as recorded; the others with each request up to 60 s earlier, and another half of the cabs), the same for all policies; means, and mean [least, greatest] of the paired difference to "${CONTROL}"; load of the machine before: ${result.loadBefore.toFixed(1)}`,
    `Rules of docs/design/matching.md, Baseline: cabs online from first to last fix, no cruising, every offer accepted, ${result.metresPerSecond.toFixed(2)} m/s, patience 180 s, ETA limit 900 s, 12 candidates. "published": its means of five weekdays with 15,600 to 20,200 trips (matched / wait / p95 / Gini); compare ratios, not values`,
    '',
    ...result.tables.flatMap((table) => [cityText(table), '']),
    'Left out: the budget of 50 ms per tick (see "worst tick": median over the variants, warm-up included), declines, drivers that move while free, traffic. All trips: cabs that leave the city stay where their rider got out, so all policies alike lose a part of the fleet.',
    '',
    serversText(result.servers),
    '',
    ...targetLines(matchingTargets(result)),
  ].join('\n');
}

/** For programs. */
export function matchingJson(result: MatchingResult): object {
  const tables = result.tables.map((table) => ({ ...table, policies: Object.fromEntries(table.policies) }));
  return { ...result, tables, targets: matchingTargets(result) };
}

export function matchingPlots(result: MatchingResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'matching-wait',
      svg: barPlot({
        title: 'How long a matched rider waits for the car, a recorded day of San Francisco',
        unit: 'mean wait, s (median of the variants of the day; whisker: least to greatest)',
        bars: result.tables.flatMap((table) =>
          [...table.policies].map(([policy, runs]) => {
            const range = spreadOf(column(runs, 'meanWaitSeconds'));
            const fleet = table.fleet === 1 ? 'full' : 'half';
            return {
              label: `${table.demand.replace(' and its airport', '')}, ${fleet} fleet: ${policy}`,
              parts: [{ name: 'wait', value: range.median }],
              range,
            };
          }),
        ),
        note: `${measuredText()}; a shorter wait of fewer riders is no gain: see the shares matched in matching.txt`,
      }),
    },
  ];
}
