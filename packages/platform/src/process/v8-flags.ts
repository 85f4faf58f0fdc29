/** The name of a flag in any spelling: without value, dashes and `no`. */
function nameOf(flag: string): string {
  return flag
    .replace(/=.*$/, '')
    .replaceAll('_', '-')
    .replace(/^-+(no-)?/, '');
}

/**
 * Makes sure that this process runs with V8 flags that only work at its start: sizes of the young generation set later by
 * `v8.setFlagsFromString` have no effect. Flags that are missing are added by replacing the process with itself (execve): the process id,
 * the environment and the standard streams stay. Call it before anything else is loaded. A flag that the command line or NODE_OPTIONS sets, to
 * any value, is kept.
 */
export function ensureV8Flags(flags: readonly string[]): void {
  const { execArgv, execPath, argv, env } = process;
  const given = new Set([...execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)].map(nameOf));
  const missing = flags.filter((flag) => !given.has(nameOf(flag)));
  if (missing.length === 0) return;
  if (process.execve === undefined) {
    process.emitWarning(`this platform cannot restart with ${missing.join(' ')}; add them to the command`);
    return;
  }
  process.execve(execPath, [execPath, ...execArgv, ...missing, ...argv.slice(1)], env);
}
