import { loadavg } from 'node:os';
import { machineText } from '../../bench/report-text.ts';
import { invariantsPass } from '../check/check-run.ts';
import type { InvariantRecord, RunEvent, RunReport } from '../run-report.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { drainSeconds, evaluateThresholds } from '../scenarios/thresholds.ts';
import type { ArtilleryRecord } from './artillery-record.ts';
import { GAUGES } from './cluster-gauges.ts';
import { explained } from './explain.ts';
import type { LoadEnd } from './load-end.ts';
import type { LoadPlace } from './load-place.ts';
import { loadRecordOf } from './load-record.ts';
import type { LoadSettings } from './load-settings.ts';
import type { BusiestProfile } from './profile-busiest.ts';
import { lateNote, reachedOf, skippedNote } from './reached.ts';
import type { Recorder } from './recorder.ts';
import { type SoakVerdict, soakVerdicts } from './soak-verdict.ts';

export interface Ended {
  readonly scenario: Scenario;
  readonly settings: LoadSettings;
  readonly place: LoadPlace;
  readonly recorder: Recorder;
  readonly records: ReadonlyMap<string, ArtilleryRecord>;
  /** Epoch ms: of the load, and of the last sample after it. */
  readonly startedAt: number;
  readonly loadEndedAt: number;
  readonly endedAt: number;
  readonly loadAverageBefore: number;
  readonly command: string;
  readonly commit: string;
  readonly artilleryVersion: string;
  readonly events: readonly RunEvent[];
  readonly notes: readonly string[];
  readonly profile: BusiestProfile | null;
  readonly invariants: InvariantRecord[] | null;
  readonly end: LoadEnd;
  /** Of the environment that Artillery has. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** Puts what a run measured together as its report. Pure but for the machine's description. */
export function loadReport(ended: Ended): RunReport {
  const { scenario, settings, place, recorder, startedAt, loadEndedAt, endedAt } = ended;
  const record = loadRecordOf(ended.records, { startedAt, endedAt: loadEndedAt });
  const latencies = [...record.latencies, ...recorder.latencies.records];
  const { processes, gauges } = recorder;
  const soak = scenario.special === 'soak' ? soakVerdicts(processes) : null;
  const events = [...record.phases, ...ended.events].sort((a, b) => a.atMs - b.atMs);
  const thresholds = evaluateThresholds(
    scenario.thresholds,
    {
      latencies,
      counters: record.counters,
      errors: record.errors,
      gauges,
      events,
      cacheReads: recorder.cacheReads,
      soak,
    },
    { seesInside: place.inside !== null, minutes: settings.minutes },
  );
  const { errors } = record;
  const limits = [skippedNote(record), lateNote(record)].filter((note) => note !== null);
  return {
    format: 'rideline-load-report',
    version: 1,
    scenario: scenario.name,
    title: scenario.title,
    variant: place.variant,
    variantTitle: place.variantTitle,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: endedAt - startedAt,
    ended: ended.end.kind,
    command: ended.command,
    commit: ended.commit,
    machine: machineText(),
    loadAverageBefore: ended.loadAverageBefore,
    versions: { ...place.versions, artillery: ended.artilleryVersion },
    target: { url: place.urls[0], own: place.own, what: place.what },
    settings,
    overrides: ended.overrides,
    reached: [
      ...reachedOf(scenario, record, settings, loadEndedAt - startedAt),
      ...(scenario.special === 'spike' ? spikeRows(recorder) : []),
    ],
    latencies,
    counters: record.counters,
    errors,
    gauges,
    processes,
    events,
    thresholds: explained(thresholds, {
      ...{ latencies, errors, processes, events, soak },
      profile: ended.profile,
      cacheReads: recorder.cacheReads,
    }),
    invariants: ended.invariants,
    notes: [...limits, ...place.notes, ...ended.notes, ...(soak ?? []).map(soakText)].slice(0, MOST_NOTES),
  };
}

const MOST_NOTES = 100;

export const loadAverage = (): number => loadavg()[0] ?? 0;

/** Depth of the queue and recovery after the spikes. */
function spikeRows({ gauges }: Recorder): RunReport['reached'] {
  const gauge = gauges.find(({ name }) => name === GAUGES.matchingBacklog);
  const waiting = (gauge?.points ?? []).flatMap(([, value]) => value ?? []);
  const drained = drainSeconds(gauge);
  return [
    {
      what: 'Trips that waited for an offer at peak',
      unit: 'trips',
      asked: null,
      reached: waiting.length === 0 ? null : Math.max(...waiting),
    },
    {
      what: 'Time until that backlog had drained',
      unit: 's',
      asked: null,
      reached: 'value' in drained ? drained.value : null,
    },
  ];
}

function soakText(verdict: SoakVerdict): string {
  const { name, rssMbPerHour, heapMbPerHour, cpuCoresPerHour, filesPerHour, flat } = verdict;
  const slope = (value: number, digits: number) =>
    Number.isFinite(value) ? `${value >= 0 ? '+' : ''}${value.toFixed(digits)}` : '–';
  const judged = flat === null ? 'not judged' : flat ? 'flat' : 'grows';
  return `soak, ${name}: RSS ${slope(rssMbPerHour, 1)} MB/h, heap ${slope(heapMbPerHour, 1)} MB/h, CPU ${slope(cpuCoresPerHour, 3)} cores/h, files ${slope(filesPerHour, 1)}/h: ${judged}`;
}

/**
 * Whether a run passes: its exit code. A run that broke off or found nothing to check does not. Other variants than Rideline are compared,
 * not judged: theirs pass when they are whole.
 */
export function passes({
  variant,
  thresholds,
  invariants,
  ended,
}: Pick<RunReport, 'variant' | 'thresholds' | 'invariants' | 'ended'>): boolean {
  const isWhole = ended === 'complete';
  if (!isWhole || variant !== 'rideline') return isWhole;
  const isChecked = invariants === null || invariantsPass(invariants);
  return isChecked && thresholds.every(({ met, decides }) => met || !decides);
}
