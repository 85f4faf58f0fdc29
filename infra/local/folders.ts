import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { LaunchError } from './launch-error.ts';

/** Less would not hold the servers' logs and the first hour of history. */
const LEAST_FREE_BYTES = 500_000_000;

/**
 * Creates a folder and checks that it can be used.
 * @throws LaunchError when it cannot be written or its disk is full
 */
export function prepareFolder(folder: string, leastFreeBytes = LEAST_FREE_BYTES): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LaunchError(
      `the folder ${folder} cannot be written (${code ?? message})`,
      `Change its owner: sudo chown -R "$(id -un)" ${folder}`,
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < leastFreeBytes) {
    const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
    throw new LaunchError(
      `the disk of ${folder} is full: ${megabytes(bavail * bsize)} free, ${megabytes(leastFreeBytes)} are needed`,
      'Free some space, or remove old data: ./rideline reset',
    );
  }
}
