import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../cluster/api-client.ts';
import { DrivenCab } from './cabs/driven-cab.ts';
import { type CabTotals, ReplayCab, totalsOf } from './cabs/replay-cab.ts';
import type { Habits } from './habits.ts';
import { NO_COUNTS } from './riders/replay-rider.ts';
import { RiderAges } from './riders/rider-ages.ts';
import { type Due, Schedule } from './trace/schedule.ts';
import type { Trace } from './trace/trace.ts';
import type { TraceClock } from './trace/trace-clock.ts';
import { ImportedTrips } from './trips/imported-trips.ts';
import type { ReplayTrips, TripTotals } from './trips/replay-trips.ts';
import { RequestedTrips } from './trips/requested-trips.ts';
import { Visitors } from './trips/visitors.ts';

export interface ReplayOptions {
  url: string;
  trace: Trace;
  clock: TraceClock;
  api: ApiClient;
  token: (role: 'driver' | 'rider', subject: string) => Promise<string>;
  /**
   * imported (default): riders follow the cab that drove them that day · requested: riders request trips and drivers answer by these habits
   * · none: cabs alone.
   */
  trips?: 'imported' | 'none' | { readonly requested: Habits };
}

/** New connections per second: a fleet that starts work, not a reconnect storm. */
const CONNECTS_PER_SECOND = 200;
const CONNECTS_AT_ONCE = 10;

/** The hour of the trace, played through the front port: every cab on the driver SDK, every trip with a rider. */
export class Replay {
  readonly cabs = new Map<string, ReplayCab>();
  readonly riderAges = new RiderAges();
  /** Fixes that were due before `start` and were not sent. */
  skippedFixes = 0;
  readonly #options: ReplayOptions;
  readonly #trips: ReplayTrips | null;
  /** The same as `trips` when trips are requested, otherwise null. */
  readonly requested: RequestedTrips | null = null;
  #schedule: Schedule | undefined;
  #resolveEnd: () => void = () => undefined;
  /** Settles when the last fix of the trace was pushed. */
  readonly ended: Promise<void>;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolveEnd = resolve;
    });
    const { url, trace, clock, api, token, trips = 'imported' } = options;
    if (typeof trips === 'object') {
      const habits = trips.requested;
      const cabs = new Map<string, DrivenCab>();
      const visitors = new Visitors(
        api,
        (tripId) => this.requested?.isRequested(tripId) ?? false,
        (driverId) => cabs.has(driverId),
      );
      const onProblem = (problem: string) => this.requested?.problem(problem);
      for (const id of trace.cabs)
        cabs.set(
          id,
          new DrivenCab(id, { url, clock, habits, visitors, onProblem, token: () => token('driver', id) }),
        );
      for (const [id, cab] of cabs) this.cabs.set(id, cab);
      const { riderAges } = this;
      this.requested = new RequestedTrips({ url, trace, clock, habits, cabs, token, riderAges });
      this.#trips = this.requested;
      return;
    }
    for (const id of trace.cabs) this.cabs.set(id, new ReplayCab(id, url, () => token('driver', id)));
    const { riderAges } = this;
    this.#trips =
      trips === 'imported' ? new ImportedTrips({ url, trace, clock, api, token, riderAges }) : null;
  }

  /** Connects all cabs, spread over time, and waits until they are connected, at most `withinMs`. A late cab keeps its fixes. */
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

  /** Plays from the trace clock's current time; fixes that were due before are skipped and counted. */
  start(): void {
    const { trace, clock } = this.#options;
    const now = clock.domainMs();
    const due: Due[] = [];
    for (const fix of trace.fixes) {
      if (fix.at < now) this.skippedFixes++;
      else due.push({ at: fix.at, run: () => this.cabs.get(fix.cab)?.take(fix) });
    }
    due.push(...(this.#trips?.due(now) ?? []));
    due.sort((a, b) => a.at - b.at);
    this.#schedule = new Schedule(due, clock, () => this.#resolveEnd());
    this.#schedule.start();
  }

  /** No more trips are requested, and open trips are brought to an end; fixes continue. Does nothing without requested trips. */
  async settleTrips(): Promise<void> {
    await this.requested?.settle();
  }

  /** Stops all fixes and trips. Riders disconnect. */
  stopPushing(): void {
    this.#schedule?.stop();
    this.#trips?.stop();
  }

  /** Waits until every fix is durable, at most `deadlineMs`. Returns how many are not. */
  async drain(deadlineMs: number): Promise<{ left: number }> {
    const left = await Promise.all([...this.cabs.values()].map((cab) => cab.driver.drain(deadlineMs)));
    return { left: left.reduce((sum, cab) => sum + cab.left, 0) };
  }

  close(): void {
    this.stopPushing();
    for (const cab of this.cabs.values()) cab.driver.close();
  }

  /** Cabs without a connection, each with its state: shown by tests when a cab does not reconnect. */
  away(): string[] {
    return [...this.cabs.values()]
      .filter(({ driver }) => driver.state.kind !== 'connected')
      .map(({ driver }) => `${driver.boot}: ${JSON.stringify(driver.state)}`);
  }

  /** Cabs that hold fixes which are not durable, each with what its outbox says: shown by tests when a drain does not end. */
  undurable(): string[] {
    return [...this.cabs.values()]
      .map(({ driver }) => ({ boot: driver.boot, state: driver.state.kind, stats: driver.stats() }))
      .filter(({ stats }) => stats.held > 0)
      .map(({ boot, state, stats }) => `${boot}: ${state}, ${JSON.stringify(stats)}`);
  }

  totals(): CabTotals {
    return totalsOf(this.cabs.values());
  }

  riderTotals(): TripTotals {
    return this.#trips?.totals() ?? { ...NO_COUNTS, following: 0, problems: [] };
  }

  get lateMaxMs(): number {
    return this.#schedule?.lateMaxMs ?? 0;
  }
}
