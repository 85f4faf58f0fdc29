import { loadavg } from 'node:os';
import { measureRates, type Rates } from '@rideline/infra/mongo-standin/rates';
import { untilAborted } from '../../command/until-aborted.ts';
import { startOurStack } from '../stack/our-stack.ts';
import type { SocketNumbers } from '../stack/subject.ts';
import { warmUpMs } from '../stack/warm-up.ts';
import { type CapacityOptions, FrameKindBench, type KindResult, NUMBERS } from './frame-kind.ts';

/** Duration of one measurement of MongoDB's write rate. */
const RATES_MS = { full: 1000, quick: 200 };

export interface CapacityResult {
  readonly mongo: string;
  readonly rates: Rates;
  readonly loadBefore: number;
  readonly numbers: SocketNumbers;
  readonly pinned: readonly string[];
  readonly warmUpMs: number;
  readonly kinds: readonly KindResult[];
}

/**
 * `bench capacity`: what one machine sustains with everything on it: HAProxy, two gateways, API, workers, three Redis servers, MongoDB, and
 * the generator. Searches for the highest rate that holds with nothing lost, holds it, and takes latencies at half of it.
 */
export async function benchCapacity(options: CapacityOptions): Promise<CapacityResult> {
  const loadBefore = loadavg()[0] ?? 0;
  const parts: { kind: KindResult; mongo: string; rates: Rates; pinned: readonly string[] }[] = [];
  for (const fixesPerFrame of [1, 5] as const) parts.push(await benchKind(fixesPerFrame, options));
  const [first] = parts;
  if (first === undefined) throw new Error('nothing was measured');
  const { mongo, rates, pinned } = first;
  const kinds = parts.map(({ kind }) => kind);
  return { mongo, rates, loadBefore, numbers: NUMBERS, pinned, warmUpMs: warmUpMs(options.quick), kinds };
}

/** A cluster of its own for each kind of frame: the documents of one must not slow the other. */
async function benchKind(fixesPerFrame: 1 | 5, options: CapacityOptions) {
  const { onProgress, signal, quick } = options;
  signal.throwIfAborted();
  onProgress(`starting a cluster for frames of ${fixesPerFrame}`);
  await using opened = new AsyncDisposableStack();
  const stack = await startOurStack({ front: true });
  opened.defer(() => stack.stop());
  const run = new FrameKindBench(stack, fixesPerFrame, options);
  opened.defer(() => run.close());
  const mongo = stack.cluster.servers.find(({ name }) => name === 'mongo')?.kind ?? 'unknown';
  onProgress('measuring W, the write rate of this MongoDB');
  const uri = stack.cluster.env.MONGODB_URI ?? '';
  const rates = await untilAborted(measureRates(uri, quick ? RATES_MS.quick : RATES_MS.full), signal);
  await run.open();
  return { kind: await run.measure(), mongo, rates, pinned: run.pinned };
}
