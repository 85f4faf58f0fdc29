import { describeLaunchError, LaunchError, UsageError } from './launch-error.ts';

const FAILURE = 1;
const USAGE = 2;

/** Translates an error of the operating system for the person at the terminal; null when the error is a bug. */
function asLaunchError(error: unknown): LaunchError | null {
  if (error instanceof LaunchError) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return new LaunchError('the disk is full', 'Free some space, or remove old data: ./rideline reset');
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new LaunchError(
      `${path ?? message} cannot be written (${code})`,
      'Change its owner, or run as its owner',
    );
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new LaunchError('too many files are open', 'Raise the limit: ulimit -n 65536');
  }
  return null;
}

/**
 * Runs a command of the command line. A failure that a person can fix is printed as one line, any other with its stack.
 * Exit code 2 for a usage error, 1 for any other failure.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const known = asLaunchError(error);
    console.error(known ? `rideline: ${describeLaunchError(known)}` : error);
    process.exitCode = error instanceof UsageError ? USAGE : FAILURE;
  }
}
