import { spreadOf } from '../spread.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { EVENT_LOOP, type Origin, originOf } from './flame-origin.ts';

/** A function below its caller, with everything that it called. */
export interface Flame {
  readonly label: string;
  readonly origin: Origin;
  /** File and line, below their package where there is one; empty for C++. */
  readonly where: string;
  /** Microseconds in the function itself. */
  selfUs: number;
  /** Microseconds in the function and in everything that it called. */
  totalUs: number;
  readonly children: Map<string, Flame>;
}

/** V8's entry for a waiting thread. */
const IDLE = '(idle)';

/**
 * A profile as one tree of busy time: idle time is left out, and all calls of a function from one caller are merged, whichever version V8
 * ran. The root's `totalUs` is the CPU time that the profile saw.
 */
export function foldProfile(profile: Pick<CpuProfile, 'nodes' | 'samples' | 'timeDeltas'>): Flame {
  const self = selfTimes(profile);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const root = newFlame('all', { kind: 'native', place: 'all' }, '');
  const fold = (id: number, into: Flame): number => {
    const node = nodes.get(id);
    if (!node) return 0;
    const own = self.get(id) ?? 0;
    let total = own;
    into.selfUs += own;
    for (const child of node.children ?? []) {
      const callFrame = nodes.get(child)?.callFrame;
      if (callFrame && callFrame.functionName !== IDLE) total += fold(child, childOf(into, callFrame));
    }
    into.totalUs += total;
    return total;
  };
  const [first] = profile.nodes;
  if (first) fold(first.id, root);
  return root;
}

/** During a gap of more intervals than this, other processes had the core. */
const LONGEST_INTERVALS = 2;

/** Microseconds by node: a sample stands for the time until the next one. */
function selfTimes({ samples = [], timeDeltas = [] }: Pick<CpuProfile, 'samples' | 'timeDeltas'>) {
  const gaps = timeDeltas.slice(1);
  const longestUs = LONGEST_INTERVALS * spreadOf(gaps).median;
  const self = new Map<number, number>();
  for (const [index, us] of gaps.entries()) {
    const id = samples[index] ?? 0;
    self.set(id, (self.get(id) ?? 0) + Math.min(longestUs, Math.max(0, us)));
  }
  return self;
}

/**
 * Makes the root's time equal to the main thread's CPU as the kernel counts it. V8 misjudges two things. It takes waiting in libuv for
 * idle, also while libuv reads sockets and calls epoll: time without samples becomes one more child of the root. And it counts time in
 * which another process had the core: samples that sum up to more are scaled down.
 */
export function fitToThread(root: Flame, threadUs: number): void {
  if (root.totalUs > threadUs) {
    scale(root, threadUs / root.totalUs);
    return;
  }
  const loop = newFlame('event loop: epoll, reads', EVENT_LOOP, '');
  loop.selfUs = threadUs - root.totalUs;
  loop.totalUs = loop.selfUs;
  root.children.set(loop.label, loop);
  root.totalUs = threadUs;
}

function scale(flame: Flame, by: number): void {
  flame.selfUs *= by;
  flame.totalUs *= by;
  for (const child of flame.children.values()) scale(child, by);
}

function childOf(parent: Flame, callFrame: { functionName: string; url: string; lineNumber: number }): Flame {
  const { functionName, url, lineNumber } = callFrame;
  const key = `${functionName} ${url}:${lineNumber}`;
  const known = parent.children.get(key);
  if (known) return known;
  const origin = originOf(callFrame);
  const child = newFlame(functionName || '(anonymous)', origin, whereOf(callFrame, origin));
  parent.children.set(key, child);
  return child;
}

function whereOf({ url, lineNumber }: { url: string; lineNumber: number }, { place }: Origin): string {
  if (url === '') return '';
  const file = url.slice(url.lastIndexOf('/') + 1);
  return `${place.endsWith(file) ? place : `${place} ${file}`}:${lineNumber + 1}`;
}

const newFlame = (label: string, origin: Origin, where: string): Flame => ({
  label,
  origin,
  where,
  selfUs: 0,
  totalUs: 0,
  children: new Map(),
});

/** Self time of all functions in microseconds, summed by `keyOf`; greatest first. */
export function selfBy(root: Flame, keyOf: (flame: Flame) => string): [key: string, selfUs: number][] {
  const sums = new Map<string, number>();
  const add = (flame: Flame) => {
    if (flame.selfUs > 0) sums.set(keyOf(flame), (sums.get(keyOf(flame)) ?? 0) + flame.selfUs);
    for (const child of flame.children.values()) add(child);
  };
  for (const child of root.children.values()) add(child);
  return [...sums].sort(([, a], [, b]) => b - a);
}
