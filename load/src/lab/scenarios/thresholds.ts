import type { CounterName, HistogramName } from '../../../artillery/src/metrics.ts';
import { backlogOf } from '../backlog.ts';
import type { GaugeRecord, LatencyRecord, RunEvent, ThresholdRecord } from '../run-report.ts';
import { GAUGES, hitShare } from '../runner/cluster-gauges.ts';
import type { SoakVerdict } from '../runner/soak-verdict.ts';

/** What a run measured, as far as thresholds need it. */
export interface Measured {
  readonly latencies: readonly LatencyRecord[];
  readonly counters: readonly { readonly name: string; readonly total: number }[];
  readonly errors: readonly { readonly total: number }[];
  readonly gauges: readonly GaugeRecord[];
  readonly events: readonly RunEvent[];
  readonly cacheReads: ReadonlyMap<string, number>;
  readonly soak: readonly SoakVerdict[] | null;
}

/** A figure, or why there is none. */
export type Figure = { readonly value: number } | { readonly missing: string };

interface Threshold {
  readonly what: string;
  readonly unit: string;
  readonly must: ThresholdRecord['must'];
  readonly limit: number;
  /** `inside`: from the servers' metrics and queues, which a remote target does not show. */
  readonly source: 'load' | 'inside';
  /** In a shorter run it is shown and does not decide the exit code. */
  readonly decidesFromMinutes?: number;
  measure(run: Measured): Figure;
}

const latencyP95 =
  (name: HistogramName | 'mongo.read' | 'mongo.write') =>
  (run: Measured): Figure => {
    const p95 = run.latencies.find((latency) => latency.name === name)?.total.p95;
    return p95 === undefined || p95 === null ? { missing: `no ${name} was measured` } : { value: p95 };
  };

const counted = (run: Measured, name: CounterName): number =>
  run.counters.find((counter) => counter.name === name)?.total ?? 0;

/**
 * The service targets of a run. They are stated for the whole run, the ramp included; nothing is lowered for a smaller machine.
 */
export const THRESHOLDS = {
  'trip-create-p95': {
    what: 'Trip request answered, p95',
    unit: 'ms',
    must: '<',
    limit: 250,
    source: 'load',
    measure: latencyP95('trip.create'),
  },
  'trip-assigned-p95': {
    what: 'Driver assigned, p95',
    unit: 'ms',
    must: '<',
    limit: 2000,
    source: 'load',
    measure: latencyP95('trip.assign'),
  },
  'location-ack-p95': {
    what: 'Location update acknowledged, p95',
    unit: 'ms',
    must: '<',
    limit: 100,
    source: 'load',
    measure: latencyP95('location.ack'),
  },
  'track-position-p95': {
    what: "Driver's fix on the rider's screen, p95",
    unit: 'ms',
    must: '<',
    limit: 250,
    source: 'load',
    measure: latencyP95('track.position'),
  },
  'command-event-p95': {
    what: "Driver's command as the rider's event, p95",
    unit: 'ms',
    must: '<',
    limit: 500,
    source: 'load',
    measure: latencyP95('command.event'),
  },
  'driver-search-p95': {
    what: 'Driver search answered, p95',
    unit: 'ms',
    must: '<',
    limit: 95,
    source: 'load',
    measure: latencyP95('driver.search'),
  },
  'upload-form-p95': {
    what: 'Form for an upload answered, p95',
    unit: 'ms',
    must: '<',
    limit: 250,
    source: 'load',
    measure: latencyP95('upload.form'),
  },
  'upload-complete-p95': {
    what: 'Reported upload accepted, p95',
    unit: 'ms',
    must: '<',
    limit: 500,
    source: 'load',
    measure: latencyP95('upload.complete'),
  },
  'uploads-processed': {
    what: 'Accepted uploads that were processed',
    unit: 'share',
    must: '>=',
    limit: 0.99,
    source: 'load',
    measure: (run) => {
      const accepted = counted(run, 'uploads.accepted');
      if (accepted === 0) return { missing: 'no upload was accepted' };
      return { value: counted(run, 'uploads.processed') / accepted };
    },
  },
  'queue-waiting': {
    what: 'Most jobs waiting in one queue',
    unit: 'jobs',
    must: '<',
    limit: 5000,
    source: 'inside',
    measure: mostWaiting,
  },
  'cache-hits': {
    what: 'Reads answered by a cache',
    unit: 'share',
    must: '>',
    limit: 0.85,
    source: 'inside',
    measure: ({ cacheReads }) => {
      const share = hitShare(cacheReads);
      return share === null ? { missing: 'nothing was read through a cache' } : { value: share };
    },
  },
  'mongo-read-p95': {
    what: 'MongoDB read, p95',
    unit: 'ms',
    must: '<',
    limit: 50,
    source: 'inside',
    measure: latencyP95('mongo.read'),
  },
  'mongo-write-p95': {
    what: 'MongoDB write, p95',
    unit: 'ms',
    must: '<',
    limit: 100,
    source: 'inside',
    measure: latencyP95('mongo.write'),
  },
  'error-share': {
    what: 'Operations that failed',
    unit: 'share',
    must: '<',
    limit: 0.01,
    source: 'load',
    measure: errorShare,
  },
  'not-begun': {
    what: 'Operations that were due and not begun',
    unit: 'share',
    must: '<',
    limit: 0.01,
    source: 'load',
    measure: (run) => {
      const skipped = counted(run, 'operations.skipped');
      const due = skipped + counted(run, 'operations.sent');
      return due === 0 ? { missing: 'no operation was due' } : { value: skipped / due };
    },
  },
  'assigned-in-time': {
    what: 'Bookings with a driver in time',
    unit: 'share',
    must: '>=',
    limit: 0.99,
    source: 'load',
    measure: (run) => {
      const requested = counted(run, 'trips.requested');
      if (requested === 0) return { missing: 'no trip was requested' };
      return { value: counted(run, 'trips.in_time') / requested };
    },
  },
  'matching-drain': {
    what: 'Peak backlog of matching drained',
    unit: 's',
    must: '<',
    limit: 15,
    source: 'inside',
    measure: (run) => drainSeconds(run.gauges.find(({ name }) => name === GAUGES.matchingBacklog)),
  },
  'soak-flat': {
    what: 'Programs whose memory or open files grow',
    unit: 'programs',
    must: '=',
    limit: 0,
    source: 'inside',
    // In less time the quarters are still warming up.
    decidesFromMinutes: 30,
    measure: ({ soak }) =>
      soak === null || soak.length === 0
        ? { missing: 'no program was sampled' }
        : { value: soak.filter(({ flat }) => flat === false).length },
  },
  'faults-recovered': {
    what: 'Faults from which the system did not recover',
    unit: 'faults',
    must: '=',
    limit: 0,
    source: 'inside',
    measure: ({ events }) => {
      const faults = namesOf(events, 'fault');
      if (faults.size === 0) return { missing: 'the run ended before the first fault' };
      const recovered = namesOf(events, 'recovered');
      return { value: [...faults].filter((fault) => !recovered.has(fault)).length };
    },
  },
  'breakers-worked': {
    what: 'Circuits that did not both open and close',
    unit: 'circuits',
    must: '=',
    limit: 0,
    source: 'inside',
    // A shorter run does not stop every server, and not for long enough.
    decidesFromMinutes: 10,
    measure: ({ gauges }) => {
      if (gauges.length === 0) return { missing: 'the API was not read' };
      const worked = BREAKERS.filter((name) =>
        openedAndClosed(gauges.find((gauge) => gauge.name === GAUGES.breaker(name))),
      );
      return { value: BREAKERS.length - worked.length };
    },
  },
} as const satisfies Readonly<Record<string, Threshold>>;

