import {
  type Ack,
  CodedError,
  LIMITS,
  type LocationAck,
  type SeqRange,
  type WireFix,
} from '@rideline/contract';

/** Uniform numbers in [0, 1) by the minimal standard generator of Park and Miller: the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The true time of a run, and the timers of everything in it. */
export class World {
  nowMs = 0;
  #timers: { readonly atMs: number; readonly fn: () => void }[] = [];

  after(delayMs: number, fn: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, delayMs), fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Runs what is due in order; `settle` lets promises and the disk settle in between. */
  async pass(ms: number, settle: () => Promise<void>): Promise<void> {
    const endMs = this.nowMs + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.fn();
      await settle();
    }
    this.nowMs = endMs;
  }
}

/** What the server has of one boot. */
class ModelBoot {
  readonly boot: string;
  readonly log = new Map<number, WireFix>();
  readonly durable = new Map<number, WireFix>();
  lowest = 0;

  constructor(boot: string) {
    this.boot = boot;
  }

  ack(): LocationAck {
    const has = (seq: number) => seq < this.lowest || this.log.has(seq) || this.durable.has(seq);
    const received = Math.max(this.lowest - 1, ...this.log.keys(), ...this.durable.keys());
    let durable = -1;
    while (this.durable.has(durable + 1) || durable + 1 < this.lowest) durable++;
    const gaps: SeqRange[] = [];
    for (let seq = durable + 1; seq <= received && gaps.length < LIMITS.ackGaps; seq++) {
      const last = gaps.at(-1);
      if (has(seq)) continue;
      if (last?.[1] === seq - 1) last[1] = seq;
      else gaps.push([seq, seq]);
    }
    return { boot: this.boot as never, received, durable, gaps };
  }
}

/** The servers as one phone sees them: one effect for each command id, fixes of several boots, answers that may be lost. */
export class ModelServer {
  /** Ids of commands in the order of their effects. */
  readonly effects: string[] = [];
  /** Boots in the order in which they were first seen. */
  readonly boots = new Map<string, ModelBoot>();
  /** Boots of the connection. */
  seen = new Set<string>();
  #connectionBoots = 0;

  connect(): void {
    this.seen = new Set();
    this.#connectionBoots = 0;
    // A gateway that has just taken the driver over knows what is durable.
    for (const boot of this.boots.values()) boot.log.clear();
  }

  command(commandId: string): void {
    if (!this.effects.includes(commandId)) this.effects.push(commandId);
  }

  /** @returns the refusal of a frame that no gateway takes */
  frame(boot: string, fixes: readonly WireFix[], lowest: number | undefined): Ack<object> {
    const known = this.boots.get(boot) ?? new ModelBoot(boot);
    this.boots.set(boot, known);
    if (!this.seen.has(boot) && ++this.#connectionBoots > 16)
      return new CodedError('VALIDATION', 'too many boots').toRefusal();
    this.seen.add(boot);
    known.lowest = Math.max(known.lowest, lowest ?? 0);
    for (const fix of fixes) if (!known.durable.has(fix[0])) known.log.set(fix[0], [...fix]);
    return { ok: true };
  }

  /** The workers write some of what is in the log. */
  persist(random: () => number): void {
    for (const { log, durable } of this.boots.values())
      for (const [seq, fix] of log)
        if (random() < 0.8) {
          durable.set(seq, fix);
          log.delete(seq);
        }
  }

  newestAck(): LocationAck | null {
    return [...this.boots.values()].at(-1)?.ack() ?? null;
  }

  acks(): LocationAck[] {
    return [...this.seen].flatMap((boot) => this.boots.get(boot)?.ack() ?? []);
  }
}
