import { describeLaunchError, LaunchError } from './launch-error.ts';

/** What an error of the operating system means to the person at the terminal. */
function asLaunchError(error: unknown): LaunchError | null {
  if (error instanceof LaunchError) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return new LaunchError('the disk is full', 'Free some space, or remove old data: ./rideline reset');
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new LaunchError(
      `${path ?? message} cannot be written (${code})`,
      'Make it yours, or run as its owner',
    );
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new LaunchError('too many files are open', 'Raise the limit: ulimit -n 65536');
  }
  return null;
}

/** Runs a command of the launcher: a failure that a person can mend becomes one line, any other keeps its stack. Exit 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const known = asLaunchError(error);
    console.error(known ? `rideline: ${describeLaunchError(known)}` : error);
    process.exitCode = 1;
  }
}
