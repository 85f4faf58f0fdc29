/**
 * A failure that the person at the terminal can mend: one line that says what is wrong, one that says what helps.
 * Anything else that is thrown is a defect of ours and is shown with its stack.
 */
export class LaunchError extends Error {
  readonly remedy: string;
  /** Last lines of a log, when a program said why it died. */
  readonly detail: readonly string[];

  constructor(problem: string, remedy: string, detail: readonly string[] = []) {
    super(problem);
    this.name = 'LaunchError';
    this.remedy = remedy;
    this.detail = detail;
  }
}

/** The message as it is printed: `problem. remedy`, on one line, then the log's tail if there is one. */
export function describeLaunchError(error: LaunchError): string {
  const head = `${error.message}. ${error.remedy}`;
  return [head, ...error.detail.map((line) => `    ${line}`)].join('\n');
}
