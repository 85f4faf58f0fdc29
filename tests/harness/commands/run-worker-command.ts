import { ROOT } from '@rideline/infra/local/paths';
import { type ProgramResult, runProgram } from './run-program.ts';

const COMMAND_MS = 240_000;

/** Runs `workers/src/commands/NAME.ts` as the command line does. */
export function runWorkerCommand(
  env: Readonly<Record<string, string>>,
  name: string,
  args: readonly string[] = [],
  timeoutMs = COMMAND_MS,
): Promise<ProgramResult> {
  return runProgram(process.execPath, [`workers/src/commands/${name}.ts`, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      NODE_ENV: 'test',
      ...env,
      RIDELINE_PROCESS: name,
    },
    timeoutMs,
  });
}
