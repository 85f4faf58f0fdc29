import { fileURLToPath } from 'node:url';
/** Whose code a function of a CPU profile is. */
export const KINDS = [
  'ours',
  'Socket.IO',
  'ioredis',
  'packages',
  'Node',
  'native',
  'event loop',
  'GC',
] as const;

export type Kind = (typeof KINDS)[number];

export interface Origin {
  readonly kind: Kind;
  /** File of ours (`realtime/src/…`), package, or a description where there is no file. */
  readonly place: string;
}

/** Time that V8 takes for idle although the thread ran. */
export const EVENT_LOOP: Origin = { kind: 'event loop', place: 'event loop (not sampled)' };

/** Packages that a socket's packet passes. */
const SOCKET_IO = /^(socket\.io|engine\.io|ws$|@socket\.io)/;
const REDIS = /^(ioredis|redis-parser|redis-errors|standard-as-callback|denque)/;
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * V8 writes its own entries in brackets (`(program)` is time outside of JavaScript: system calls, libuv, C++), and gives C++ functions no
 * URL.
 */
export function originOf(callFrame: { functionName: string; url: string }): Origin {
  const { functionName, url } = callFrame;
  if (functionName === '(garbage collector)') return { kind: 'GC', place: 'garbage collector' };
  if (functionName === '(program)') return { kind: 'native', place: '(program): kernel, libuv, C++' };
  if (url === '') return { kind: 'native', place: `${functionName || '(native)'}()` };
  if (url.startsWith('node:')) return { kind: 'Node', place: url };
  const path = decodeURIComponent(url.replace(/^file:\/\//, ''));
  const [, installed] = path.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
  if (installed !== undefined && !installed.startsWith('@rideline/')) {
    if (SOCKET_IO.test(installed)) return { kind: 'Socket.IO', place: installed };
    return { kind: REDIS.test(installed) ? 'ioredis' : 'packages', place: installed };
  }
  return { kind: 'ours', place: path.startsWith(ROOT) ? path.slice(ROOT.length) : path };
}
