import { cpus } from 'node:os';
import type { LatencyRecord, Points, ProcessRecord } from '../run-report.ts';

/** What was busy at one time of a run, for people: why a latency was high then. */

const AROUND_MS = 10_000;
const SHOWN = 3;

/** The instant of the worst interval of a latency; null when nothing was measured. */
export function worstAtMs(latency: LatencyRecord | undefined): number | null {
  const worst = latency?.overTime.reduce<LatencyRecord['overTime'][number] | null>(
    (found, each) => ((each.p95 ?? 0) > (found?.p95 ?? -1) ? each : found),
    null,
  );
  return worst?.atMs ?? null;
}

/** The busiest programs around `atMs`, or over the whole run when it is null. */
export function saturationText(
  processes: readonly ProcessRecord[],
  atMs: number | null,
  cores = cpus().length,
): string {
  const busy = processes
    .map((process) => ({
      process,
      cpu: meanAround(process.cpuCores, atMs),
      lagMs: mostAround(process.eventLoopP99Ms, atMs),
    }))
    .filter(({ cpu }) => cpu > 0)
    .sort((a, b) => b.cpu - a.cpu);
  if (busy.length === 0) return 'no CPU was read';
  const all = busy.reduce((sum, { cpu }) => sum + cpu, 0);
  const generator = busy
    .filter(({ process }) => process.kind === 'generator')
    .reduce((sum, { cpu }) => sum + cpu, 0);
  const each = busy.slice(0, SHOWN).map(({ process: { name }, cpu, lagMs }) => {
    const lag = lagMs === null ? '' : `, event loop p99 ${lagMs.toFixed(0)} ms`;
    return `${name} ${cpu.toFixed(2)} cores${lag}`;
  });
  const when = atMs === null ? 'over the run' : `at ${(atMs / 1000).toFixed(0)} s`;
  return `busiest ${when}: ${each.join('; ')}; all programs ${all.toFixed(2)} of ${cores} cores, generator ${generator.toFixed(2)} of them`;
}

const around = (points: Points, atMs: number | null): number[] =>
  points.flatMap(([at, value]) =>
    value !== null && (atMs === null || Math.abs(at - atMs) <= AROUND_MS) ? [value] : [],
  );

function meanAround(points: Points, atMs: number | null): number {
  const values = around(points, atMs);
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mostAround(points: Points, atMs: number | null): number | null {
  const values = around(points, atMs);
  return values.length === 0 ? null : Math.max(...values);
}
