import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClusterState } from './cluster-state.ts';
import { LaunchError } from './launch-error.ts';
import { ROOT } from './paths.ts';

const SCRIPT = join(ROOT, 'workers/src/commands/migrate.ts');
const LONGEST_MS = 600_000;

/**
 * Applies migrations and creates indexes before any process starts.
 * @throws LaunchError with the last lines of its output
 */
export async function migrate(state: ClusterState, onProgress: (line: string) => void): Promise<void> {
  if (!existsSync(SCRIPT)) return;
  onProgress('indexes and migrations');
  const logFile = join(state.dataDir, 'logs', 'migrate.log');
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT], {
      cwd: ROOT,
      env: { ...process.env, ...state.env, RIDELINE_PROCESS: 'migrate' },
      timeout: LONGEST_MS,
      maxBuffer: 16_000_000,
    });
    writeFileSync(logFile, stdout + stderr, { mode: 0o600 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    const output = `${stdout}${stderr}`.trim() || message;
    writeFileSync(logFile, `${output}\n`, { mode: 0o600 });
    throw new LaunchError('the migrations failed', `Their log: ${logFile}`, output.split('\n').slice(-12));
  }
}
