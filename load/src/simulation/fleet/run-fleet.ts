import { setTimeout as sleep } from 'node:timers/promises';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import type { TransportName } from '@rideline/sdk';
import { unlessAborted } from '../../command/unless-aborted.ts';
import type { CounterRecord, ErrorRecord, LatencyRecord, RunEvent } from '../../lab/run-report.ts';
import { type Habits, seededHabits } from '../habits.ts';
import { JournalFile } from '../journal-file.ts';
import { PhoneNetwork } from '../network/phone-network.ts';
import type { NetworkProfileName } from '../network/profiles.ts';
import { DriverPhone } from '../phones/driver-phone.ts';
import type { Phone, PhoneParts } from '../phones/phone.ts';
import { routesOf } from '../phones/phone-route.ts';
import { RiderPhone } from '../phones/rider-phone.ts';
import type { FleetPlan, PhonePlan } from '../plan/phone-plan.ts';
import { type FaultRates, planFleet } from '../plan/plan-fleet.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Due, Schedule } from '../trace/schedule.ts';
import { loadTrace } from '../trace/trace.ts';
import { TraceClock } from '../trace/trace-clock.ts';
import { FleetFigures } from './fleet-figures.ts';

export interface FleetOptions {
  /** URL of the front port. */
  readonly url: string;
  readonly users: number;
  readonly runMs: number;
  /** 32 bits. The same seed makes the same plan. */
  readonly seed: number;
  readonly profile: NetworkProfileName | 'mixed';
  readonly token: (role: 'driver' | 'rider', subject: string) => Promise<string>;
  /**
   * Goes into the users' ids and the SDK's random numbers. Empty on an own, empty cluster; otherwise another one for each run, since ids of
   * trips and commands would repeat.
   */
  readonly salt: string;
  /** A file that does not exist yet. */
  readonly journalPath: string;
  readonly rates?: Partial<FaultRates>;
  /** Default: the SDK's, a websocket first and polling where that fails. */
  readonly transports?: readonly TransportName[];
  readonly onProgress: (line: string) => void;
  /** Ends the faults and the run early; everything is still settled and written. */
  readonly signal?: AbortSignal;
  /** Ends the run at once: `runFleet` rejects with its reason. */
  readonly force?: AbortSignal;
}

export interface FleetResult {
  readonly seed: number;
  readonly plan: FleetPlan;
  readonly durationMs: number;
  readonly latencies: LatencyRecord[];
  readonly counters: CounterRecord[];
  readonly errors: ErrorRecord[];
  readonly phases: RunEvent[];
  /** How often each fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** What no fault explains, at most 100 lines. */
  readonly problems: readonly string[];
  readonly journal: { readonly path: string; readonly entries: number; readonly dropped: number };
  /** Fixes of running apps that were not durable at the end. */
  readonly fixesNotDurable: number;
  /** A line for each whose trip or command had not ended when the time to settle was over. */
  readonly unsettled: readonly string[];
}

const TICK_MS = 100;
const PROGRESS_MS = 5000;
/**
 * After the last fault: how long people may take to end what they began, and how long fixes may take to become durable. Two heartbeat
 * timeouts and a backoff: an Engine.IO client whose upgrade from polling broke half-way sends nothing until the server has given it up.
 */
const SETTLE_MS = 120_000;
const DRAIN_MS = 120_000;
const SETTLE_EVERY_MS = 250;
const AT_ONCE = 64;
const STARTS_PER_SECOND = 200;
const PROBLEMS_MOST = 100;

/**
 * Runs a fleet of simulated phones against a deployment: starts every app, lets everything of the plan happen, ends all faults, waits until
 * nothing is open, and writes the journal that the checker compares with the servers.
 * @throws the reason of `force` when it is aborted
 */
export async function runFleet(options: FleetOptions): Promise<FleetResult> {
  const { seed, users, runMs, profile, rates, onProgress } = options;
  const plan = planFleet({ seed, users, runMs, profile, ...(rates === undefined ? {} : { rates }) });
  onProgress(`fleet of ${users} phones, seed ${seed}, networks ${profile}`);
  const fleet = await Fleet.open(plan, options);
  try {
    return await fleet.run();
  } finally {
    await fleet.close();
  }
}

class Fleet {
  readonly #plan: FleetPlan;
  readonly #options: FleetOptions;
  readonly #figures = new FleetFigures();
  readonly #journal: JournalFile;
  readonly #phones: Phone[] = [];
  readonly #problems: string[] = [];
  readonly #phases: RunEvent[] = [];
  /** When the faults began. */
  #startMs = performance.now();

