import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LaunchError } from './launch-error.ts';
import { isRunning, type ProcessIdentity, startOf } from './process-identity.ts';
import { waitUntil } from './readiness.ts';

const WAIT_MS = 600_000;

function tryTake(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The holder of the lock; null when the file is gone, or its writer was killed while writing it. */
function holderOf(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Runs `work` while no other process holds the lock. A lock whose holder no longer runs is taken over.
 * @throws LaunchError after ten minutes of waiting
 */
export async function withFileLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let isReported = false;
  const taken = await waitUntil(
    () => {
      if (tryTake(file)) return true;
      const holder = holderOf(file);
      if (holder && !isRunning(holder)) rmSync(file, { force: true });
      else if (!isReported) {
        isReported = true;
        onWait();
      }
      return false;
    },
    WAIT_MS,
    100,
  );
  if (!taken)
    throw new LaunchError(`another launcher holds ${file}`, `If none is running, remove it: rm ${file}`);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
