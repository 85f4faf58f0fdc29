import { setTimeout as sleep } from 'node:timers/promises';
import { AgeHistogram } from './age-histogram.ts';
import type { ApiClient } from './api-client.ts';
import { type CabTotals, ReplayCab, totalsOf } from './replay-cab.ts';
import { addRiderCounts, NO_COUNTS, ReplayRider, type RiderCounts } from './replay-rider.ts';
import { type Due, Schedule } from './schedule.ts';
import type { Trace, TraceTrip } from './trace.ts';
import type { TraceClock } from './trace-clock.ts';

export interface ReplayOptions {
  url: string;
  trace: Trace;
  clock: TraceClock;
  api: ApiClient;
  token: (role: 'driver' | 'rider', subject: string) => Promise<string>;
  /** Derived trips with their riders; default true. */
  riders?: boolean;
}

/** New connections a second: a fleet that starts its engines, not a storm. */
const CONNECTS_PER_SECOND = 200;
const CONNECTS_AT_ONCE = 10;

/** The hour of the trace, played through the front port: every cab on the driver SDK, every trip with a rider. */
export class Replay {
  readonly cabs = new Map<string, ReplayCab>();
  /** Age of positions at riders, wall ms. `recent` is emptied by whoever shows it. */
  readonly riderAges = { all: new AgeHistogram(), recent: new AgeHistogram() };
  /** Fixes that were due before `start`, and were left out. */
  skippedFixes = 0;
  private readonly options: ReplayOptions;
  private readonly riders = new Map<TraceTrip, ReplayRider>();
  private readonly pastRiders: RiderCounts = { ...NO_COUNTS };
  /** The last trip of each cab, settled when it is closed. */
  private readonly closing = new Map<string, Promise<void>>();
  private readonly problems = new Set<string>();
  private schedule: Schedule | undefined;
  private resolveEnd: () => void = () => undefined;
  /** Settles when the last fix of the trace was pushed. */
  readonly ended: Promise<void>;

  constructor(options: ReplayOptions) {
    this.options = options;
    this.ended = new Promise((resolve) => {
      this.resolveEnd = resolve;
    });
    for (const id of options.trace.cabs)
      this.cabs.set(id, new ReplayCab(id, options.url, () => options.token('driver', id)));
  }

  /** Connects all cabs, spread over time, and waits until they are, at most `withinMs`. One that is late keeps its fixes. */
  async connectAll(withinMs: number): Promise<void> {
    const deadlineMs = Date.now() + withinMs;
    const cabs = [...this.cabs.values()];
    for (const [index, cab] of cabs.entries()) {
      cab.driver.connect();
      if (index % CONNECTS_AT_ONCE === 0) await sleep((CONNECTS_AT_ONCE * 1000) / CONNECTS_PER_SECOND);
    }
    while (Date.now() < deadlineMs && cabs.some(({ driver }) => driver.state.kind !== 'connected'))
      await sleep(50);
  }

  /** Plays from where the trace's clock is now; what was due before is left out and counted. */
  start(): void {
    const { trace, clock } = this.options;
    const now = clock.domainMs();
    const due: Due[] = [];
    for (const fix of trace.fixes) {
      if (fix.at < now) this.skippedFixes++;
      else due.push({ at: fix.at, run: () => this.cabs.get(fix.cab)?.take(fix) });
    }
    if (this.options.riders !== false) due.push(...this.tripsDue(now));
    due.sort((a, b) => a.at - b.at);
    this.schedule = new Schedule(due, clock, () => this.resolveEnd());
    this.schedule.start();
  }

  /** No fix, no trip from now on. Riders leave. */
  stopPushing(): void {
    this.schedule?.stop();
    for (const rider of [...this.riders.values()]) rider.leave();
  }

  /** Waits until every fix is durable, at most `deadlineMs`. Answers how many are not. */
  async drain(deadlineMs: number): Promise<{ left: number }> {
    const left = await Promise.all([...this.cabs.values()].map((cab) => cab.driver.drain(deadlineMs)));
    return { left: left.reduce((sum, cab) => sum + cab.left, 0) };
  }

  close(): void {
    this.stopPushing();
    for (const cab of this.cabs.values()) cab.driver.close();
  }

  /** Cabs without a connection, each with the state it is in: what a test tells when one does not come back. */
  away(): string[] {
    return [...this.cabs.values()]
      .filter(({ driver }) => driver.state.kind !== 'connected')
      .map(({ driver }) => `${driver.boot}: ${JSON.stringify(driver.state)}`);
  }

  totals(): CabTotals {
    return totalsOf(this.cabs.values());
  }

  riderTotals(): RiderCounts & { following: number; problems: string[] } {
    const sums = { ...this.pastRiders };
    for (const rider of this.riders.values()) addRiderCounts(sums, rider.stats());
    return { ...sums, following: this.riders.size, problems: [...this.problems] };
  }

  get lateMaxMs(): number {
    return this.schedule?.lateMaxMs ?? 0;
  }

  /** A trip that began before `now` and is not over is opened at once. */
  private tripsDue(now: number): Due[] {
    const due: Due[] = [];
    for (const [index, trip] of this.options.trace.trips.entries()) {
      if (trip.dropoffAt <= now) continue;
      due.push({ at: Math.max(now, trip.pickupAt), run: () => this.openTrip(trip, index) });
      due.push({ at: trip.dropoffAt, run: () => this.closeTrip(trip) });
    }
    return due;
  }

  private openTrip(trip: TraceTrip, index: number): void {
    const { url, clock, api, token } = this.options;
    const ages = {
      add: (ms: number) => {
        this.riderAges.all.add(ms);
        this.riderAges.recent.add(ms);
      },
    };
    const parts = { url, clock, api, token: (subject: string) => token('rider', subject), ages };
    const before = this.closing.get(trip.cab) ?? Promise.resolve();
    const rider = new ReplayRider(trip, index, parts, before, (gone) => {
      addRiderCounts(this.pastRiders, gone.stats());
      if (gone.problem !== undefined && this.problems.size < 20) this.problems.add(gone.problem);
      this.riders.delete(trip);
    });
    this.riders.set(trip, rider);
  }

  private closeTrip(trip: TraceTrip): void {
    const rider = this.riders.get(trip);
    if (rider !== undefined) this.closing.set(trip.cab, rider.close());
  }
}
