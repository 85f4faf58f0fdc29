import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayFlags } from '../../bench/stack/gateway-flags.ts';
import { nextNumber } from '../../process/child-number.ts';
import { endChild } from '../../process/end-child.ts';

/** A process of a baseline stack, in a process group of its own. It exits when this process does. */
export interface BaselineProcess {
  readonly name: string;
  readonly pid: number;
  /** 0: a worker takes no traffic. */
  readonly port: number;
  readonly innerPort: number;
  stop(): Promise<void>;
}

const ENTRY = new URL('./server/main.ts', import.meta.url);
const READY_MS = 60_000;
const TAIL_LINES = 8;

/** Starts a process with the V8 flags of our gateways. @throws Error with the end of its log when it exits or is not ready in time */
export async function startBaselineProcess(options: {
  readonly name: string;
  readonly innerPort: number;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the logs. */
  readonly logDir: string;
}): Promise<BaselineProcess> {
  const { name, innerPort, env, logDir } = options;
  mkdirSync(logDir, { recursive: true });
  const logFile = join(logDir, `${name}.log`);
  const log = openSync(logFile, 'a');
  const child = fork(ENTRY, {
    detached: true,
    execArgv: [...gatewayFlags()],
    env: { ...process.env, ...env, BASELINE_NAME: name, BASELINE_INNER_PORT: String(innerPort) },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const stop = () => endChild(child, () => child.kill('SIGKILL'));
  try {
    return { name, pid: child.pid ?? 0, port: await nextNumber(child, 'port', READY_MS), innerPort, stop };
  } catch (cause) {
    await stop();
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
    throw new Error(`${name} of the baseline: ${(cause as Error).message}\n${tail}`, { cause });
  }
}
