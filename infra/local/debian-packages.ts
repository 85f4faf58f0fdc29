import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LaunchError } from './launch-error.ts';
import { openLog, tailOf } from './log-file.ts';
import { ROOT, STATE_DIR, TOOLS_DIR } from './paths.ts';
import { findProgram } from './program-path.ts';

const SCRIPT = join(ROOT, 'infra/local/debian-packages.sh');
const LOG = join(STATE_DIR, 'logs', 'apt.log');
/** The packages that were installed from here, so that a server's kind is still `package` when it is found on the PATH later. */
const RECORD = join(TOOLS_DIR, 'debian-packages.json');
/** Exit codes of the script. */
const NO_APT = 3;
const NO_ROOT = 4;

function installedHere(): string[] {
  return existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as string[]) : [];
}

/** Whether Rideline installed this package on this machine. */
export function wasInstalledHere(name: string): boolean {
  return installedHere().includes(name);
}

function recordInstalled(packages: readonly string[]): void {
  mkdirSync(dirname(RECORD), { recursive: true });
  writeFileSync(RECORD, JSON.stringify([...new Set([...installedHere(), ...packages])]));
}

/** The command that installs the packages on this machine. */
export function installCommand(packages: readonly string[], brew: readonly string[] = packages): string {
  if (process.platform === 'darwin') return `Install it: brew install ${brew.join(' ')}`;
  if (findProgram('apt-get')) return `Install it: sudo apt-get install ${packages.join(' ')}`;
  return `Install it with your system's package manager (Debian calls it ${packages.join(', ')})`;
}

async function runScript(packages: readonly string[]): Promise<number> {
  // sudo may ask for its password here, if there is a terminal; apt-get then runs without a prompt.
  const authorized = spawnSync('bash', [SCRIPT, '--authorize'], { stdio: 'inherit' }).status ?? 1;
  if (authorized !== 0) return authorized;
  const log = openLog(LOG);
  try {
    const child = spawn('bash', [SCRIPT, ...packages], { stdio: ['ignore', log, log] });
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Installs Debian packages; needs root or sudo.
 * @throws LaunchError with the command that installs them by hand
 */
export async function installDebianPackages(
  packages: readonly string[],
  brew?: readonly string[],
): Promise<void> {
  const code = await runScript(packages);
  if (code === 0) return recordInstalled(packages);
  const missing = `${packages.join(' and ')} ${packages.length > 1 ? 'are' : 'is'} missing`;
  if (code === NO_APT) throw new LaunchError(missing, installCommand(packages, brew));
  if (code === NO_ROOT) {
    throw new LaunchError(`${missing}, and installing needs root or sudo`, installCommand(packages, brew));
  }
  throw new LaunchError(`apt-get could not install ${packages.join(' ')}`, `The log: ${LOG}`, tailOf(LOG, 6));
}
