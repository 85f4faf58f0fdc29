/**
 * A failure that the person at the terminal can fix: one line that says what is wrong, one that says what helps. Exit code 1.
 * Anything else that is thrown is a bug and is printed with its stack.
 */
export class LaunchError extends Error {
  readonly remedy: string;
  /** Last lines of a log, when a program logged why it exited. */
  readonly detail: readonly string[];

  constructor(problem: string, remedy: string, detail: readonly string[] = []) {
    super(problem);
    this.name = 'LaunchError';
    this.remedy = remedy;
    this.detail = detail;
  }
}

/** The command line itself is wrong: an unknown option, a bad or missing value, an argument too many. Exit code 2. */
export class UsageError extends LaunchError {
  constructor(problem: string, remedy: string) {
    super(problem, remedy);
    this.name = 'UsageError';
  }
}

/** The message as it is printed: `problem. remedy` on one line, then the log's tail if there is one. */
export function describeLaunchError(error: LaunchError): string {
  const head = `${error.message}. ${error.remedy}`;
  return [head, ...error.detail.map((line) => `    ${line}`)].join('\n');
}
