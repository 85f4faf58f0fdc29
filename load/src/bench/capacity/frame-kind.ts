import { scrape, sumOf } from '../../cluster/prometheus.ts';
import { untilAborted } from '../../command/until-aborted.ts';
import { type Generator, startGenerator } from '../generator/generator.ts';
import type { GeneratorCounts, GeneratorPlan } from '../generator/generator-messages.ts';
import { type FixBacklog, openFixBacklog } from '../stack/fix-backlog.ts';
import type { OurStack } from '../stack/our-stack.ts';
import type { SocketNumbers } from '../stack/subject.ts';
import { warmUpMs } from '../stack/warm-up.ts';
import { pinPrograms } from './pin.ts';
import { measureRateRun, type RateRun, type RateRunPlan, whyNot } from './rate-run.ts';
import { highestHeld, nextRate, type SearchRange, type TriedRate } from './rate-search.ts';

export interface CapacityOptions {
  readonly quick: boolean;
  /** Servers on one core, the generator on the other. */
  readonly pin: boolean;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export const NUMBERS: SocketNumbers = { drivers: 2000, followed: 600 };
/** One frame in 19 asks, about 5 %. A prime, so that every driver asks in turn. */
const ACKNOWLEDGE_EVERY = 19;
/** A rate that held for seconds but not for a minute is lowered by this factor, again and again. */
const LOWER = 0.85;
const HOLD_TRIES = 6;
const FIRST_FRAMES_PER_SECOND = 1000;
/** Times the first rate: more would exceed the 20 events per second that a gateway accepts from one driver. */
const MOST_STEPS = 36;
/** After a rate that was too high: until its last fix is stored. */
const RECOVER_MS = 180_000;
/** Blocks fill for the first 5 s: in a shorter run the streams have no level to compare with. */
const STEADY_MS = 30_000;
const SCRAPE_MS = 10_000;
const FULL = { stepMs: 10_000, holdMs: 60_000, halfMs: 20_000, precision: 1.1, tries: 2 };
const QUICK = { stepMs: 5000, holdMs: 10_000, halfMs: 6000, precision: 1.3, tries: 1 };

/** Fixes of one start of the generator: sent, refused with their frames, and found in MongoDB. */
export interface KindLedger {
  readonly sent: number;
  /** At most this many may be missing: they were in refused frames, or on a lost socket. */
  readonly refused: number;
  readonly closed: number;
  readonly stored: number;
}

/** The result for one kind of frame. */
export interface KindResult {
  readonly fixesPerFrame: 1 | 5;
  readonly steps: readonly RateRun[];
  /** The long runs; the last one held when `held`. */
  readonly holds: readonly RateRun[];
  readonly held: boolean;
  /** At half of the rate that held: without requested acknowledgements, then with one in 19 frames. */
  readonly half: RateRun | null;
  readonly acknowledged: RateRun | null;
  readonly ledgers: readonly KindLedger[];
  /** Sockets by gateway, `gateway-1: 1000 drivers, 300 riders`. */
  readonly sockets: readonly string[];
}

/** One cluster under one kind of frame: the search for the highest rate, the long run at it, and runs at half of it. */
export class FrameKindBench {
  readonly #stack: OurStack;
  readonly #fixesPerFrame: 1 | 5;
  readonly #options: CapacityOptions;
  readonly #plan: typeof FULL;
  readonly #ledgers: KindLedger[] = [];
  #clients: Omit<GeneratorPlan, 'boot'> | undefined;
  #generator: Generator | undefined;
  #backlog: FixBacklog | undefined;
  #pinned: readonly string[] = [];
  #boot = '';
  /** Frames of this boot that were refused. */
  #refused = 0;
  #counts: GeneratorCounts | undefined;

  constructor(stack: OurStack, fixesPerFrame: 1 | 5, options: CapacityOptions) {
    this.#stack = stack;
    this.#fixesPerFrame = fixesPerFrame;
    this.#options = options;
    this.#plan = options.quick ? QUICK : FULL;
  }

