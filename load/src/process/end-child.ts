import type { ChildProcess } from 'node:child_process';

const END_MS = 5000;

/** Asks a child process to exit, and kills it when it has not within 5 s. Resolves when it has exited. */
export async function endChild(child: ChildProcess, requestExit: () => void): Promise<void> {
  // A child that could not be started has no pid and never emits `exit`.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  requestExit();
  await ended;
  clearTimeout(timer);
}
