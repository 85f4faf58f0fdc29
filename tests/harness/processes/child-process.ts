import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that a test starts, and its output. */
export interface Child {
  readonly process: ChildProcess;
  /** Everything it has written to stdout and stderr. */
  output(): string;
  hasEnded(): boolean;
  /** Resolves with the exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const POLL_MS = 30;
const TAIL_LINES = 20;

/**
 * What `./rideline test` sets for every process: what it leaves in the temporary folder is found at the end of the run, and modules that another
 * process has compiled are not compiled again.
 */
function ofTheRun(): Record<string, string | undefined> {
  const { TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return { TMPDIR, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}

export function startChild(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Child {
  const child = spawn(command, args, {
    ...options,
    ...(options.env ? { env: { ...ofTheRun(), ...options.env } } : {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    // Not 'exit': its last lines, which say why it ended, are read after that.
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    });
    // The program could not be started, for instance because it is not installed.
    child.once('error', (error) => {
      output += `${error.message}\n`;
      hasEnded = true;
      resolve(null);
    });
  });
  return {
    process: child,
    output: () => output,
    hasEnded: () => hasEnded,
    ended,
    end(signal = 'SIGTERM') {
      if (!hasEnded) child.kill(signal);
      return ended;
    },
  };
}

/**
 * Waits until the child is ready. A child that is not ready in time is killed.
 * @param isReady a rejection counts as not ready
 * @throws Error with the tail of its output when it ends while starting, or is not ready in time
 */
export async function untilReady(
  child: Child,
  name: string,
  isReady: () => Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isReady().catch(() => false))) {
    if (child.hasEnded()) throw new Error(`${name} ended while starting:\n${tailOf(child)}`);
    if (Date.now() > deadline) {
      await child.end('SIGKILL');
      throw new Error(`${name} was not ready within ${withinMs} ms:\n${tailOf(child)}`);
    }
    await sleep(POLL_MS);
  }
}

function tailOf(child: Child): string {
  return child.output().trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
