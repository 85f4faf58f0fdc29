import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { STATE_DIR } from '@rideline/infra/local/paths';
import { type RunReport, runReportSchema } from '../run-report.ts';
import { PLUG_INS } from './plug-ins.ts';

/** Where the reports of one command lie; made before the load, so that a folder that cannot be written costs no load. */
export async function openReportFolder(given: string | null, scenario: string, now: Date): Promise<string> {
  const time = now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const folder = given === null ? join(STATE_DIR, 'load', `${time}-${scenario}`) : resolve(given);
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Copies the journals of a run that does not pass, for `./rideline load check`, into a new folder: a second run with the same `--report`
 * must not mix its journals with those of the first. @returns its path
 */
export async function keepJournals(folder: string, journalDir: string): Promise<string> {
  const kept = await mkdtemp(join(folder, 'journals-'));
  await cp(journalDir, kept, { recursive: true });
  return kept;
}

/** The page that puts the reports of a comparison side by side. @returns its path */
export async function writeComparison(folder: string, html: string): Promise<string> {
  const path = join(folder, 'comparison.html');
  await writeFile(path, html);
  return path;
}

/**
 * Validates and writes `NAME.json`, and `NAME.html` beside it. @returns the paths
 * @throws ZodError for a report that is not what the contract says: nothing is written
 */
export async function writeReport(folder: string, report: RunReport): Promise<string[]> {
  const valid = runReportSchema.parse(report);
  const name = valid.variant === 'rideline' ? valid.scenario : `${valid.scenario}.${valid.variant}`;
  const json = join(folder, `${name}.json`);
  await writeFile(json, `${JSON.stringify(valid)}\n`);
  if (PLUG_INS.page === null) return [json];
  const html = join(folder, `${name}.html`);
  await writeFile(html, PLUG_INS.page(valid));
  return [json, html];
}