  async open(): Promise<void> {
    const { signal, onProgress } = this.#options;
    onProgress(`connecting ${NUMBERS.drivers} drivers, ${NUMBERS.followed} of them followed`);
    this.#clients ??= await untilAborted(this.#stack.plan(NUMBERS), signal);
    this.#backlog ??= await openFixBacklog(this.#stack.cluster.env);
    this.#boot = `capacity-${Date.now()}`;
    this.#refused = 0;
    this.#generator = startGenerator();
    if (this.#options.pin) {
      const generator = { name: 'generator', pid: this.#generator.pid };
      this.#pinned = pinPrograms(this.#stack.programs, generator);
    }
    await untilAborted(this.#generator.connect({ ...this.#clients, boot: this.#boot }), signal);
    this.#counts = await untilAborted(this.#generator.settle(0), signal);
  }

  /** Which program is pinned to which core; empty when none is. */
  get pinned(): readonly string[] {
    return this.#pinned;
  }

  async close(): Promise<void> {
    this.#backlog?.close();
    await this.#generator?.close();
  }

  async measure(): Promise<KindResult> {
    const fixesPerFrame = this.#fixesPerFrame;
    const sockets = await this.#sockets();
    await this.#warmUp();
    const { steps, found } = await this.#search();
    const { holds, held } = await this.#hold(found);
    const rate = holds.at(-1)?.fixesPerSecond ?? 0;
    const halfAt = (acknowledged: boolean) => {
      this.#options.onProgress(`half of that${acknowledged ? ', one frame in 19 acknowledged' : ''}`);
      return this.#run(rate / 2, this.#plan.halfMs, { acknowledged });
    };
    const half = held ? await halfAt(false) : null;
    const acknowledged = held ? await halfAt(true) : null;
    await this.#closeBoot();
    return { fixesPerFrame, steps, holds, held, half, acknowledged, ledgers: this.#ledgers, sockets };
  }

  /** Warms up at the first rate of the search: a rate that a cold gateway did not hold would not be tried again. */
  async #warmUp(): Promise<void> {
    this.#options.onProgress('warming up');
    await this.#run(FIRST_FRAMES_PER_SECOND * this.#fixesPerFrame, warmUpMs(this.#options.quick));
  }

  async #search(): Promise<{ steps: RateRun[]; found: number }> {
    const { precision, tries, stepMs } = this.#plan;
    const first = FIRST_FRAMES_PER_SECOND * this.#fixesPerFrame;
    const range: SearchRange = { first, least: first / 4, most: first * MOST_STEPS, precision, tries };
    const tried: TriedRate[] = [];
    const steps: RateRun[] = [];
    for (let rate = nextRate(tried, range); rate !== null; rate = nextRate(tried, range)) {
      this.#options.onProgress(`frames of ${this.#fixesPerFrame}: ${rate} fixes/s`);
      const step = await this.#run(rate, stepMs);
      steps.push(step);
      tried.push({ rate, held: this.#holds(step) });
    }
    return { steps, found: highestHeld(tried, range) };
  }

  async #hold(found: number): Promise<{ holds: RateRun[]; held: boolean }> {
    const holds: RateRun[] = [];
    for (let rate = found; rate > 0 && holds.length < HOLD_TRIES; rate = Math.floor(rate * LOWER)) {
      this.#options.onProgress(`${rate} fixes/s for ${this.#plan.holdMs / 1000} s`);
      const judgeBacklog = this.#plan.holdMs >= STEADY_MS;
      const run = await this.#run(rate, this.#plan.holdMs, { judgeBacklog });
      holds.push(run);
      if (this.#holds(run)) return { holds, held: true };
    }
    return { holds, held: false };
  }

  #holds(run: RateRun): boolean {
    const reasons = whyNot(run);
    if (reasons.length > 0) this.#options.onProgress(`does not hold: ${reasons.join(', ')}`);
    return reasons.length === 0;
  }

  async #run(
    fixesPerSecond: number,
    durationMs: number,
    { acknowledged = false, judgeBacklog = false } = {},
  ): Promise<RateRun> {
    const { signal } = this.#options;
    const { generator, backlog, before } = this.#opened();
    const plan: RateRunPlan = {
      framesPerSecond: Math.round(fixesPerSecond / this.#fixesPerFrame),
      fixesPerFrame: this.#fixesPerFrame,
      durationMs,
      acknowledged,
      acknowledgeEvery: ACKNOWLEDGE_EVERY,
      judgeBacklog,
    };
    const { programs } = this.#stack;
    const refusals = () => this.#refusals();
    const parts = { generator, backlog, programs, drivers: NUMBERS.drivers, refusals, before, signal };
    const { run, counts } = await measureRateRun(plan, parts);
    this.#counts = counts;
    this.#refused += run.refused;
    // The generator sends nothing twice: after a refusal its drivers would wait forever, so a new generator takes over.
    if (run.refused > 0 || run.closed > 0) await this.#reopen();
    else if (run.durableAfterMs === null)
      this.#counts = await untilAborted(generator.settle(RECOVER_MS), signal);
    return run;
  }

  #opened() {
    if (!this.#generator || !this.#backlog || !this.#counts)
      throw new Error('the generator is not connected');
    return { generator: this.#generator, backlog: this.#backlog, before: this.#counts };
  }

  async #reopen(): Promise<void> {
    await this.#closeBoot();
    await this.open();
  }

  /** Stops the generator and reads the ledger of its fixes once the log has none left. */
  async #closeBoot(): Promise<void> {
    const { signal, onProgress } = this.#options;
    const { generator, backlog, before } = this.#opened();
    await generator.close();
    onProgress('checking the ledger');
    const deadline = performance.now() + RECOVER_MS;
    while ((await untilAborted(backlog.entries(), signal)) > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 200));
    this.#ledgers.push({
      sent: before.fixesSent,
      refused: this.#refused * this.#fixesPerFrame,
      closed: before.closed,
      stored: (await untilAborted(this.#stack.stored(this.#boot), signal)) ?? 0,
    });
  }

  #gateways() {
    return scrape(
      this.#stack.cluster.processes.filter(({ role }) => role === 'gateway'),
      SCRAPE_MS,
    );
  }

  async #refusals(): Promise<number> {
    const found = [...(await this.#gateways()).values()].flat();
    return sumOf(found, 'rideline_gateway_refused_total', { stage: 'event' });
  }

  async #sockets(): Promise<string[]> {
    const found = await this.#gateways();
    return [...found].sort().map(([name, samples]) => {
      const open = (namespace: string) => sumOf(samples, 'rideline_gateway_sockets', { namespace });
      return `${name}: ${open('/driver')} drivers, ${open('/rider')} riders`;
    });
  }
}
