import { LaunchError } from '@rideline/infra/local/launch-error';
import type { StopSignal } from '../../command/stop-signal.ts';
import { VariantSkipped } from '../baseline/product-variants.ts';
import { openStack } from '../baseline/stacks.ts';
import { type ChaosPlace, startChaosPlace } from '../chaos/chaos-place.ts';
import { chaosDisturbance } from '../chaos/chaos-run.ts';
import { comparisonPage } from '../compare/comparison-page.ts';
import type { RunReport } from '../run-report.ts';
import type { ArtilleryProgram } from './artillery-install.ts';
import { generatorsOf } from './artillery-plan.ts';
import { commitOf } from './commit.ts';
import type { LoadOptions } from './load-options.ts';
import type { LoadPlace } from './load-place.ts';
import { passes } from './load-report.ts';
import type { Disturbance, ScenarioRun } from './measure-load.ts';
import { type OwnPlace, startOwnPlace } from './own-place.ts';
import { profileProcess } from './profile-busiest.ts';
import { openReportFolder, writeComparison, writeReport } from './report-folder.ts';
import { runScenario } from './run-scenario.ts';
import { openTargetPlace } from './target-place.ts';

export interface LoadDependencies {
  /** Installs Artillery on its first use. @throws LaunchError */
  readonly artillery: (onProgress: (line: string) => void, signal: AbortSignal) => Promise<ArtilleryProgram>;
  readonly artilleryFolder: string;
  readonly onProgress: (line: string) => void;
  readonly stop: Pick<StopSignal, 'requested' | 'isRequested'>;
  /** Aborted by a second Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface LoadOutcome {
  readonly reports: readonly RunReport[];
  /** Of the reports and pages. */
  readonly files: readonly string[];
  /** Variants that this machine cannot run, and why. */
  readonly skipped: readonly string[];
  readonly ok: boolean;
}

interface OpenedPlace {
  readonly place: LoadPlace;
  readonly disturbance: Disturbance | null;
  readonly profile: ScenarioRun['profile'];
}

/** `./rideline load NAME`: one run, or with `--baseline` one run of each stack. Everything that was started has ended when it settles. */
export async function loadCommand(
  options: LoadOptions,
  dependencies: LoadDependencies,
): Promise<LoadOutcome> {
  const { onProgress, stop, signal, artilleryFolder } = dependencies;
  const { scenario, settings, check, command } = options;
  const reportFolder = await openReportFolder(options.reportDir, scenario.name, new Date());
  const program = await dependencies.artillery(onProgress, AbortSignal.any([signal, stoppedSignal(stop)]));
  const commit = await commitOf();
  const reports: RunReport[] = [];
  const files: string[] = [];
  const skipped: string[] = [];
  let ok = true;
  const places = placesOf(options, reportFolder, dependencies);
  for (const open of places) {
    if (stop.isRequested) break;
    const opened = await openedOrSkipped(open, skipped);
    if (opened === null) continue;
    const { place, disturbance, profile } = opened;
    await using _ = place;
    if (stop.isRequested) break;
    const report = await runScenario({
      ...{
        scenario,
        settings,
        place,
        program,
        artilleryFolder,
        reportFolder,
        command,
        commit,
        onProgress,
        signal,
      },
      check: check && place.variant === 'rideline',
      disturbance,
      profile,
      stopRequested: stop.requested,
    });
    reports.push(report);
    files.push(...(await writeReport(reportFolder, report)));
    ok = ok && passes(report);
  }
  // Stopped between two stacks of a comparison.
  if (reports.length + skipped.length < places.length) ok = false;
  if (reports.length === 0)
    throw skipped.length > 0 ? new LaunchError(skipped.join('; '), 'Nothing was compared') : NOT_BEGUN;
  if (reports.length > 1) files.push(await writeComparison(reportFolder, comparisonPage(reports)));
  return { reports, files, skipped, ok };
}

async function openedOrSkipped(
  open: () => Promise<OpenedPlace>,
  skipped: string[],
): Promise<OpenedPlace | null> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof VariantSkipped)) throw error;
    skipped.push(error.message);
    return null;
  }
}

function placesOf(
  { scenario, settings, target, variants }: LoadOptions,
  reportFolder: string,
  { onProgress, signal }: LoadDependencies,
): (() => Promise<OpenedPlace>)[] {
  const plain = (place: LoadPlace): OpenedPlace => ({ place, disturbance: null, profile: null });
  const profiled = (place: OwnPlace): OpenedPlace => ({
    place,
    disturbance: null,
    profile: (name, atMs, profileSignal) =>
      profileProcess(place, { name, atMs, folder: reportFolder, signal: profileSignal }),
  });
  const disturbed = (place: ChaosPlace): OpenedPlace => ({
    place,
    disturbance: chaosDisturbance(place, settings),
    profile: null,
  });
  const needs = {
    ...scenario.needs,
    fronts: Math.min(scenario.needs.fronts, generatorsOf(scenario, settings.users)),
  };
  if (target !== null) return [async () => plain(await openTargetPlace(target, signal))];
  if (scenario.special === 'chaos') return [async () => disturbed(await startChaosPlace(needs, onProgress))];
  // In a comparison nothing is profiled: the sampler would cost one side only.
  if (variants !== null)
    return variants.map(
      (variant) => async () =>
        plain(await openStack(variant, { needs, minutes: settings.minutes, onProgress, signal })),
    );
  return [async () => profiled(await startOwnPlace(needs, onProgress))];
}

/** Before the load there is nothing to report: the first Ctrl-C ends what is under way. */
function stoppedSignal({ requested }: LoadDependencies['stop']): AbortSignal {
  const stopped = new AbortController();
  void requested.then(() => stopped.abort(NOT_BEGUN));
  return stopped.signal;
}

const NOT_BEGUN = new LaunchError('stopped before the load began', 'Nothing was measured');
