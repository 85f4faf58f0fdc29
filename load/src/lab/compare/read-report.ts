import { readFile, stat } from 'node:fs/promises';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { z } from 'zod';
import { type RunReport, runReportSchema } from '../run-report.ts';

/** A report of a long soak has some ten; more is no report that this version wrote. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_ISSUES = 3;
const REMEDY = 'Give the JSON that ./rideline load NAME --report DIR wrote';

const headSchema = z.object({ format: z.literal('rideline-load-report'), version: z.number() });

/**
 * The report in a JSON file.
 * @throws LaunchError when the file cannot be read, is no JSON, is no report, or is one of another version
 */
export async function readReport(path: string): Promise<RunReport> {
  const value = await jsonOf(path);
  const head = headSchema.safeParse(value);
  if (!head.success) throw new LaunchError(`${path} is not a load report`, REMEDY);
  if (head.data.version !== 1)
    throw new LaunchError(
      `${path} is a report of version ${head.data.version}; this command reads version 1`,
      'Use the version of Rideline that wrote it',
    );
  const report = runReportSchema.safeParse(value);
  if (report.success) return report.data;
  const issues = report.error.issues
    .slice(0, MOST_ISSUES)
    .map(({ path: at, message }) => `${at.join('.') || 'the report'}: ${message}`);
  throw new LaunchError(`${path} is not a valid load report (${issues.join('; ')})`, REMEDY);
}

async function jsonOf(path: string): Promise<unknown> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw new LaunchError(`${path} is too large for a load report`, REMEDY);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new LaunchError(`there is no file ${path}`, REMEDY);
    if (code === 'EISDIR') throw new LaunchError(`${path} is a folder`, REMEDY);
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new LaunchError(`${path} is not JSON`, REMEDY);
  }
}
