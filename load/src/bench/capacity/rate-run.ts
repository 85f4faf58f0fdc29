import { readFileSync } from 'node:fs';
import { untilAborted } from '../../command/until-aborted.ts';
import { type Accounted, cpuSince, readCpu } from '../../process/process-cpu.ts';
import { MICROSECONDS_PER_TICK } from '../../process/process-stats.ts';
import type { Generator } from '../generator/generator.ts';
import type { GeneratorCounts, Load } from '../generator/generator-messages.ts';
import { lateReasons, riderReasons } from '../hold-limits.ts';
import { quantile } from '../spread.ts';
import type { FixBacklog } from '../stack/fix-backlog.ts';
import { type Backlog, backlogOf, hasGrown } from './rate-search.ts';

/** A run at one rate, and its outcome. */
export interface RateRun {
  readonly fixesPerSecond: number;
  readonly fixesPerFrame: number;
  readonly seconds: number;
  /** Share of the frames that asked for their acknowledgement. */
  readonly acknowledgedShare: number;
  readonly framesSent: number;
  readonly framesLate: number;
  readonly refused: number;
  readonly closed: number;
  /** Ms from the last frame until every driver had received that all its fixes are durable; null: not in time. */
  readonly durableAfterMs: number | null;
  readonly backlog: Backlog;
  /** Share of a core by program, while frames were sent. `other programs`: everything else on this machine. */
  readonly cores: Readonly<Record<string, number>>;
  readonly ackP95Ms: number;
  readonly positionP50Ms: number;
  readonly positionP99Ms: number;
  readonly positions: number;
}

export interface RateRunPlan extends Load {
  /** Too short a run has no steady state: only the time after it can show whether history kept up. */
  readonly judgeBacklog: boolean;
}

/**
 * A history block waits 5 s and an acknowledgement as long (RIDELINE_HISTORY_BLOCK_MS, RIDELINE_ACK_INTERVAL_MS), plus half of that as a
 * margin.
 */
export const DURABLE_MS = 15_000;
const SAMPLE_MS = 500;
const CLIENTS = 'clients';
const OTHERS = 'other programs';
/** `readCpu` counts this process as `generator`. Here it only watches; the sockets are in a process of their own. */
const CALLED: Readonly<Record<string, string>> = { generator: 'bench', [CLIENTS]: 'generator' };

export interface RateRunParts {
  readonly generator: Generator;
  readonly programs: readonly Accounted[];
  readonly backlog: FixBacklog;
  readonly drivers: number;
  /**
   * Frames that the gateways have refused so far, from their metrics: a frame that did not ask for an acknowledgement is mostly refused
   * silently.
   */
  readonly refusals: () => Promise<number>;
  /** Counts at the end of the previous run. */
  readonly before: GeneratorCounts;
  readonly signal: AbortSignal;
}

export async function measureRateRun(
  plan: RateRunPlan,
  { generator, programs, backlog, drivers, refusals, before, signal }: RateRunParts,
): Promise<{ run: RateRun; counts: GeneratorCounts }> {
  const accounted = [...programs, { name: CLIENTS, pid: generator.pid }];
  const refusedBefore = await refusals();
  const watch = watchBacklog(backlog);
  const startedAt = performance.now();
  const cpuBefore = readCpu(accounted);
  const busyBefore = machineBusyMicros();
  const sent = await untilAborted(generator.send(plan), signal).finally(() => watch.stop());
  const cores = coresOf(cpuSince(readCpu(accounted), cpuBefore), machineBusyMicros() - busyBefore, startedAt);
  const sentAt = performance.now();
  const counts = await untilAborted(generator.settle(DURABLE_MS), signal);
  const isDurable = counts.durableDrivers === drivers;
  const run: RateRun = {
    fixesPerSecond: plan.framesPerSecond * plan.fixesPerFrame,
    fixesPerFrame: plan.fixesPerFrame,
    seconds: plan.durationMs / 1000,
    acknowledgedShare: plan.acknowledged ? 1 / (plan.acknowledgeEvery ?? 1) : 0,
    framesSent: sent.framesSent - before.framesSent,
    framesLate: sent.framesLate - before.framesLate,
    refused: Math.max(counts.refused - before.refused, (await refusals()) - refusedBefore),
    closed: counts.closed - before.closed,
    durableAfterMs: isDurable ? performance.now() - sentAt : null,
    backlog: plan.judgeBacklog ? backlogOf(watch.entries) : { middle: 0, last: 0 },
    cores,
    ackP95Ms: quantile(counts.ackLatenciesMs, 0.95),
    positionP50Ms: quantile(counts.positionAgesMs, 0.5),
    positionP99Ms: quantile(counts.positionAgesMs, 0.99),
    positions: counts.positions - before.positions,
  };
  return { run, counts };
}

/** Why a run did not hold; empty when it did. */
export function whyNot(run: RateRun): string[] {
  const { framesSent, framesLate, refused, closed, durableAfterMs, positionP99Ms, backlog } = run;
  return [
    ...(refused > 0 ? [`${refused} frames refused`] : []),
    ...lateReasons({ sent: framesSent, late: framesLate }),
    ...(closed > 0 ? [`${closed} sockets lost`] : []),
    ...(durableAfterMs === null ? [`not durable within ${DURABLE_MS / 1000} s`] : []),
    ...riderReasons(positionP99Ms),
    ...(hasGrown(backlog) ? [`backlog grows: ${backlog.middle} to ${backlog.last} entries`] : []),
  ];
}

function watchBacklog(backlog: FixBacklog) {
  const entries: number[] = [];
  const timer = setInterval(() => {
    // A failed read is one sample fewer. A log that is gone shows in fixes that never become durable.
    backlog.entries().then(
      (count) => entries.push(count),
      () => undefined,
    );
  }, SAMPLE_MS);
  return { entries, stop: () => clearInterval(timer) };
}

function coresOf(
  used: ReadonlyMap<string, number>,
  machineMicros: number,
  startedAt: number,
): Record<string, number> {
  const wallMicros = (performance.now() - startedAt) * 1000;
  const ours = [...used].reduce((sum, [, micros]) => sum + micros, 0);
  const cores = Object.fromEntries(
    [...used].map(([name, micros]) => [CALLED[name] ?? name, micros / wallMicros]),
  );
  return { ...cores, [OTHERS]: Math.max(0, machineMicros - ours) / wallMicros };
}

/** CPU used by all programs of this machine, µs: the first line of /proc/stat without idle and iowait. */
function machineBusyMicros(): number {
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks;
  return (user + nice + system + irq + softirq) * MICROSECONDS_PER_TICK;
}
