import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import {
  isRunning,
  type ProcessIdentity,
  signalGroup,
  startOf,
} from '@rideline/platform/process/process-identity';
import { LaunchError } from './launch-error.ts';
import { openLog, tailOf } from './log-file.ts';
import { answers, type Probe, waitUntil } from './readiness.ts';

/** Everything needed to start a program, and to start it again on the same port and data. */
export type DaemonSpec = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment of the launcher. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly probe: Probe;
  readonly readyMs: number;
  readonly stopMs: number;
};

/** A started program. It leads a process group of its own and outlives the launcher. */
export type Daemon = DaemonSpec & ProcessIdentity;

const KILL_MS = 5_000;
const TAIL_LINES = 12;

/** The launcher's environment without the variables of a test runner around it. */
function inheritedEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !name.startsWith('VITEST') && name !== 'NODE_OPTIONS' && name !== 'NODE_ENV' && name !== 'TEST',
    ),
  );
}

/**
 * Starts a program without waiting for it to be ready.
 * @throws LaunchError when it cannot be executed at all.
 */
export async function launch(spec: DaemonSpec): Promise<Daemon> {
  const log = openLog(spec.logFile);
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...inheritedEnv(), ...spec.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(
          new LaunchError(
            `${spec.name} cannot be started: ${error.message}`,
            `Is ${spec.command} executable?`,
          ),
        ),
      );
    });
    child.unref();
    const pid = child.pid ?? 0;
    // A program that has already exited gets an identity that is never running; `awaitReady` then reports why.
    return { ...spec, pid, startedAt: startOf(pid) ?? 'ended' };
  } finally {
    closeSync(log);
  }
}

/**
 * Waits until the program answers its probe.
 * @throws LaunchError with the log's tail when it exits first or does not answer within `readyMs`.
 */
export async function awaitReady(daemon: Daemon): Promise<void> {
  let died = false;
  const ready = await waitUntil(async () => {
    if (await answers(daemon.probe)) {
      died = !isRunning(daemon);
      return true;
    }
    died = !isRunning(daemon);
    return died;
  }, daemon.readyMs);
  if (ready && !died) return;
  const problem = died
    ? `${daemon.name} exited while starting`
    : `${daemon.name} was not ready within ${daemon.readyMs / 1000} s`;
  throw new LaunchError(problem, `Its log: ${daemon.logFile}`, tailOf(daemon.logFile, TAIL_LINES));
}

/**
 * Sends the signal, waits `stopMs` for the exit, then kills.
 * @returns how it ended; `gone` when it no longer ran.
 */
export async function stopDaemon(
  daemon: Daemon,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<'gone' | 'stopped' | 'killed'> {
  if (!signalGroup(daemon, signal)) return 'gone';
  // A paused process handles the signal only once it runs again.
  signalGroup(daemon, 'SIGCONT');
  if (await waitUntil(() => !isRunning(daemon), daemon.stopMs)) return 'stopped';
  await killDaemon(daemon);
  return 'killed';
}

/** Sends SIGKILL and waits until the process is gone. */
export async function killDaemon(daemon: Daemon): Promise<void> {
  signalGroup(daemon, 'SIGKILL');
  if (!(await waitUntil(() => !isRunning(daemon), KILL_MS))) {
    throw new LaunchError(
      `${daemon.name} (process ${daemon.pid}) did not exit after SIGKILL`,
      'Inspect it with ps; it may wait for a disk',
    );
  }
}