  private constructor(plan: FleetPlan, options: FleetOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#journal = new JournalFile({
      path: options.journalPath,
      scenario: 'fleet',
      seed: String(options.seed),
    });
  }

  static async open(plan: FleetPlan, options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(plan, options);
    try {
      await fleet.#makePhones();
    } catch (error) {
      await fleet.close();
      throw error;
    }
    return fleet;
  }

  async run(): Promise<FleetResult> {
    const { runMs } = this.#plan;
    this.#startMs = performance.now();
    this.#figures.begin();
    this.#phase('the apps start, faults begin');
    await this.#play(runMs);
    this.#phase('all faults end; open trips are brought to an end');
    for (const phone of this.#phones) phone.heal();
    const unsettled = await this.#settle();
    this.#phase('no trip is open; fixes become durable');
    const draining = mapConcurrently(this.#drivers(), AT_ONCE, (driver) => driver.drain(DRAIN_MS));
    const left = await unlessAborted(draining, this.#options.force);
    for (const phone of this.#phones) phone.close();
    const { entries, dropped } = await this.#journal.close();
    return {
      seed: this.#plan.seed,
      plan: this.#plan,
      durationMs: performance.now() - this.#startMs,
      latencies: this.#figures.latencies(),
      counters: this.#figures.counters(),
      errors: this.#figures.errors(),
      phases: this.#phases,
      faults: this.#faults(),
      problems: this.#problems,
      journal: { path: this.#journal.path, entries, dropped },
      fixesNotDurable: left.reduce((sum, count) => sum + count, 0),
      unsettled,
    };
  }

  async close(): Promise<void> {
    for (const phone of this.#phones) phone.close();
    await Promise.all(this.#phones.map(({ network }) => network.close()));
  }

  async #makePhones(): Promise<void> {
    const routes = routesOf(await loadTrace());
    const { phones } = this.#plan;
    const drivers = phones.filter(({ role }) => role === 'driver');
    const habits = fleetHabits(this.#plan.seed);
    for (const plan of phones) {
      const parts = await this.#partsOf(plan);
      if (plan.role === 'driver') {
        this.#phones.push(new DriverPhone(parts, routes(plan.number, plan.traceOffsetMs), habits));
        continue;
      }
      const beside = drivers[plan.number % drivers.length] as PhonePlan;
      const route = routes(beside.number, beside.traceOffsetMs);
      this.#phones.push(new RiderPhone(parts, habits, () => route.at(this.#passedMs())));
    }
  }

  async #partsOf(plan: PhonePlan): Promise<PhoneParts> {
    const { url, token, salt } = this.#options;
    const userId = `fleet${salt === '' ? '' : `-${salt}`}-${plan.role}-${plan.number}`;
    const seedOf = (what: string) => hashOf(`${this.#plan.seed} ${salt} ${plan.number} ${what}`);
    const network = await PhoneNetwork.open({
      front: url,
      profile: plan.profile,
      random: seededRandom(seedOf('network')),
    });
    return {
      plan,
      userId,
      network,
      token: () => token(plan.role, userId),
      transports: this.#options.transports,
      journal: this.#journal,
      figures: this.#figures,
      random: (boot) => seededRandom(seedOf(`boot ${boot}`)),
      onProblem: (problem) => {
        if (this.#problems.length < PROBLEMS_MOST) this.#problems.push(problem);
      },
    };
  }

  #drivers(): DriverPhone[] {
    return this.#phones.filter((phone) => phone instanceof DriverPhone);
  }

  #passedMs(): number {
    return performance.now() - this.#startMs;
  }

  async #play(runMs: number): Promise<void> {
    const { signal, onProgress } = this.#options;
    const clock = new TraceClock(Date.now(), 0, 1);
    const due: Due[] = this.#phones.flatMap((phone, index) => [
      { at: (index * 1000) / STARTS_PER_SECOND, run: () => phone.boot() },
      ...phone.plan.steps.map((step) => ({ at: step.atMs, run: () => phone.apply(step) })),
    ]);
    due.sort((a, b) => a.at - b.at);
    const schedule = new Schedule(due, clock, () => undefined);
    const ticks = setInterval(() => this.#tick(), TICK_MS);
    const progress = setInterval(() => onProgress(this.#progressText()), PROGRESS_MS);
    schedule.start();
    try {
      await sleep(runMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
      this.#phase('stopped early');
    } finally {
      schedule.stop();
      clearInterval(ticks);
      clearInterval(progress);
    }
  }

  #tick(): void {
    const passedMs = this.#passedMs();
    for (const phone of this.#phones) phone.tick(passedMs);
  }

  /** @returns a line for each who has not ended what they began */
  async #settle(): Promise<string[]> {
    const deadlineMs = performance.now() + SETTLE_MS;
    for (;;) {
      const open = this.#phones.filter((phone) => !phone.settle());
      if (open.length === 0 || performance.now() > deadlineMs) return open.map((phone) => phone.describe());
      await unlessAborted(sleep(SETTLE_EVERY_MS), this.#options.force);
    }
  }

  #phase(text: string): void {
    this.#options.onProgress(text);
    this.#phases.push({ atMs: Math.round(this.#passedMs()), kind: 'phase', text, fault: null });
  }

  #progressText(): string {
    const total = (name: Parameters<FleetFigures['total']>[0]) => this.#figures.total(name);
    const running = this.#phones.filter(({ isUsable }) => isUsable).length;
    const faults = Object.values(this.#faults()).reduce((sum, count) => sum + count, 0);
    return `${Math.round(this.#passedMs() / 1000)} s: ${running} apps, ${total('fixes.taken')} fixes, ${total('trips.requested')} trips, ${faults} faults`;
  }

  #faults(): Record<string, number> {
    const sums: Record<string, number> = {};
    const add = (name: string, count: number) => {
      sums[name] = (sums[name] ?? 0) + count;
    };
    for (const { faults, network } of this.#phones) {
      for (const [name, count] of faults) add(name, count);
      for (const [name, count] of Object.entries(network.wire.counts)) add(`wire ${name} done`, count);
      for (const [name, count] of Object.entries(network.counts)) add(`connections ${name}`, count);
    }
    return sums;
  }
}

/** Assumed: people of a short run answer and board faster than on a real day, so that rides end within it. */
function fleetHabits(seed: number): Habits {
  const habits = seededHabits(seed);
  return {
    ...habits,
    onOffer(driverId, number) {
      const habit = habits.onOffer(driverId, number);
      return habit.kind === 'miss' ? habit : { ...habit, afterMs: habit.afterMs / 3 };
    },
    boardingMs: (driverId, ride) => habits.boardingMs(driverId, ride) / 15,
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash;
}
