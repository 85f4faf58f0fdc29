import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../run-report.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ArtilleryChild } from './artillery-child.ts';
import type { ArtilleryProgram } from './artillery-install.ts';
import type { ArtilleryRecord } from './artillery-record.ts';
import { besideLoad } from './beside-load.ts';
import { GAUGES } from './cluster-gauges.ts';
import { awaitLoadEnd, type LoadEnd, longestLoadMs } from './load-end.ts';
import type { LoadPlace } from './load-place.ts';
import type { LoadSettings } from './load-settings.ts';
import { type BusiestProfile, busiestOf } from './profile-busiest.ts';
import { progressText } from './progress-text.ts';
import { Recorder } from './recorder.ts';
import { RUNNER, sampleEveryMs, sampleUntil } from './sampling.ts';

/** What happens to the place while it is loaded. */
export interface Disturbance {
  /**
   * Runs from the first operation on until its plan is over or `signal` is aborted; heals everything before it resolves.
   * @param onEvent times are ms since the load began
   */
  run(context: {
    readonly startedAt: number;
    readonly recorder: Recorder;
    readonly records: () => readonly ArtilleryRecord[];
    readonly onEvent: (event: RunEvent) => void;
    readonly onProgress: (line: string) => void;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly settings: LoadSettings;
  readonly place: LoadPlace;
  readonly program: ArtilleryProgram;
  readonly artilleryFolder: string;
  /** Where profiles and the generators' logs are kept. */
  readonly reportFolder: string;
  readonly command: string;
  readonly commit: string;
  readonly check: boolean;
  readonly disturbance: Disturbance | null;
  /** Profiles one process; null for a place whose processes cannot be profiled. */
  readonly profile:
    | ((name: string, atMs: number, signal: AbortSignal) => Promise<BusiestProfile | null>)
    | null;
  readonly onProgress: (line: string) => void;
  /** Resolves when the load is to end before its time. */
  readonly stopRequested: Promise<void>;
  /** Aborted when nothing is to be reported any more. */
  readonly signal: AbortSignal;
}

const PROGRESS_MS = 8000;
const DRAIN_MOST_MS = 60_000;
const DRAIN_LEAST_MS = 8000;
const DRAIN_POLL_MS = 1000;
/** A process is profiled when this share of the load is over, in a load that is long enough for it to change nothing. */
const PROFILE_AT = 0.6;
const PROFILE_FROM_MINUTES = 1;
/** Characters of an error in a note. */
export const MOST_REASON = 1000;

export interface MeasuredLoad {
  readonly recorder: Recorder;
  readonly records: ReadonlyMap<string, ArtilleryRecord>;
  readonly startedAt: number;
  readonly loadEndedAt: number;
  readonly endedAt: number;
  readonly end: LoadEnd;
  readonly events: readonly RunEvent[];
  readonly notes: readonly string[];
  readonly profile: BusiestProfile | null;
}

/** From the start of the generators until what they left waiting is done. */
export async function measureLoad(
  run: ScenarioRun,
  children: readonly ArtilleryChild[],
): Promise<MeasuredLoad> {
  const { place, settings, onProgress, signal } = run;
  const startedAt = Date.now();
  const recorder = new Recorder((name) => kindOf(name, place));
  const events: RunEvent[] = [];
  const notes: string[] = [];
  const records = new Map<string, ArtilleryRecord>();
  const refresh = async () => {
    for (const child of children) records.set(child.launch.part, await child.read());
  };
  await refresh();
  const whileSampled = new AbortController();
  const whileLoaded = new AbortController();
  const sampling = sampleUntil(whileSampled.signal, {
    inside: place.inside,
    generators: () => children.map(({ launch, pid }) => ({ name: launch.part, pid })),
    recorder,
    everyMs: sampleEveryMs(settings.minutes),
    startedAt,
    onProblem: onProgress,
  });
  const beside = besideLoad([
    reportProgress({ run, startedAt, refresh, records, signal: whileLoaded.signal }),
    run.disturbance?.run({
      startedAt,
      recorder,
      records: () => [...records.values()],
      onEvent: (event) => events.push(event),
      onProgress,
      signal: whileLoaded.signal,
    }),
  ]);
  const profiling = profileOnce({
    run,
    recorder,
    startedAt,
    signal: whileLoaded.signal,
    onNote: (note) => notes.push(note),
  });
  try {
    const forced = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const ended = await awaitLoadEnd(children, {
      stopRequested: Promise.race([run.stopRequested, forced]),
      failed: beside.failed,
      longestMs: longestLoadMs(settings),
    });
    whileLoaded.abort();
    signal.throwIfAborted();
    await refresh();
    const loadEndedAt = Date.now();
    const failures = await beside.ended;
    const end: LoadEnd = ended.kind === 'complete' && failures.length > 0 ? { kind: 'failed' } : ended;
    notes.push(...failures.map((why) => `Work beside the load failed: ${why.slice(0, MOST_REASON)}`));
    if (end.kind === 'complete' && place.inside !== null)
      await awaitDrained(recorder, { mostMs: drainMostMs(settings), onProgress, signal });
    const profile = await profiling;
    return { recorder, records, startedAt, loadEndedAt, endedAt: Date.now(), end, events, notes, profile };
  } finally {
    whileLoaded.abort();
    whileSampled.abort();
    await Promise.allSettled([sampling, profiling, beside.ended]);
  }
}

function kindOf(name: string, place: LoadPlace) {
  if (name === RUNNER || name.startsWith('artillery')) return 'generator' as const;
  return place.inside?.kindOf(name) ?? ('server' as const);
}

async function reportProgress(about: {
  run: ScenarioRun;
  startedAt: number;
  refresh: () => Promise<void>;
  records: ReadonlyMap<string, ArtilleryRecord>;
  signal: AbortSignal;
}): Promise<void> {
  const { run, startedAt, refresh, records, signal } = about;
  while (!signal.aborted) {
    await delay(PROGRESS_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await refresh();
    run.onProgress(progressText([...records.values()], Date.now() - startedAt));
  }
}

/** A profile that fails costs its explanation and not the run. */
async function profileOnce(about: {
  run: ScenarioRun;
  recorder: Recorder;
  startedAt: number;
  signal: AbortSignal;
  onNote: (note: string) => void;
}): Promise<BusiestProfile | null> {
  const { run, recorder, startedAt, signal, onNote } = about;
  const { minutes } = run.settings;
  if (run.profile === null || run.disturbance !== null || minutes < PROFILE_FROM_MINUTES) return null;
  try {
    await delay(minutes * 60_000 * PROFILE_AT, undefined, { signal });
    const busiest = busiestOf(recorder.processes);
    return busiest === null ? null : await run.profile(busiest, Date.now() - startedAt, signal);
  } catch (error) {
    if (!signal.aborted) onNote(`The busiest process could not be profiled: ${(error as Error).message}`);
    return null;
  }
}

/** A minute at most, and not longer than the load was. */
const drainMostMs = ({ minutes }: LoadSettings): number =>
  Math.min(DRAIN_MOST_MS, Math.max(DRAIN_LEAST_MS, minutes * 60_000));

/** The queues' way back to empty is part of the series: until it is over, or for `mostMs`. */
async function awaitDrained(
  recorder: Recorder,
  { mostMs, onProgress, signal }: { mostMs: number; onProgress: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + mostMs;
  let saidAt = 0;
  while (Date.now() < deadline) {
    const waiting = backlogOf(recorder);
    if (waiting === 0) return;
    if (Date.now() - saidAt > PROGRESS_MS) {
      saidAt = Date.now();
      onProgress(`the load is over; ${waiting} jobs, trips and entries still wait`);
    }
    await delay(DRAIN_POLL_MS, undefined, { signal });
  }
}

/** In the newest sample; 0 before there is one. */
function backlogOf(recorder: Recorder): number {
  return recorder.gauges
    .filter(({ group, name }) => group === 'queues' || name === GAUGES.fixBacklog)
    .reduce((sum, { points }) => sum + (points.at(-1)?.[1] ?? 0), 0);
}
