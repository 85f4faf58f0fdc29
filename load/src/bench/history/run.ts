import { loadavg } from 'node:os';
import type { BootId } from '@rideline/contract';
import type { Cluster } from '@rideline/infra/local/cluster';
import { scrape, sumOf } from '../../cluster/prometheus.ts';
import { untilAborted } from '../../command/until-aborted.ts';
import { cpuSince, programsOf, readCpu } from '../../process/process-cpu.ts';
import type { BenchRunOptions } from '../bench.ts';
import { rotated } from '../rotation.ts';
import type { FixBacklog } from '../stack/fix-backlog.ts';
import { countStored } from '../stack/stored-fixes.ts';
import { type HistoryHarness, openHistoryHarness } from './harness.ts';
import { type StoredSample, steadyRate } from './steady-rate.ts';

/**
 * `bench history`: fixes from the log into MongoDB, their cost in a worker and in MongoDB, beside the driver's insertMany of prepared
 * documents (the floor) and one mongoose document per fix (the textbook).
 */
export const DRIVERS = 2000;
/** A full block (track-block.ts), and the fixes of a driver at 2 per second within RIDELINE_HISTORY_BLOCK_MS. */
export const FULL_BLOCK = 64;
export const LIVE_BLOCK = 10;
export const FLOW_FIXES_PER_SECOND = 4000;
const DRAIN_MS = 180_000;
const POLL_MS = 20;
const SAMPLE_MS = 200;
const SCRAPE_MS = 5000;
/** What a worker holds at most (history-role.ts): with less in the log it waits for blocks to fill, and the rate is not its own. */
const HELD_FIXES = 100_000;
const WARM_SHARE = 0.1;
const FULL = { rounds: 5, blocks: 5, flowMs: 30_000, creates: 5000 };
const QUICK = { rounds: 2, blocks: 2, flowMs: 6000, creates: 1000 };

export const HISTORY_VARIANTS = [
  `floor, ${FULL_BLOCK} a document`,
  `floor, ${LIVE_BLOCK} a document`,
  'textbook',
  'ours, a backlog',
  'ours, as it comes',
] as const;
export type HistoryVariant = (typeof HISTORY_VARIANTS)[number];

export interface HistoryRun {
  readonly variant: HistoryVariant;
  readonly fixes: number;
  /** Found in MongoDB afterwards. */
  readonly stored: number;
  /** Documents written; several writes of ours may go into one document. */
  readonly writes: number;
  /** Stored; NaN where the rate was given. */
  readonly fixesPerSecond: number;
  /** CPU µs of the process that writes (our worker, or the peer), of MongoDB, of the three Redis servers, and of the feed. */
  readonly cpu: {
    readonly writer: number;
    readonly mongo: number;
    readonly redis: number;
    readonly feeder: number;
  };
}

export interface HistoryResult {
  readonly mongo: string;
  readonly cannot: string | null;
  readonly loadBefore: number;
  readonly rounds: number;
  readonly flowMs: number;
  readonly runs: readonly HistoryRun[];
}

export async function benchHistory({ quick, onProgress, signal }: BenchRunOptions): Promise<HistoryResult> {
  const loadBefore = loadavg()[0] ?? 0;
  const plan = quick ? QUICK : FULL;
  const harness = await openHistoryHarness(DRIVERS, onProgress);
  try {
    const runs: HistoryRun[] = [];
    for (let round = 0; round < plan.rounds; round++) {
      for (const variant of rotated(HISTORY_VARIANTS, round)) {
        signal.throwIfAborted();
        onProgress(`round ${round + 1} of ${plan.rounds}: ${variant}`);
        runs.push(await untilAborted(measure(variant, harness, plan, signal), signal));
      }
    }
    const server = harness.cluster.servers.find(({ name }) => name === 'mongo');
    return {
      mongo: server?.kind ?? 'unknown',
      cannot: server?.cannot ?? null,
      loadBefore,
      rounds: plan.rounds,
      flowMs: plan.flowMs,
      runs,
    };
  } finally {
    await harness.close();
  }
}

type Plan = typeof FULL;

function measure(
  variant: HistoryVariant,
  harness: HistoryHarness,
  plan: Plan,
  signal: AbortSignal,
): Promise<HistoryRun> {
  const boot = `history-${Date.now()}` as BootId;
  switch (variant) {
    case 'floor, 64 a document':
      return measureFloor(variant, harness, boot, plan.blocks, FULL_BLOCK);
    case 'floor, 10 a document':
      // As many writes as a load of this length causes.
      return measureFloor(variant, harness, boot, Math.ceil(plan.flowMs / 5000), LIVE_BLOCK);
    case 'textbook':
      return measureTextbook(harness, boot, plan.creates);
    case 'ours, a backlog':
      return measureOurs(variant, harness, boot, signal, () =>
        harness.feed.flood(boot, plan.blocks * FULL_BLOCK, signal),
      );
    case 'ours, as it comes':
      return measureOurs(variant, harness, boot, signal, () =>
        harness.feed.flow(boot, FLOW_FIXES_PER_SECOND, plan.flowMs, signal),
      );
  }
}

