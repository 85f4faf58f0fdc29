import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invariantsPass } from '../check/check-run.ts';
import { verdictsOf } from '../check/failed-check.ts';
import type { InvariantRecord, RunReport } from '../run-report.ts';
import { ArtilleryChild } from './artillery-child.ts';
import {
  artilleryLaunches,
  generatorsOf,
  givenTokenFiles,
  ignoredTokensNote,
  journalDirOf,
  type PlanFolders,
  scenarioOverrides,
} from './artillery-plan.ts';
import { endNote, refuseEmptyLoad } from './load-end.ts';
import { loadAverage, loadReport } from './load-report.ts';
import { type MeasuredLoad, MOST_REASON, measureLoad, type ScenarioRun } from './measure-load.ts';
import { openFilesProblem } from './open-files.ts';
import { PLUG_INS } from './plug-ins.ts';
import { keepJournals } from './report-folder.ts';
import { writeTokenFile } from './token-file.ts';

/**
 * Loads a place with a scenario and reports what was measured. Everything that it started has ended when it settles.
 * @throws LaunchError when nothing could be measured
 */
export async function runScenario(run: ScenarioRun): Promise<RunReport> {
  await using resources = new AsyncDisposableStack();
  const work = await mkdtemp(join(tmpdir(), 'rideline-lab-'));
  resources.defer(() => rm(work, { recursive: true, force: true }));
  await mkdir(journalDirOf(work));
  const folders = { artillery: run.artilleryFolder, work };
  const loadAverageBefore = loadAverage();
  const notes = notesBefore(run);
  for (const note of notes) run.onProgress(note);
  const tokenFiles = await tokensFor(run, work);
  const children: ArtilleryChild[] = [];
  resources.defer(async () => {
    await Promise.all(children.map((child) => child.stop()));
  });
  await startGenerators(run, folders, tokenFiles, children);
  const measured = await measureLoad(run, children);
  refuseEmptyLoad(measured.end, [...measured.records.values()]);
  if (measured.end.kind === 'broken') notes.push(...(await keepLogs(run, children)));
  const note = endNote(measured.end, measured.loadEndedAt - measured.startedAt);
  const invariants = run.check ? await checkInvariants(run, measured, journalDirOf(work)) : null;
  if (invariants !== null && !invariantsPass(invariants)) {
    const kept = await keepJournals(run.reportFolder, journalDirOf(work)).then(
      (folder) => `The journals of this run: ${folder}`,
      (error: Error) => `The journals of this run could not be kept: ${error.message.slice(0, MOST_REASON)}`,
    );
    run.onProgress(kept);
    notes.push(kept);
  }
  return loadReport({
    ...run,
    ...measured,
    loadAverageBefore,
    overrides: scenarioOverrides(process.env),
    artilleryVersion: run.program.version,
    notes: [...notes, ...measured.notes, ...(note === null ? [] : [note])],
    invariants,
  });
}

/** What the generators printed: only a load that broke off needs it. @returns notes about files that cannot be copied: the report matters more */
async function keepLogs(
  { reportFolder, scenario }: ScenarioRun,
  children: readonly ArtilleryChild[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const { launch } of children) {
    const kept = join(reportFolder, `${scenario.name}.${launch.part}.log`);
    await copyFile(launch.logFile, kept).catch((error: Error) =>
      problems.push(`A generator's log could not be kept: ${error.message.slice(0, MOST_REASON)}`),
    );
  }
  return problems;
}

/** What a reader must know before the load begins. */
function notesBefore({ scenario, settings, place }: ScenarioRun): string[] {
  return [
    openFilesProblem(Math.ceil(settings.users / generatorsOf(scenario, settings.users))),
    ignoredTokensNote(process.env, place.issueToken !== null),
  ].filter((note) => note !== null);
}

/** Files of the users' tokens: signed here, or given in RIDELINE_TOKENS. Null: the users register. */
async function tokensFor({ place, settings, onProgress, signal }: ScenarioRun, work: string) {
  if (place.issueToken === null) return givenTokenFiles(process.env, process.cwd());
  const file = join(work, 'tokens.csv');
  onProgress(`signing tokens for ${settings.users} users`);
  const prefix = `load-${Date.now().toString(36)}`;
  await writeTokenFile({ file, users: settings.users, prefix, issue: place.issueToken, onProgress, signal });
  return file;
}

/** @param children gets each one as it starts: they are stopped also when a later one cannot be started */
async function startGenerators(
  { scenario, settings, program, place, check, onProgress }: ScenarioRun,
  folders: PlanFolders,
  tokenFiles: string | null,
  children: ArtilleryChild[],
): Promise<void> {
  const launches = artilleryLaunches({
    scenario,
    settings,
    program,
    folders,
    urls: place.urls,
    tokenFiles,
    journal: check,
  });
  onProgress(
    `starting Artillery ${program.version}${launches.length > 1 ? ` ${launches.length} times` : ''}`,
  );
  for (const launch of launches) children.push(await ArtilleryChild.start(launch));
}

async function checkInvariants(
  { place, scenario, settings, onProgress, signal }: ScenarioRun,
  { startedAt, endedAt }: MeasuredLoad,
  journalDir: string,
): Promise<InvariantRecord[] | null> {
  const { check } = PLUG_INS;
  if (check === null) return null;
  onProgress('checking the invariants');
  const finished = { place, scenario: scenario.name, settings, journalDir, startedAt, endedAt };
  return verdictsOf(() => check({ ...finished, onProgress, signal }), { onProgress, signal });
}
