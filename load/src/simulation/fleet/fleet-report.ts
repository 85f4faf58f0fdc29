import { machineText } from '../../bench/report-text.ts';
import type { InvariantRecord, RunReport, ThresholdRecord } from '../../lab/run-report.ts';
import type { LoadPlace } from '../../lab/runner/load-place.ts';
import type { Recorder } from '../../lab/runner/recorder.ts';
import type { FleetCommandOptions } from './fleet-options.ts';
import type { FleetResult } from './run-fleet.ts';

export interface FleetRun {
  readonly options: FleetCommandOptions;
  readonly place: LoadPlace;
  readonly recorder: Recorder;
  readonly result: FleetResult;
  readonly invariants: InvariantRecord[];
  /** Epoch ms. */
  readonly startedAt: number;
  readonly loadAverageBefore: number;
  readonly commit: string;
}

const MOST_NOTES = 100;
const NOTE_MOST = 2000;

/** Puts a run of the fleet together as a report of the load lab. */
export function fleetReport(run: FleetRun): RunReport {
  const { options, place, recorder, result, startedAt } = run;
  const { gauges, processes } = recorder;
  return {
    format: 'rideline-load-report',
    version: 1,
    scenario: 'fleet',
    title: 'Simulated phones: bad networks, killed apps, wrong clocks, empty batteries',
    variant: place.variant,
    variantTitle: place.variantTitle,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.round(result.durationMs),
    ended: 'complete',
    command: options.command,
    commit: run.commit,
    machine: machineText(),
    loadAverageBefore: run.loadAverageBefore,
    versions: { ...place.versions },
    target: { url: place.urls[0], own: place.own, what: place.what },
    settings: {
      users: options.users,
      minutes: options.minutes,
      rate: null,
      transport: 'websocket',
      seed: String(options.seed),
    },
    reached: faultRows(result),
    latencies: [...result.latencies, ...recorder.latencies.records],
    counters: result.counters,
    errors: result.errors,
    gauges,
    processes,
    events: result.phases,
    thresholds: thresholdsOf(result),
    invariants: run.invariants,
    notes: [
      ...place.notes,
      `networks: ${options.profile}; seed ${options.seed}: --plan prints what happens to each phone`,
      ...result.unsettled.map((line) => `not ended: ${line}`),
      ...result.problems,
    ]
      .slice(0, MOST_NOTES)
      .map((note) => note.slice(0, NOTE_MOST)),
  };
}

/** How often each fault happened: without it, the run has shown nothing. */
function faultRows({ faults }: FleetResult): RunReport['reached'] {
  return Object.entries(faults)
    .sort(([a], [b]) => a.localeCompare(b))
    .slice(0, 50)
    .map(([what, count]) => ({ what, unit: 'times', asked: null, reached: count }));
}

function thresholdsOf(result: FleetResult): ThresholdRecord[] {
  const none = (id: string, what: string, unit: string, measured: number): ThresholdRecord => ({
    id,
    what,
    unit,
    must: '=',
    limit: 0,
    measured,
    met: measured === 0,
    why: null,
    decides: true,
  });
  return [
    none(
      'fixes-durable',
      'Fixes of running apps that are not durable in the end',
      'fixes',
      result.fixesNotDurable,
    ),
    none('settled', 'People who have not ended what they began', 'people', result.unsettled.length),
    none('explained', 'Events that no fault explains', 'events', result.problems.length),
    none('journal-whole', 'Entries that the journal left out', 'entries', result.journal.dropped),
  ];
}
