import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseOptions } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import type { RunReport } from '../run-report.ts';
import { comparisonPage } from './comparison-page.ts';
import { comparisonText } from './comparison-text.ts';
import { readReport } from './read-report.ts';

/** As many as a table on a screen holds, and plots have colours for. */
export const MOST_REPORTS = 8;

/**
 * `./rideline load compare A.json B.json [C.json …] [--report DIR]`: prints the comparison, and with `--report` writes
 * `DIR/comparison.html`. The first report is what the others are compared with.
 * @throws UsageError with fewer than two files; LaunchError for a file that is no report
 */
export async function runCompare(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(args, { report: { type: 'string' } }, MOST_REPORTS);
  if (positionals.length < 2)
    throw new UsageError('load compare needs at least two reports', 'Give the JSON files of two runs');
  const reports: RunReport[] = [];
  for (const path of positionals) reports.push(await readReport(path));
  console.log(comparisonText(reports));
  if (values.report === undefined) return;
  await mkdir(values.report, { recursive: true });
  const path = join(values.report, 'comparison.html');
  await writeFile(path, comparisonPage(reports));
  console.error(`The page: ${path}`);
}
