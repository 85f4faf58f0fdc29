import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../local/ports.ts';

const HERE = import.meta.dirname;
/** Shared with the launcher, so that a checkout builds the jar once. */
const BUILT = join(HERE, '../../.rideline/tools/mongo-standin');
const START_MS = 20_000;

/** A stand-in process, running or exited. */
export interface StandinProcess {
  readonly port: number;
  readonly process: ChildProcess;
  /** Address for a client that discovers the replica set. */
  readonly uri: string;
  /** Sends the signal and waits for the exit. @returns the exit code, or null when the signal ended it */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Builds the jar unless it is current. @returns its path */
export async function buildStandin(): Promise<string> {
  await promisify(execFile)(join(HERE, 'build'), [BUILT]);
  return join(BUILT, 'mongo-standin.jar');
}

/**
 * Starts a stand-in on its data folder and waits until it listens.
 * @param port of its last run, when it is started again; a free one by default
 * @throws with its standard error when it exits instead
 */
export async function startStandin(jar: string, dataDir: string, port?: number): Promise<StandinProcess> {
  const [chosen] = port === undefined ? await freePorts(1) : [port];
  const args = [
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-jar',
    jar,
    '--port',
    `${chosen}`,
    '--data',
    dataDir,
    '--replica-set',
    'rs0',
  ];
  const child = spawn('java', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const listensOn = await readPort(child);
  return {
    port: listensOn,
    process: child,
    uri: `mongodb://127.0.0.1:${listensOn}/?replicaSet=rs0`,
    stop: async (signal) => {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

function readPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the stand-in did not listen within ${START_MS} ms: ${errors}`));
    }, START_MS);
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const port = /^ready port=(\d+)$/m.exec(output)?.[1];
      if (port !== undefined) {
        clearTimeout(deadline);
        resolve(Number(port));
      }
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(deadline);
      reject(new Error(`the stand-in exited with ${code}: ${errors.trim()}`));
    });
  });
}
