import { type ChildProcess, fork } from 'node:child_process';
import { endChild } from '../../process/end-child.ts';

/** A rival's server in a process group of its own. It reports its port when it listens, and exits when this process does. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Node's own options, on its command line: NODE_OPTIONS takes only some of V8's. */
  readonly flags?: readonly string[];
}

const LISTEN_MS = 20_000;

/** @throws Error when the server exits or does not listen in time; it is stopped then */
export async function startServerProcess(
  entry: URL,
  { env = {}, flags = [] }: ServerOptions = {},
): Promise<ServerProcess> {
  const child = fork(entry, {
    detached: true,
    execArgv: [...flags],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const stop = () => endChild(child, () => child.kill('SIGKILL'));
  try {
    return { pid: child.pid ?? 0, port: await listening(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = () => reject(new Error(`the server did not listen within ${LISTEN_MS / 1000} s`));
  const timer = setTimeout(late, LISTEN_MS);
  child.once('message', (message: { port: number }) => resolve(message.port));
  child.once('exit', (code) => reject(new Error(`the server exited with ${code}`)));
  child.once('error', reject);
  return promise.finally(() => clearTimeout(timer));
}
