import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../../command/until-aborted.ts';
import { type InspectorSession, openInspector } from '../../process/inspector-session.ts';
import type { BenchRunOptions } from '../bench.ts';
import { type Generator, startGenerator } from '../generator/generator.ts';
import type { Ledger } from '../ledger.ts';
import { rotated } from '../rotation.ts';
import { type InspectedSubject, startBareNode, startOurGateway } from './subjects.ts';

/** `bench memory`: bytes of one gateway for each of 5,000 drivers' connections at rest, after forced GCs, ours beside bare Socket.IO. */
const STARTERS = { bare: startBareNode, ours: startOurGateway } as const;
export type SubjectName = keyof typeof STARTERS;
export const SUBJECTS = Object.keys(STARTERS) as readonly SubjectName[];
export const SOCKETS = 5000;

/** Bytes, from `process.memoryUsage()`: buffers are outside V8's heap. */
export interface MemoryReading {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

export interface MemoryRun {
  readonly subject: SubjectName;
  readonly before: MemoryReading;
  readonly after: MemoryReading;
}

export interface MemoryResult {
  readonly rounds: number;
  readonly loadBefore: number;
  readonly runs: readonly MemoryRun[];
  /** Ours, one of each round. */
  readonly ledgers: readonly Ledger[];
}

/** One frame from each driver, slow enough that none is late. */
const FIRST_FRAMES = { framesPerSecond: 500, durationMs: (SOCKETS / 500) * 1000, fixesPerFrame: 1 };
const MOST_TRIES = 3;
const SETTLE_MS = 60_000;
/** Memory is at rest when this many readings in a row differ by less than this share. */
const STILL_READINGS = 3;
const STILL_SHARE = 0.001;
const READ_EVERY_MS = 1000;
const MOST_READINGS = 30;

export async function benchMemory(options: BenchRunOptions): Promise<MemoryResult> {
  const rounds = options.quick ? 1 : 5;
  const [loadBefore = 0] = loadavg();
  const runs: MemoryRun[] = [];
  const ledgers: Ledger[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of rotated(SUBJECTS, round)) {
      options.signal.throwIfAborted();
      options.onProgress(`round ${round + 1} of ${rounds}: ${name}, ${SOCKETS} sockets`);
      const { ledger, ...run } = await measureFresh(name, options.signal);
      runs.push(run);
      if (ledger !== null) ledgers.push({ subject: `${name}, round ${round + 1}`, ...ledger });
    }
  }
  return { rounds, loadBefore, runs, ledgers };
}

/** In fresh processes: a heap does not give back what it has grown to. */
async function measureFresh(
  name: SubjectName,
  signal: AbortSignal,
): Promise<MemoryRun & { ledger: Omit<Ledger, 'subject'> | null }> {
  await using opened = new AsyncDisposableStack();
  const inspected = await STARTERS[name]();
  opened.defer(() => inspected.subject.stop());
  const generator = startGenerator();
  opened.defer(() => generator.close());
  const before = await readAtRest(inspected, signal);
  const boot = `bench-${Date.now()}`;
  const plan = await untilAborted(inspected.subject.plan({ drivers: SOCKETS, followed: 0 }), signal);
  await untilAborted(generator.connect({ ...plan, boot }), signal);
  const sent = await untilEachSent(generator, inspected.subject.durable, signal);
  const after = await readAtRest(inspected, signal);
  const stored = await inspected.subject.stored(boot);
  return { subject: name, before, after, ledger: stored === null ? null : { sent, stored } };
}

/** Returns the fixes sent once each driver has sent one and has received that it is durable, where fixes are stored. */
async function untilEachSent(generator: Generator, durable: boolean, signal: AbortSignal): Promise<number> {
  let late = 0;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const sent = await untilAborted(generator.send({ ...FIRST_FRAMES, acknowledged: false }), signal);
    if (sent.framesLate === late) break;
    late = sent.framesLate;
    if (tries === MOST_TRIES - 1) throw new Error('the generator cannot send 500 frames a second here');
  }
  const { fixesSent, durableDrivers } = await untilAborted(generator.settle(durable ? SETTLE_MS : 0), signal);
  if (durable && durableDrivers < SOCKETS)
    throw new Error(`only ${durableDrivers} of ${SOCKETS} drivers received that their fix is stored`);
  return fixesSent;
}

/** Forces GCs until memory is at rest. */
async function readAtRest({ gateway }: InspectedSubject, signal: AbortSignal): Promise<MemoryReading> {
  const session = await openInspector({ pid: gateway.pid, port: gateway.inspectorPort, signal });
  try {
    let last = await collectAndRead(session);
    let still = 1;
    for (let readings = 1; still < STILL_READINGS; readings++) {
      if (readings === MOST_READINGS) throw new Error('the memory did not come to rest');
      await delay(READ_EVERY_MS, undefined, { signal });
      const next = await collectAndRead(session);
      still = Math.abs(heldOf(next) - heldOf(last)) < STILL_SHARE * heldOf(next) ? still + 1 : 1;
      last = next;
    }
    return last;
  } finally {
    session.close();
  }
}

/** What a GC leaves: V8's heap and the buffers that it holds. */
export const heldOf = ({ heapUsed, external }: MemoryReading): number => heapUsed + external;

async function collectAndRead(session: InspectorSession): Promise<MemoryReading> {
  await session.send('HeapProfiler.collectGarbage');
  const { result } = await session.send<{ result: { value: MemoryReading } }>('Runtime.evaluate', {
    expression: 'process.memoryUsage()',
    returnByValue: true,
  });
  const { heapUsed, external, rss } = result.value;
  return { heapUsed, external, rss };
}
