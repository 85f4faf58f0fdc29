import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClusterState } from './cluster-state.ts';
import { LaunchError } from './launch-error.ts';
import { ROOT } from './paths.ts';

const SCRIPT = join(ROOT, 'workers/src/commands/migrate.ts');
const LINES_SHOWN = 12;
const LINES_KEPT = 2000;

/**
 * Applies migrations and creates indexes before any process starts. It takes as long as the database needs, and says how far it is.
 * @throws LaunchError with the last lines of its output
 */
export async function migrate(state: ClusterState, onProgress: (line: string) => void): Promise<void> {
  if (!existsSync(SCRIPT)) return;
  onProgress('indexes and migrations');
  const logFile = join(state.dataDir, 'logs', 'migrate.log');
  const child = spawn(process.execPath, [SCRIPT], {
    cwd: ROOT,
    env: { ...process.env, ...state.env, RIDELINE_PROCESS: 'migrate' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const keep = (line: string): void => {
    output.push(line);
    if (output.length > LINES_KEPT) output.shift();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(line);
    if (REPORTED.test(line)) onProgress(line);
  });
  createInterface({ input: child.stderr }).on('line', keep);
  const failure = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? code}`));
  });
  if (failure !== null) keep(failure);
  writeFileSync(logFile, `${output.join('\n')}\n`, { mode: 0o600 });
  if (failure === null) return;
  throw new LaunchError('the migrations failed', `Their log: ${logFile}`, output.slice(-LINES_SHOWN));
}

/** Lines that the person at the terminal wants to see; the others are in the log. */
const REPORTED = /^(NOTE |migration |index |waiting )/;