async function measureFloor(
  variant: HistoryVariant,
  { cluster, peer }: HistoryHarness,
  boot: BootId,
  blocksPerDriver: number,
  fixesPerBlock: number,
): Promise<HistoryRun> {
  await peer.prepare({ type: 'floor', boot, drivers: DRIVERS, blocksPerDriver, fixesPerBlock });
  const [done, cpu] = await accounted(cluster, () => peer.go());
  return {
    variant,
    fixes: done.writes * fixesPerBlock,
    stored: await countStored(cluster.env.MONGODB_URI ?? '', boot),
    writes: done.writes,
    fixesPerSecond: (done.writes * fixesPerBlock * 1000) / done.ms,
    cpu: { ...cpu, writer: done.cpuMicros, redis: 0, feeder: 0 },
  };
}

async function measureTextbook(
  { cluster, peer, mongo }: HistoryHarness,
  boot: BootId,
  fixes: number,
): Promise<HistoryRun> {
  await peer.prepare({ type: 'textbook', boot, drivers: DRIVERS, fixes });
  const [done, cpu] = await accounted(cluster, () => peer.go());
  return {
    variant: 'textbook',
    fixes,
    stored: await mongo.connection.collection('locations').countDocuments({ boot }),
    writes: done.writes,
    fixesPerSecond: (fixes * 1000) / done.ms,
    cpu: { ...cpu, writer: done.cpuMicros, redis: 0, feeder: 0 },
  };
}

/** Counts until history has acknowledged every entry: then each fix is stored and reported as durable. */
async function measureOurs(
  variant: 'ours, a backlog' | 'ours, as it comes',
  { cluster, feed, backlog }: HistoryHarness,
  boot: BootId,
  signal: AbortSignal,
  send: () => Promise<number>,
): Promise<HistoryRun> {
  await feed.register(boot);
  const writesBefore = await writesOf(cluster);
  const storing = watchStored(cluster);
  const [fixes, cpu] = await accounted(cluster, async () => {
    const sent = await send();
    await drained(backlog, signal);
    return sent;
  }).finally(() => storing.stop());
  return {
    variant,
    fixes,
    stored: await countStored(cluster.env.MONGODB_URI ?? '', boot),
    writes: (await writesOf(cluster)) - writesBefore,
    fixesPerSecond:
      variant === 'ours, a backlog'
        ? steadyRate(storing.samples, fixes * WARM_SHARE, fixes - HELD_FIXES)
        : Number.NaN,
    cpu,
  };
}

/** From the worker's own counters. */
function watchStored(cluster: Cluster) {
  const samples: StoredSample[] = [];
  let before: number | undefined;
  const take = async (atMs: number) => {
    const fixes = await sumOfWorkers(cluster, 'rideline_history_write_fixes_sum');
    before ??= fixes;
    samples.push({ atMs, fixes: fixes - before });
  };
  const timer = setInterval(() => {
    // A worker that does not answer is one sample fewer. If it is gone, that shows in fixes that are never stored.
    take(performance.now()).catch(() => undefined);
  }, SAMPLE_MS);
  return { samples, stop: () => clearInterval(timer) };
}

async function drained(backlog: FixBacklog, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  while ((await backlog.entries()) > 0) {
    signal.throwIfAborted();
    if (performance.now() > deadline)
      throw new Error(`history has not stored everything within ${DRAIN_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const writesOf = (cluster: Cluster) => sumOfWorkers(cluster, 'rideline_history_write_blocks_sum');

/** @throws Error when a worker does not answer: its part of the sum would be missing */
async function sumOfWorkers({ processes }: Cluster, metric: string): Promise<number> {
  const metrics = await scrape(processes, SCRAPE_MS);
  if (metrics.size < processes.length) throw new Error('a worker does not answer with its metrics');
  return sumOf([...metrics.values()].flat(), metric);
}

async function accounted<Result>(
  cluster: Cluster,
  work: () => Promise<Result>,
): Promise<[Result, HistoryRun['cpu']]> {
  const programs = programsOf(cluster);
  const before = readCpu(programs);
  const result = await work();
  const used = [...cpuSince(readCpu(programs), before)];
  const sum = (pattern: RegExp) =>
    used.reduce((total, [name, micros]) => total + (pattern.test(name) ? micros : 0), 0);
  const cpu = {
    writer: sum(/^workers/),
    mongo: sum(/^mongo/),
    redis: sum(/^redis/),
    feeder: sum(/^generator$/),
  };
  return [result, cpu];
}
