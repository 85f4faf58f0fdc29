import { agesJson } from './age-rows.ts';
import type { SummaryInput } from './summary.ts';

/** The summary for programs. Ages in ms, CPU in µs by program. */
export function summaryJson({ replay, ledger, left, ages, cpu, wallMs, trips }: SummaryInput): object {
  return {
    wallMs,
    ledger,
    notDurableInTime: left,
    fixAgeMs: agesJson(ages, replay.riderAges),
    riders: replay.riderTotals(),
    cabs: replay.totals(),
    fixesSkippedBeforeStart: replay.skippedFixes,
    trips,
    requested: replay.requested?.figures() ?? null,
    cpuMicroseconds: Object.fromEntries(cpu),
  };
}
