import type { ErrorRecord, LatencyRecord, ProcessRecord, RunEvent, ThresholdRecord } from '../run-report.ts';
import { type BusiestProfile, profileText } from './profile-busiest.ts';
import { saturationText, worstAtMs } from './saturation.ts';
import type { SoakVerdict } from './soak-verdict.ts';

export interface Explaining {
  readonly latencies: readonly LatencyRecord[];
  readonly errors: readonly ErrorRecord[];
  readonly processes: readonly ProcessRecord[];
  readonly profile: BusiestProfile | null;
  readonly events: readonly RunEvent[];
  readonly cacheReads: ReadonlyMap<string, number>;
  readonly soak: readonly SoakVerdict[] | null;
}

/** The latency that a threshold is about. */
const LATENCY_OF: Readonly<Record<string, string>> = {
  'trip-create-p95': 'trip.create',
  'trip-assigned-p95': 'trip.assign',
  'location-ack-p95': 'location.ack',
  'track-position-p95': 'track.position',
  'command-event-p95': 'command.event',
  'driver-search-p95': 'driver.search',
  'upload-form-p95': 'upload.form',
  'upload-complete-p95': 'upload.complete',
  'mongo-read-p95': 'mongo.read',
  'mongo-write-p95': 'mongo.write',
};
const MOST_CODES = 4;
const MOST_CHARACTERS = 1900;

/** Thresholds that are not met say what was busy when it was worst. */
export function explained(thresholds: readonly ThresholdRecord[], about: Explaining): ThresholdRecord[] {
  return thresholds.map((threshold) => {
    if (threshold.met) return threshold;
    const counted = countedText(threshold.id, about);
    // CPU does not explain what is counted.
    if (counted !== null)
      return {
        ...threshold,
        why: [threshold.why ?? [], counted].flat().join('; ').slice(0, MOST_CHARACTERS),
      };
    const { latencies, errors, processes, profile } = about;
    const latency = latencies.find(({ name }) => name === LATENCY_OF[threshold.id]);
    const parts = [
      ...(threshold.why === null ? [] : [threshold.why]),
      ...(threshold.id === 'error-share' ? [codesText(errors)] : []),
      // What was not measured was not slow.
      ...(threshold.measured === null ? [] : [saturationText(processes, worstAtMs(latency))]),
      ...(threshold.measured === null || profile === null ? [] : [profileText(profile)]),
    ];
    return { ...threshold, why: parts.join('; ').slice(0, MOST_CHARACTERS) };
  });
}

/** Which ones a threshold counts; null for one that is a latency or a share of what was sent. */
function countedText(id: string, { events, cacheReads, soak }: Explaining): string | null {
  switch (id) {
    case 'cache-hits':
      return `reads by their answer: ${[...cacheReads].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`;
    case 'soak-flat': {
      const growing = (soak ?? []).filter(({ flat }) => flat === false);
      return `growing: ${growing.map(({ name }) => name).join(', ')}; their slopes are in the notes`;
    }
    case 'faults-recovered': {
      const recovered = events.filter(({ kind }) => kind === 'recovered').map(({ fault }) => fault);
      const faults = events.filter(({ kind, fault }) => kind === 'fault' && !recovered.includes(fault));
      return `not recovered: ${faults.map(({ fault }) => fault).join(', ')}`;
    }
    case 'breakers-worked':
      return 'the events say which circuits opened and closed';
    default:
      return null;
  }
}

function codesText(errors: readonly ErrorRecord[]): string {
  const sorted = [...errors].sort((a, b) => b.total - a.total).slice(0, MOST_CODES);
  return `most: ${sorted.map(({ code, operation, total }) => `${total} × ${operation ?? 'Artillery'} ${code}`).join(', ')}`;
}
