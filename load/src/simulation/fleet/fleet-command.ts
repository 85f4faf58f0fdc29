import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { ApiClient } from '../../cluster/api-client.ts';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import { StopSignal } from '../../command/stop-signal.ts';
import { checkFinishedRun } from '../../lab/check/check-finished-run.ts';
import { verdictsOf } from '../../lab/check/failed-check.ts';
import type { InvariantRecord, RunReport } from '../../lab/run-report.ts';
import { commitOf } from '../../lab/runner/commit.ts';
import type { LoadPlace, PlaceNeeds } from '../../lab/runner/load-place.ts';
import { loadAverage, passes } from '../../lab/runner/load-report.ts';
import { openFilesProblem } from '../../lab/runner/open-files.ts';
import { startOwnPlace } from '../../lab/runner/own-place.ts';
import { Recorder } from '../../lab/runner/recorder.ts';
import { openReportFolder, writeReport } from '../../lab/runner/report-folder.ts';
import { RUNNER, sampleEveryMs, sampleUntil } from '../../lab/runner/sampling.ts';
import { openTargetPlace } from '../../lab/runner/target-place.ts';
import { textSummary } from '../../lab/runner/text-summary.ts';
import { planFleet } from '../plan/plan-fleet.ts';
import { type FleetCommandOptions, parseFleetOptions } from './fleet-options.ts';
import { fleetReport } from './fleet-report.ts';
import { type FleetResult, runFleet } from './run-fleet.ts';
import { checkFixTimes } from './time-check.ts';

const NEEDS: PlaceNeeds = {
  scale: { gateway: 2, api: 1, workers: 1 },
  s3: false,
  fronts: 1,
  env: {},
};
/** A phone's listening socket, both ends of its connection in the proxy and in the SDK, and one that is abandoned. */
const FILES_PER_PHONE = 5;

/**
 * `./rideline load fleet`: simulated phones through every fault, then the invariant checker. Exits with 1 when an invariant is violated or
 * something is left open. Ctrl-C ends the faults early; a second Ctrl-C stops without a report.
 */
export async function fleetCommand(args: readonly string[]): Promise<void> {
  const options = parseFleetOptions(args, () => randomInt(2 ** 32));
  if (options.plan) {
    const { users, seed, profile, minutes } = options;
    console.log(JSON.stringify(planFleet({ users, seed, profile, runMs: minutes * 60_000 })));
    return;
  }
  const progress = createProgress(process.stderr, 'load fleet');
  const force = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const stop = new StopSignal(async () => {
    force.abort(new LaunchError('stopped before the end', 'There is no report'));
    await running.catch(() => undefined);
  });
  try {
    const work = runAndReport(options, { onProgress: progress.line, stop, signal: force.signal });
    running = work;
    const { report, files, ok } = await work;
    progress.end();
    console.log(options.json ? JSON.stringify(report) : `${textSummary(report)}\n`);
    console.error(`${ok ? 'The run passes.' : 'The run does NOT pass.'} Its report: ${files.join(', ')}`);
    if (!ok) process.exitCode = 1;
  } finally {
    progress.end();
    stop.off();
  }
}

interface Surroundings {
  readonly onProgress: (line: string) => void;
  readonly stop: Pick<StopSignal, 'requested' | 'isRequested'>;
  /** Aborted when nothing is to be reported any more. */
  readonly signal: AbortSignal;
}

async function runAndReport(
  options: FleetCommandOptions,
  around: Surroundings,
): Promise<{ report: RunReport; files: string[]; ok: boolean }> {
  const { onProgress, stop, signal } = around;
  const problem = openFilesProblem(options.users * FILES_PER_PHONE);
  if (problem !== null) onProgress(problem);
  const loadAverageBefore = loadAverage();
  const folder = await openReportFolder(options.reportDir, 'fleet', new Date());
  await using place = await (options.target === null
    ? startOwnPlace(NEEDS, onProgress)
    : openTargetPlace(options.target, signal));
  if (place.issueToken === null)
    throw new LaunchError(
      'the fleet has no tokens for this deployment',
      'Set RIDELINE_TOKEN_KEYS_FILE to its keys, or leave --target out',
    );
  if (stop.isRequested) throw new LaunchError('stopped before the run began', 'There is no report');
  const startedAt = Date.now();
  const recorder = new Recorder((name) =>
    name === RUNNER ? 'generator' : (place.inside?.kindOf(name) ?? 'server'),
  );
  const journalDir = await mkdtemp(join(folder, 'journal-'));
  const result = await recorded(place, recorder, { options, startedAt, onProgress }, () =>
    runFleet({
      url: place.urls[0],
      users: options.users,
      runMs: options.minutes * 60_000,
      seed: options.seed,
      profile: options.profile,
      token: place.issueToken as TokenIssuer,
      salt: place.own ? '' : startedAt.toString(36),
      journalPath: join(journalDir, 'fleet.jsonl'),
      onProgress,
      signal: endOf(around),
      force: signal,
    }),
  );
  signal.throwIfAborted();
  const invariants = await check({ place, options, journalDir, startedAt, result, onProgress, signal });
  const report = fleetReport({
    options,
    place,
    recorder,
    result,
    invariants,
    startedAt,
    loadAverageBefore,
    commit: await commitOf(),
  });
  // Stopped early is a shorter run and no failure: everything of it was settled and checked.
  return { report, files: await writeReport(folder, report), ok: passes(report) };
}

/** Both kinds of Ctrl-C end the faults. */
function endOf({ stop, signal }: Surroundings): AbortSignal {
  const ended = new AbortController();
  void stop.requested.then(() => ended.abort());
  return AbortSignal.any([ended.signal, signal]);
}

/** Samples the place and this process while the fleet runs. */
async function recorded(
  place: LoadPlace,
  recorder: Recorder,
  about: {
    readonly options: FleetCommandOptions;
    readonly startedAt: number;
    readonly onProgress: (line: string) => void;
  },
  run: () => Promise<FleetResult>,
): Promise<FleetResult> {
  const whileRunning = new AbortController();
  const sampling = sampleUntil(whileRunning.signal, {
    inside: place.inside,
    // The phones are in this process.
    generators: () => [],
    recorder,
    everyMs: sampleEveryMs(about.options.minutes),
    startedAt: about.startedAt,
    onProblem: about.onProgress,
  });
  try {
    return await run();
  } finally {
    whileRunning.abort();
    await sampling;
  }
}

async function check(around: {
  readonly place: LoadPlace;
  readonly options: FleetCommandOptions;
  readonly journalDir: string;
  readonly startedAt: number;
  readonly result: FleetResult;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<InvariantRecord[]> {
  const { place, options, journalDir, startedAt, result, onProgress, signal } = around;
  onProgress('checking the invariants');
  const { users, minutes, seed } = options;
  const finished = {
    place,
    scenario: 'fleet',
    settings: { users, minutes, rate: null, transport: 'websocket' as const, seed: String(seed) },
    journalDir,
    startedAt,
    endedAt: Date.now(),
  };
  const records = await verdictsOf(() => checkFinishedRun({ ...finished, onProgress, signal }), around);
  // Elsewhere the domain clock may be another time, and this machine's clock is not the servers'.
  const { issueToken } = place;
  if (!place.own || issueToken === null) return records;
  const api = new ApiClient(place.urls[0], () => issueToken('operator', 'load-check'), signal);
  const times = await checkFixTimes(result.journal.path, api);
  signal.throwIfAborted();
  return [...records, times];
}
