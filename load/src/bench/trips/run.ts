import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { measureRates, type Rate } from '@rideline/infra/mongo-standin/rates';
import { untilAborted } from '../../command/until-aborted.ts';
import type { BenchRunOptions } from '../bench.ts';
import type { CallFigures } from '../generator/api-caller.ts';
import type { GeneratorCounts } from '../generator/generator-messages.ts';
import {
  atTheDoor,
  inTown,
  startTripsCity,
  type TripsCity,
  type TripsFound,
  type UnderFixes,
} from './city.ts';
import { LIMITS } from './figures.ts';

/**
 * `bench trips`: `POST /v1/trips` at rising rates through the front port of a whole cluster while fixes flow; a burst with hardly any
 * driver; a backlog that drains; a minute without workers.
 */
/** The figures of calls for a report; `cores`: how much of a core each program used meanwhile. */
export type PostFigures = Omit<CallFigures, 'bodies'> & { readonly cores: Cores };
type Cores = Readonly<Record<string, number>>;

export interface TripsResult {
  readonly mongo: string;
  /** Compare-and-sets per second of 16 clients: the write rate of this MongoDB. */
  readonly w: Rate;
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly searchBudgetMs: number;
  readonly stepMs: number;
  /** Each rate once in each round. */
  readonly steps: readonly PostFigures[];
  readonly rounds: number;
  /** Once in each round, like what follows. */
  readonly bursts: readonly {
    readonly post: PostFigures;
    readonly searching: number;
    readonly drivers: number;
  }[];
  readonly drains: readonly {
    readonly trips: number;
    readonly drivers: number;
    /** Ms from the first driver's arrival until every trip had a driver; null: not within a minute. */
    readonly ms: number | null;
    readonly accepted: number;
    readonly refused: Readonly<Record<string, number>>;
    readonly cores: Cores;
  }[];
  readonly outages: readonly {
    readonly ms: number;
    readonly post: PostFigures;
    /** Ms from the workers' restart until no trip was open; null: some still were. */
    readonly settledMs: number | null;
    readonly completed: number;
  }[];
  readonly fixes: Omit<GeneratorCounts, 'ackLatenciesMs' | 'positionAgesMs'>;
  readonly created: number;
  readonly found: TripsFound;
}
const RATES = [60, 120, 200, 300, 420];
const PAUSE_MS = 1000;
const BURST_RATE = 500;
const BURST_DRIVERS = 20;
const BACKLOG = 600;
const BACKLOG_RATE = 200;
const BACKLOG_DRIVERS = 700;
const DRAIN_DEADLINE_MS = 60_000;
const DRAIN_POLL_MS = 20;
const OUTAGE_DRIVERS = 40;
const CANCEL_RATE = 60;
const SETTLE_MS = 120_000;

const FULL = { rounds: 3, stepMs: 10_000, burstMs: 4000, outageMs: 60_000, outageRate: 40, budgetMs: 75_000 };
const QUICK = { rounds: 1, stepMs: 4000, burstMs: 2000, outageMs: 15_000, outageRate: 40, budgetMs: 30_000 };

export async function benchTrips({ quick, onProgress, signal }: BenchRunOptions): Promise<TripsResult> {
  const plan = quick ? QUICK : FULL;
  const loadBefore = loadavg()[0] ?? 0;
  const city = await startTripsCity({ searchBudgetMs: plan.budgetMs, onProgress });
  try {
    onProgress('measuring W, the write rate of this MongoDB');
    const { single16 } = await measureRates(city.cluster.env.MONGODB_URI ?? '', quick ? 300 : 1000);
    const run: Run = { city, plan, onProgress, signal };
    // The outage is not aborted: it restarts the workers, which must not happen after a stop.
    const steps = await untilAborted(ramp(run), signal);
    const bursts: TripsResult['bursts'][number][] = [];
    const drains: TripsResult['drains'][number][] = [];
    const outages: TripsResult['outages'][number][] = [];
    for (let round = 0; round < plan.rounds; round++) {
      bursts.push(await untilAborted(burstPhase(run), signal));
      drains.push(await untilAborted(drainPhase(run), signal));
      outages.push(await outagePhase(run));
    }
    const { ackLatenciesMs: _a, positionAgesMs: _p, ...fixes } = city.fixes as GeneratorCounts;
    return {
      mongo: city.mongoKind,
      w: single16,
      loadBefore,
      loadAfter: loadavg()[0] ?? 0,
      searchBudgetMs: plan.budgetMs,
      stepMs: plan.stepMs,
      steps,
      rounds: plan.rounds,
      bursts,
      drains,
      outages,
      fixes,
      created: city.created,
      found: await city.found(),
    };
  } finally {
    await city.stop();
  }
}

