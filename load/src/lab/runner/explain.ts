import type { ErrorRecord, LatencyRecord, ProcessRecord, ThresholdRecord } from '../run-report.ts';
import { type BusiestProfile, profileText } from './profile-busiest.ts';
import { saturationText, worstAtMs } from './saturation.ts';

export interface Explaining {
  readonly latencies: readonly LatencyRecord[];
  readonly errors: readonly ErrorRecord[];
  readonly processes: readonly ProcessRecord[];
  readonly profile: BusiestProfile | null;
}

/** The latency that a threshold is about. */
const LATENCY_OF: Readonly<Record<string, string>> = {
  'trip-create-p95': 'trip.create',
  'trip-assigned-p95': 'trip.assign',
  'location-ack-p95': 'location.ack',
  'driver-search-p95': 'driver.search',
  'mongo-read-p95': 'mongo.read',
  'mongo-write-p95': 'mongo.write',
};
/** What these count is in the report by name; CPU would not explain it. */
const NAMED: ReadonlySet<string> = new Set([
  'soak-flat',
  'faults-recovered',
  'breakers-worked',
  'cache-hits',
]);
const MOST_CODES = 4;
const MOST_CHARACTERS = 1900;

/** Thresholds that are not met say what was busy when it was worst. */
export function explained(thresholds: readonly ThresholdRecord[], about: Explaining): ThresholdRecord[] {
  return thresholds.map((threshold) => {
    if (threshold.met || NAMED.has(threshold.id)) return threshold;
    const { latencies, errors, processes, profile } = about;
    const latency = latencies.find(({ name }) => name === LATENCY_OF[threshold.id]);
    const parts = [
      ...(threshold.why === null ? [] : [threshold.why]),
      ...(threshold.id === 'error-share' ? [codesText(errors)] : []),
      saturationText(processes, worstAtMs(latency)),
      ...(profile === null ? [] : [profileText(profile)]),
    ];
    return { ...threshold, why: parts.join('; ').slice(0, MOST_CHARACTERS) };
  });
}

function codesText(errors: readonly ErrorRecord[]): string {
  const sorted = [...errors].sort((a, b) => b.total - a.total).slice(0, MOST_CODES);
  return `most: ${sorted.map(({ code, operation, total }) => `${total} × ${operation ?? 'Artillery'} ${code}`).join(', ')}`;
}
