import { LaunchError } from '@rideline/infra/local/launch-error';
import { lockHolder, removeAbandoned, tryLock, unlock } from '@rideline/platform/process/file-lock';
import { isRunning } from '@rideline/platform/process/process-identity';

/**
 * Makes this process the owner of the demo's data, which its start wipes. An owner that was killed owns nothing.
 * @returns a function that gives the ownership up
 * @throws LaunchError when another demo is running
 */
export function ownDemo(file: string): () => void {
  if (!tryLock(file)) {
    removeAbandoned(file, 0);
    if (!tryLock(file)) {
      const owner = lockHolder(file);
      if (owner !== null && isRunning(owner))
        throw new LaunchError(
          `a demo is running (pid ${owner.pid})`,
          'Stop it with Ctrl-C where it runs, or ./rideline down',
        );
      throw new LaunchError('another demo is starting', 'Wait for it, or stop it');
    }
  }
  return () => unlock(file);
}