interface Run {
  readonly city: TripsCity;
  readonly plan: typeof FULL;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

function figuresOf({ result: { bodies: _, ...figures }, cores }: UnderFixes<CallFigures>): PostFigures {
  return { ...figures, cores };
}

/** No driver is free: every trip stays open until its search is over, so that a round ends with everything that it began. */
async function ramp({ city, plan, onProgress, signal }: Run): Promise<PostFigures[]> {
  const steps: PostFigures[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const rate of RATES) {
      signal.throwIfAborted();
      onProgress(`round ${round} of ${plan.rounds}: ${rate} requests/s`);
      const count = Math.round((rate * plan.stepMs) / 1000);
      await city.prepareRiders(count);
      const figures = figuresOf(
        await city.underFixes(plan.stepMs, () => city.requestTrips(count, rate, inTown)),
      );
      steps.push(figures);
      await delay(PAUSE_MS, undefined, { signal });
    }
    onProgress(`round ${round} of ${plan.rounds}: waiting until every search is over`);
    await city.allEnded(plan.budgetMs + SETTLE_MS);
  }
  return steps;
}

async function burstPhase({ city, plan, onProgress, signal }: Run): Promise<TripsResult['bursts'][number]> {
  signal.throwIfAborted();
  onProgress(`a burst of ${BURST_RATE} requests/s, ${BURST_DRIVERS} drivers`);
  const count = (BURST_RATE * plan.burstMs) / 1000;
  await city.prepareRiders(count);
  const drivers = await city.drivers(BURST_DRIVERS, atTheDoor, true);
  try {
    drivers.goAvailable();
    const searchingBefore = city.searching;
    const figures = await city.underFixes(plan.burstMs, () =>
      city.requestTrips(count, BURST_RATE, atTheDoor),
    );
    const searching = city.searching - searchingBefore;
    onProgress('the burst: waiting until every search is over');
    await city.allEnded(plan.budgetMs + SETTLE_MS);
    return { post: figuresOf(figures), searching, drivers: BURST_DRIVERS };
  } finally {
    drivers.close();
  }
}

async function drainPhase({ city, plan, onProgress, signal }: Run): Promise<TripsResult['drains'][number]> {
  signal.throwIfAborted();
  onProgress(`a backlog of ${BACKLOG} trips, then ${BACKLOG_DRIVERS} drivers`);
  const drivers = await city.drivers(BACKLOG_DRIVERS, inTown, false);
  try {
    await city.requestTrips(BACKLOG, BACKLOG_RATE, inTown);
    const startedAt = performance.now();
    const { result: ms, cores } = await city.underFixes(LIMITS.drainMs, async () => {
      const from = performance.now();
      drivers.goAvailable();
      while (drivers.counts.accepted < BACKLOG && performance.now() - startedAt < DRAIN_DEADLINE_MS)
        await delay(DRAIN_POLL_MS, undefined, { signal });
      return drivers.counts.accepted < BACKLOG ? null : performance.now() - from;
    });
    const { accepted, refused } = drivers.counts;
    const outcome = {
      trips: BACKLOG,
      drivers: BACKLOG_DRIVERS,
      ms,
      accepted,
      refused: { ...refused },
      cores,
    };
    onProgress('the backlog: riders cancel');
    await city.cancelAll(CANCEL_RATE);
    await city.allEnded(plan.budgetMs + SETTLE_MS);
    return outcome;
  } finally {
    drivers.close();
  }
}

async function outagePhase({ city, plan, onProgress, signal }: Run): Promise<TripsResult['outages'][number]> {
  signal.throwIfAborted();
  onProgress(`the workers are killed, ${plan.outageRate} requests/s for ${plan.outageMs / 1000} s`);
  const count = Math.round((plan.outageRate * plan.outageMs) / 1000);
  await city.prepareRiders(count);
  const drivers = await city.drivers(OUTAGE_DRIVERS, atTheDoor, true);
  try {
    drivers.goAvailable();
    await city.cluster.kill('workers-1');
    const figures = await city.underFixes(plan.outageMs, () =>
      city.requestTrips(count, plan.outageRate, atTheDoor),
    );
    await city.cluster.start('workers-1');
    onProgress('the workers are back: waiting until every trip has ended');
    const settledMs = await city.allEnded(plan.budgetMs + SETTLE_MS);
    return {
      ms: plan.outageMs,
      post: figuresOf(figures),
      settledMs,
      completed: drivers.counts.completed,
    };
  } finally {
    drivers.close();
  }
}
