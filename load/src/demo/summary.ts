import { isWhole } from '../simulation/checks/check-ledgers.ts';
import type { LedgerFinding, LedgerSummary } from '../simulation/checks/ledger-check.ts';
import { areSettled, type TripFindings } from '../simulation/checks/trip-check.ts';
import type { Replay } from '../simulation/replay.ts';
import { ageRows, type FixAges } from './age-rows.ts';
import { count, milliseconds, tally } from './figures-text.ts';

const WRONG_SHOWN = 10;

export interface SummaryInput {
  replay: Replay;
  ledger: LedgerSummary;
  /** Fixes that did not become durable in the time allowed. */
  left: number;
  ages: FixAges;
  /** CPU by program, microseconds, from the first connection to the last durable fix. */
  cpu: ReadonlyMap<string, number>;
  wallMs: number;
  /** What MongoDB has of the requested trips; null when none were requested. */
  trips: TripFindings | null;
}

export function summaryText({ replay, ledger, left, ages, cpu, wallMs, trips }: SummaryInput): string {
  const cabs = replay.totals();
  const riders = replay.riderTotals();
  const inMongo = ledger.stored + ledger.refused;
  const row = (label: string, text: string) => `  ${label.padEnd(13)}${text}`;
  const lines = [
    '',
    'Summary',
    row(
      'ledger',
      `${count(ledger.equal)} of ${cabsOf(ledger, replay.cabs.size)}: sent = acked = stored + refused`,
    ),
    row(
      'fixes',
      `sent ${count(ledger.pushed)} ${sign(ledger.pushed, ledger.acked)} acked ${count(ledger.acked)} ${sign(ledger.acked, inMongo)} stored ${count(ledger.stored)} + refused ${count(ledger.refused)}`,
    ),
    row('refused', tally(Object.entries(ledger.refusedBy))),
    row(
      'lost',
      `acked and missing ${count(ledger.ackedMissing)} · stored twice ${count(ledger.extra)} · not durable in time ${count(left)}`,
    ),
    ...ageRows(ages, replay.riderAges).map(({ label, text }) => row(label, text)),
    row(
      'riders',
      `${count(riders.opened)} trips opened, ${count(riders.shown)} seen moving, ${count(riders.ended)} seen to their end · ${count(riders.positions)} positions, skipped ${count(riders.skipped)}, holes ${count(riders.holes)}`,
    ),
    ...tripRows(replay, trips, row),
    row(
      'sdk',
      `reconnects ${count(cabs.reconnects)} · resent ${count(cabs.resent)} · BUSY ${count(cabs.busyAnswers)} · dropped ${count(cabs.lost)} · due before the start and not sent ${count(replay.skippedFixes)}`,
    ),
    '',
    ...cpuTable(cpu, cabs.pushed, wallMs),
  ];
  for (const problem of riders.problems) lines.push(row('trouble', problem));
  for (const wrong of ledger.wrong.slice(0, WRONG_SHOWN)) lines.push(row('unequal', wrongText(wrong)));
  lines.push(
    '',
    isWhole(ledger)
      ? 'Nothing that was acknowledged is missing, nothing is stored twice.'
      : 'FAULT: the ledger does not add up.',
    ...(trips === null
      ? []
      : [
          areSettled(trips)
            ? 'Every requested trip has ended; no driver was on two trips, no trip had two drivers.'
            : 'FAULT: a trip is lost, open, or has a conflict.',
        ]),
  );
  return lines.join('\n');
}

/** Cabs whose trace has nothing in the time of the demo sent nothing, and have no ledger. */
function cabsOf({ drivers }: LedgerSummary, inReplay: number): string {
  const sent = `${count(drivers)} cabs`;
  return drivers === inReplay ? sent : `${sent} that sent fixes (of ${count(inReplay)} in the replay)`;
}

function tripRows(
  { requested }: Replay,
  trips: TripFindings | null,
  row: (label: string, text: string) => string,
): string[] {
  if (requested === null || trips === null) return [];
  const { offers } = requested.figures();
  const { offered, accepted } = requested.waits;
  const wait = ({ quantile }: { quantile: (q: number) => number | undefined }) =>
    `p50 ${milliseconds(quantile(0.5))}, p95 ${milliseconds(quantile(0.95))}`;
  return [
    row('trips', `requested ${count(trips.total)}: ${tally(Object.entries(trips.states))}`),
    row(
      'offers',
      `${count(offers.offers)} made, accepted ${count(offers.accepted)}, declined ${count(offers.declined)}, expired ${count(offers.missed)} · to the offer ${wait({ quantile: (q) => offered.quantile(q) })} · to the driver ${wait({ quantile: (q) => accepted.quantile(q) })}`,
    ),
    row(
      'checked',
      `driver in two trips ${trips.overlaps.length} · trip with two drivers ${trips.twoDrivers.length} · lost ${trips.lost.length} · holes ${trips.holes.length}`,
    ),
    ...[...trips.overlaps, ...trips.twoDrivers, ...trips.lost]
      .slice(0, WRONG_SHOWN)
      .map((text) => row('WRONG', text)),
  ];
}

const sign = (a: number, b: number): string => (a === b ? '=' : '≠');

function wrongText(wrong: LedgerFinding): string {
  return `${wrong.driverId}: sent ${wrong.pushed}, acked ${wrong.acked}, stored ${wrong.stored}, refused ${wrong.refused}, acked and missing ${wrong.ackedMissing}, extra ${wrong.extra}`;
}

function cpuTable(cpu: ReadonlyMap<string, number>, fixes: number, wallMs: number): string[] {
  const rows = [...cpu].sort((a, b) => b[1] - a[1]);
  const line = (name: string, perFix: string, share: string) =>
    `  ${name.padEnd(16)}${perFix.padStart(12)}${share.padStart(12)}`;
  const text = (name: string, microseconds: number) =>
    line(
      name,
      fixes === 0 ? '–' : `${(microseconds / fixes).toFixed(0)} µs`,
      `${((microseconds / 1000 / wallMs) * 100).toFixed(1)} %`,
    );
  const total = rows.reduce((sum, [, used]) => sum + used, 0);
  return [
    line('CPU', 'per fix', 'of a core'),
    ...rows.map(([name, used]) => text(name, used)),
    text('all', total),
  ];
}
