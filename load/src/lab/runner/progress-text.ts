import type { ArtilleryRecord } from './artillery-record.ts';
import { PERIOD_MS } from './artillery-record.ts';
import { addSketches, percentilesOf } from './latency-sketch.ts';

/** Short names of the latencies that a progress line shows, as far as the scenario has them. */
const SHOWN = {
  'location.ack': 'ack',
  'trip.create': 'trip',
  'trip.assign': 'assign',
  'driver.search': 'search',
  'track.position': 'position',
  'upload.form': 'form',
} as const;

/** One line about the newest interval of all generators. */
export function progressText(records: readonly ArtilleryRecord[], elapsedMs: number): string {
  const minute = `minute ${(elapsedMs / 60_000).toFixed(1)}`;
  const newest = Math.max(0, ...records.flatMap(({ periods }) => periods.map(({ period }) => period)));
  if (newest === 0) return `${minute}: users connect; Artillery has not given its first ten seconds yet`;
  const periods = records.flatMap(({ periods }) => periods.filter(({ period }) => period === newest));
  const counted = (name: string) => periods.reduce((sum, { counters }) => sum + (counters[name] ?? 0), 0);
  const ever = (name: string) =>
    records.reduce(
      (sum, record) => sum + record.periods.reduce((all, { counters }) => all + (counters[name] ?? 0), 0),
      0,
    );
  const [sent, failed] = [counted('operations.sent'), counted('operations.failed')];
  const latencies = Object.entries(SHOWN).flatMap(([name, short]) => {
    const { p95 } = percentilesOf(addSketches(periods.flatMap(({ histograms }) => histograms[name] ?? [])));
    return p95 === null ? [] : [`${short} ${p95.toFixed(0)}`];
  });
  return [
    `${minute}: ${ever('connections.opened') - ever('connections.lost')} connections`,
    `${(sent / (PERIOD_MS / 1000)).toFixed(0)} operations/s`,
    `${sent === 0 ? '0.0' : (100 * Math.min(1, failed / sent)).toFixed(1)} % failed`,
    ...(latencies.length === 0 ? [] : [`p95 ms: ${latencies.join(', ')}`]),
  ].join(', ');
}
