import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { CheckedFile, CheckerReply, CheckRequest } from './checked-file.ts';

/** Limits of a child for one file. */
export interface CheckerCaps {
  /** Wall clock, ms, from when the child receives the file. */
  readonly timeMs: number;
  /** Time of processors that it uses, ms: work of the file, however busy the machine is. */
  readonly cpuMs: number;
  /** Resident memory of the child. */
  readonly rssBytes: number;
  /** V8's heap, part of it. */
  readonly heapMegabytes: number;
}

/**
 * Thrown when a child gave no result. `why`: it took too much time of processors, too long by the clock, or too much memory, crashed, reported
 * a failure, or was closed.
 */
export class CheckerFailure extends Error {
  readonly why: 'cpu' | 'time' | 'memory' | 'crash' | 'failed' | 'closed';
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
  /** What its memory is now, bytes; image libraries keep what they freed. 0 where the system does not say. */
  residentBytes(): Promise<number>;
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
const LOOK_MS = 100;
const MEGABYTE = 2 ** 20;
/** Columns of /proc/<pid>/statm are pages of this many bytes on every platform that Node has binaries for but one (arm64 with 64 KB pages). */
const PAGE_BYTES = 4096;
/** Fields of /proc/<pid>/stat behind the name, counted from 0, in ticks; Linux shows 100 a second on every platform that Node has binaries for. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const TICK_MS = 10;
/** Of a child, above its parent's 0: beside a busy process it gets a quarter of a processor, and its own time limit still suffices. */
const NICENESS = 5;

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
  if (child.pid !== undefined) yieldProcessor(child.pid);
  return {
    check: (request) => ask(child, request, caps),
    residentBytes: async () => (await usageOf(child.pid)).rssBytes,
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

/** Pictures are re-encoded in the background: beside 70 uploads a second, requests to an API on the same machine timed out for minutes. */
function yieldProcessor(pid: number): void {
  try {
    setPriority(pid, NICENESS);
  } catch (error) {
    // It ended at once; whoever asks it learns so.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function ask(child: ChildProcess, request: CheckRequest, caps: CheckerCaps): Promise<CheckedFile> {
  const { promise, resolve, reject } = Promise.withResolvers<CheckedFile>();
  let why: CheckerFailure['why'] = 'crash';
  const end = (reason: CheckerFailure['why']) => {
    why = reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end('time'), caps.timeMs);
  let usedBefore: number | undefined;
  const look = async () => {
    const { rssBytes, cpuMs } = await usageOf(child.pid);
    usedBefore ??= cpuMs;
    if (rssBytes > caps.rssBytes) end('memory');
    else if (cpuMs - usedBefore > caps.cpuMs) end('cpu');
  };
  void look();
  const watch = setInterval(() => void look(), LOOK_MS);
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

/**
 * Memory and time of processors of a process; zeros where the system has no /proc: then only V8's cap, the pixel limit and the clock bound it.
 */
async function usageOf(pid: number | undefined): Promise<{ rssBytes: number; cpuMs: number }> {
  if (pid === undefined) return { rssBytes: 0, cpuMs: 0 };
  const [memory, stat] = await Promise.all(
    ['statm', 'stat'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
  );
  // The name of the process, in brackets, may hold blanks: fields count from behind it.
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TICKS] ?? 0) + Number(fields[SYSTEM_TICKS] ?? 0);
  return { rssBytes: Number(memory?.split(' ')[1] ?? 0) * PAGE_BYTES, cpuMs: ticks * TICK_MS };
}

/** A picture of 40 Mpx took at most 5.2 s of a processor and 553 MB (decision 0115). */
export const DEFAULT_CHECKER_CAPS: CheckerCaps = {
  timeMs: 60_000,
  cpuMs: 15_000,
  rssBytes: 700 * MEGABYTE,
  heapMegabytes: 192,
};
