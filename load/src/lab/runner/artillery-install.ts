import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withFileLock } from '@rideline/infra/local/file-lock';
import { prepareFolder } from '@rideline/infra/local/folders';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { tailOf } from '@rideline/infra/local/log-file';
import { isInstalled } from '@rideline/infra/local/packages-installed';
import { ROOT, STATE_DIR, TOOLS_DIR } from '@rideline/infra/local/paths';

/** The package of the scenarios: outside the workspaces, so that no other command installs its 470 MB. */
export const ARTILLERY_FOLDER = join(ROOT, 'load/artillery');

/** How Artillery is started. */
export interface ArtilleryProgram {
  /** Its entry file, run by this Node. */
  readonly entry: string;
  readonly version: string;
}

const LOG_FILE = join(STATE_DIR, 'logs/npm-artillery.log');
const LOCK_FILE = join(STATE_DIR, 'artillery.lock');
const FREE_BYTES = 900_000_000;
const PROGRESS_MS = 10_000;
/** npm gives up on a registry that does not answer after a few minutes; a slow one may need so long. */
const MOST_MS = 900_000;
const TAIL_LINES = 12;

/**
 * Installs Artillery on first use, by the lock file of load/artillery; about a minute. Another launcher that does the same is waited for.
 * @throws LaunchError when it cannot be installed; the next call tries again
 */
export async function installArtillery(
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<ArtilleryProgram> {
  if (!isInstalled(ARTILLERY_FOLDER)) {
    mkdirSync(dirname(LOG_FILE), { recursive: true });
    prepareFolder(ARTILLERY_FOLDER, FREE_BYTES);
    await withFileLock(
      LOCK_FILE,
      () => onProgress('another launcher is installing Artillery: waiting for it'),
      async () => {
        if (!isInstalled(ARTILLERY_FOLDER)) await runNpm(onProgress, signal);
      },
    );
  }
  const folder = join(ARTILLERY_FOLDER, 'node_modules/artillery');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { entry: join(folder, 'bin/run'), version };
}

async function runNpm(onProgress: (line: string) => void, signal: AbortSignal | undefined): Promise<void> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  onProgress('installing Artillery (first use, about a minute)');
  const timer = setInterval(() => onProgress(`installing Artillery … ${seconds()} s`), PROGRESS_MS);
  const log = openSync(LOG_FILE, 'w');
  try {
    const [command, ...first] = npmCommand();
    const timeout = AbortSignal.timeout(MOST_MS);
    const npm = spawn(command, [...first, 'ci', '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: ARTILLERY_FOLDER,
      stdio: ['ignore', log, log],
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const [code] = (await once(npm, 'exit')) as [number | null];
    if (code !== 0 || !isInstalled(ARTILLERY_FOLDER)) throw failure(`npm ended with ${code ?? 'a signal'}`);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof LaunchError) throw error;
    throw failure((error as Error).message);
  } finally {
    clearInterval(timer);
    closeSync(log);
  }
  onProgress(`Artillery is installed, after ${seconds()} s`);
}

/** The launcher's own npm, if it had to fetch one; older ones cannot read the options of the lock file. */
function npmCommand(): [string, ...string[]] {
  const own = join(TOOLS_DIR, 'npm/bin/npm-cli.js');
  return existsSync(own) ? [process.execPath, own] : ['npm'];
}

function failure(why: string): LaunchError {
  return new LaunchError(
    `Artillery could not be installed: ${why}`,
    `Check that npm reaches its registry (npm ping); the log: ${LOG_FILE}`,
    tailOf(LOG_FILE, TAIL_LINES),
  );
}
