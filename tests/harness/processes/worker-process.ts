import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../workers/src/main.ts', import.meta.url));

/** A workers process that a test starts itself, with an environment of its own. */
export function startWorkerProcess(env: Readonly<Record<string, string | undefined>>): {
  readonly child: ChildProcess;
  kill(): Promise<void>;
} {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, ...env },
    stdio: process.env.WORKER_OUTPUT ? 'inherit' : 'ignore',
  });
  return {
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
