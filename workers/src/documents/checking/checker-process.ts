import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckedFile, CheckerReply, CheckRequest } from './checked-file.ts';

/** Limits of a child for one file. */
export interface CheckerCaps {
  /** Wall clock, ms, from when the child receives the file. */
  readonly timeMs: number;
  /** Resident memory of the child. */
  readonly rssBytes: number;
  /** V8's heap, part of it. */
  readonly heapMegabytes: number;
}

/** Thrown when a child gave no result. `why`: it took too long or too much memory, crashed, reported a failure, or was closed. */
export class CheckerFailure extends Error {
  readonly why: 'time' | 'memory' | 'crash' | 'failed' | 'closed';
  constructor(why: CheckerFailure['why'], message: string) {
    super(message);
    this.name = 'CheckerFailure';
    this.why = why;
  }
}

/** One child process; it checks one file at a time. */
export interface CheckerProcess {
  /** @throws CheckerFailure; the child is then gone, except for `failed` */
  check(request: CheckRequest): Promise<CheckedFile>;
  readonly alive: boolean;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../../../..');
const CHILD = join(HERE, 'checker-child.ts');
/** The paths of a child's own code; not the folder with keys and data beside them. */
const READABLE = [
  HERE,
  join(ROOT, 'node_modules'),
  join(ROOT, 'package.json'),
  join(ROOT, 'workers/package.json'),
];
const MEMORY_LOOK_MS = 100;
const MEGABYTE = 2 ** 20;
/** Columns of /proc/<pid>/statm are pages of this many bytes on every platform that Node has binaries for but one (arm64 with 64 KB pages). */
const PAGE_BYTES = 4096;

/**
 * Starts a child. Its environment is empty: it gets no address, no key and no token. It may read its own code, read and write `folder`, and
 * start no process (Node's permission model; the image library's native code is bound only by the caps).
 */
export function startCheckerProcess(folder: string, caps: CheckerCaps): CheckerProcess {
  const child = fork(CHILD, [], {
    env: {},
    execArgv: [
      `--max-old-space-size=${caps.heapMegabytes}`,
      '--permission',
      '--allow-addons',
      ...[...READABLE, folder].map((path) => `--allow-fs-read=${path}`),
      `--allow-fs-write=${folder}`,
    ],
    serialization: 'json',
    // Its output could quote the file.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // A child that could not be started emits no exit event.
  let alive = true;
  child.once('error', () => {
    alive = false;
  });
  child.once('exit', () => {
    alive = false;
  });
  return {
    check: (request) => ask(child, request, caps),
    get alive() {
      return alive;
    },
    get pid() {
      return child.pid;
    },
    async close() {
      if (!alive) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function ask(child: ChildProcess, request: CheckRequest, caps: CheckerCaps): Promise<CheckedFile> {
  const { promise, resolve, reject } = Promise.withResolvers<CheckedFile>();
  let why: CheckerFailure['why'] = 'crash';
  const end = (reason: CheckerFailure['why']) => {
    why = reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end('time'), caps.timeMs);
  const watch = setInterval(() => {
    void residentBytes(child.pid).then((bytes) => {
      if (bytes > caps.rssBytes) end('memory');
    });
  }, MEMORY_LOOK_MS);
  const onReply = (reply: CheckerReply) => {
    if (reply.outcome === 'failed') reject(new CheckerFailure('failed', reply.reason));
    else resolve(reply);
  };
  const onEnd = () => reject(new CheckerFailure(why, `the checker gave no answer: ${why}`));
  child.once('message', onReply);
  child.once('exit', onEnd);
  child.once('error', onEnd);
  child.send(request, (error) => {
    if (error) end('crash');
  });
  return promise.finally(() => {
    clearTimeout(timer);
    clearInterval(watch);
    child.off('message', onReply);
    child.off('exit', onEnd);
    child.off('error', onEnd);
  });
}

/** Resident memory of a process; 0 where the system has no /proc: then only V8's cap, the pixel limit and the time bound it. */
async function residentBytes(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) * PAGE_BYTES;
}

export const DEFAULT_CHECKER_CAPS: CheckerCaps = {
  timeMs: 30_000,
  rssBytes: 300 * MEGABYTE,
  heapMegabytes: 192,
};
