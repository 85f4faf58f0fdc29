import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { isRunning, type ProcessIdentity, startOf } from '@rideline/infra/local/process-identity';

/**
 * Makes this process the owner of the demo's data, which its start wipes. An owner that was killed owns nothing.
 * @returns a function that gives the ownership up
 * @throws LaunchError when another demo is running
 */
export function ownDemo(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const own = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
  if (!writeNew(file, own)) {
    const owner = readOwner(file);
    if (owner !== undefined && isRunning(owner))
      throw new LaunchError(
        `a demo is running (pid ${owner.pid})`,
        'Stop it with Ctrl-C where it runs, or ./rideline down',
      );
    rmSync(file, { force: true });
    if (!writeNew(file, own)) throw new LaunchError('another demo is starting', 'Wait for it, or stop it');
  }
  return () => rmSync(file, { force: true });
}

function writeNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when the file is gone or was left half written. */
function readOwner(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
