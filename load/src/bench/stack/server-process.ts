import { fork } from 'node:child_process';
import { nextNumber } from '../../process/child-number.ts';
import { endChild } from '../../process/end-child.ts';
import type { RivalQuestion } from './rival-process.ts';

/** A rival's server in a process group of its own. It reports its port when it listens, and exits when this process does. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Resolves with the fixes that the server has finished with. @throws Error when it exits or does not answer in time */
  ask(question: RivalQuestion): Promise<number>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Node's own options, on its command line: NODE_OPTIONS takes only some of V8's. */
  readonly flags?: readonly string[];
}

const LISTEN_MS = 20_000;
/** A batch of 30 s may be stored before it answers. */
const ANSWER_MS = 120_000;

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
  const ask = async (question: RivalQuestion) => {
    const answered = nextNumber(child, 'handled', ANSWER_MS);
    child.send(question);
    return answered;
  };
  try {
    return { pid: child.pid ?? 0, port: await nextNumber(child, 'port', LISTEN_MS), ask, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