export type ThresholdId = keyof typeof THRESHOLDS;

/** @param about.seesInside whether the servers' metrics could be read: without them their thresholds are left out */
export function evaluateThresholds(
  ids: readonly ThresholdId[],
  run: Measured,
  { seesInside, minutes }: { seesInside: boolean; minutes: number },
): ThresholdRecord[] {
  return ids.flatMap((id) => {
    const threshold: Threshold = THRESHOLDS[id];
    if (threshold.source === 'inside' && !seesInside) return [];
    const { what, unit, must, limit } = threshold;
    const figure = threshold.measure(run);
    const measured = 'value' in figure ? figure.value : null;
    return [
      {
        id,
        what,
        unit,
        must,
        limit,
        measured,
        met: measured !== null && holds(measured, must, limit),
        why: 'missing' in figure ? `could not be measured: ${figure.missing}` : null,
        decides: minutes >= (threshold.decidesFromMinutes ?? 0),
      },
    ];
  });
}

function holds(measured: number, must: ThresholdRecord['must'], limit: number): boolean {
  switch (must) {
    case '<':
      return measured < limit;
    case '<=':
      return measured <= limit;
    case '>':
      return measured > limit;
    case '>=':
      return measured >= limit;
    case '=':
      return measured === limit;
    default:
      return must satisfies never;
  }
}

function mostWaiting({ gauges }: Measured): Figure {
  const waiting = gauges
    .filter(({ group, unit }) => group === 'queues' && unit === 'jobs')
    .flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  return waiting.length === 0 ? { missing: 'no queue could be read' } : { value: greatest(waiting) };
}

/** Of what was begun. Errors that the scenario did not count as failed operations (a fault of a user) count too. */
function errorShare(run: Measured): Figure {
  const sent = counted(run, 'operations.sent');
  if (sent === 0) return { missing: 'no operation was sent' };
  const errors = run.errors.reduce((sum, { total }) => sum + total, 0);
  // Attempts to connect fail more often than operations begin when nothing answers.
  return { value: Math.min(1, Math.max(errors, counted(run, 'operations.failed')) / sent) };
}

/** A backlog of fewer trips is what one tick of matching takes. */
const SMALL_BACKLOG = 10;

/** Seconds until the backlog of matching had drained from its peak; 0 when there was no backlog to speak of. */
export function drainSeconds(gauge: Pick<GaugeRecord, 'points'> | undefined): Figure {
  const backlog = backlogOf(gauge?.points ?? []);
  if (backlog === null) return { missing: 'the matcher reported no backlog' };
  const { peak, drainedAfterMs } = backlog;
  if (peak < SMALL_BACKLOG) return { value: 0 };
  if (drainedAfterMs === null)
    return { missing: `the backlog of ${peak} trips had not drained when the run ended` };
  return { value: drainedAfterMs / 1000 };
}

/** Of the API: api/src/process/dependency.ts. The metric of a circuit appears when it opens for the first time. */
const BREAKERS = ['mongo', 'redis-state', 's3'];

function openedAndClosed(gauge: GaugeRecord | undefined): boolean {
  const values = (gauge?.points ?? []).flatMap(([, value]) => value ?? []);
  return values.some((open) => open > 0) && values.at(-1) === 0;
}

const greatest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

const namesOf = (events: readonly RunEvent[], kind: RunEvent['kind']) =>
  new Set(events.flatMap((event) => (event.kind === kind && event.fault !== null ? [event.fault] : [])));
