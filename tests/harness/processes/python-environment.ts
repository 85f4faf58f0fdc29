import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TOOLS_DIR } from '@rideline/infra/local/paths';

const INSTALL_MS = 180_000;

/** A Python with the packages of one file; `program` is null when there is none here, and `why` says what is missing. */
export type PythonEnvironment =
  | { readonly program: string }
  | { readonly program: null; readonly why: string };

/**
 * Installs the packages of a requirements file (by their hashes, if it has some) into an environment of its own under the tools' folder. Later calls find it
 * there.
 */
export async function pythonWith(requirements: string): Promise<PythonEnvironment> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(TOOLS_DIR, `python-${digest}`);
  const program = join(folder, 'bin/python');
  if (existsSync(program)) return { program };
  const run = promisify(execFile);
  const options = { timeout: INSTALL_MS };
  const partial = `${folder}.${process.pid}`;
  try {
    await run('python3', ['-m', 'venv', partial], options);
    await run(
      join(partial, 'bin/python'),
      [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--only-binary=:all:',
        '-r',
        requirements,
      ],
      options,
    );
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    return { program: null, why: (error as Error).message.split('\n')[0] ?? 'python3 is missing' };
  }
  try {
    renameSync(partial, folder);
  } catch {
    // Another test was faster, with the same packages.
    rmSync(partial, { recursive: true, force: true });
  }
  return { program };
}
