import { removeAbandoned, tryLock, unlock } from '@rideline/platform/process/file-lock';
import { LaunchError } from './launch-error.ts';
import { waitUntil } from './readiness.ts';

const WAIT_MS = 600_000;
const POLL_MS = 100;

/**
 * Runs `work` while no other process holds the lock. A lock whose holder no longer runs is taken over.
 * @throws LaunchError after ten minutes of waiting
 */
export async function withFileLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  let isReported = false;
  const taken = await waitUntil(
    () => {
      if (tryLock(file)) return true;
      removeAbandoned(file);
      if (tryLock(file)) return true;
      if (!isReported) {
        isReported = true;
        onWait();
      }
      return false;
    },
    WAIT_MS,
    POLL_MS,
  );
  if (!taken)
    throw new LaunchError(`another launcher holds ${file}`, `If none is running, remove it: rm ${file}`);
  try {
    return await work();
  } finally {
    unlock(file);
  }
}
