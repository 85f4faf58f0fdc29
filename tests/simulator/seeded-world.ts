import type { Clock } from '@rideline/platform/process/clock';
import type { Gate } from './model-stored-trips.ts';

/** mulberry32: a seeded random generator, in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The simulated process was killed. */
export class Crashed extends Error {}
/** The server did not reply: the operation may or may not have been executed. */
export class NoAnswer extends Error {}

interface Waiting {
  readonly actor: string;
  readonly operation: string;
  go(error: Error | null): void;
}

export interface Faults {
  /** Probabilities per operation. */
  readonly crash: number;
  readonly lostBefore: number;
  readonly lostAfter: number;
}

export const NO_FAULTS: Faults = { crash: 0, lostBefore: 0, lostAfter: 0 };

/**
 * One thread, one clock, one seed: every server operation pauses at a gate, and the world decides which actor continues, when,
 * and whether it crashes or loses the reply. The trace of these decisions identifies the run: the same seed gives the same trace.
 */
export class World implements Clock {
  readonly random: () => number;
  readonly rate = 1;
  faults: Faults;
  /** FNV-1a hash of all decisions. */
  trace = 0x811c9dc5;
  steps = 0;
  #now = 1_000_000;
  #waiting: Waiting[] = [];
  #running = 0;

  constructor(seed: number, faults: Faults) {
    this.random = seeded(seed);
    this.faults = faults;
  }

  wallMs(): number {
    return this.#now;
  }

  domainMs(): number {
    return this.#now;
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  /** The gates of one actor's operations. */
  gateOf(actor: string, canCrash: boolean): Gate {
    return {
      before: async (operation) => {
        await this.#stop(actor, operation);
        if (canCrash && this.chance(this.faults.crash)) throw new Crashed(operation);
        if (this.chance(this.faults.lostBefore)) throw new NoAnswer(operation);
      },
      after: async (operation) => {
        if (canCrash && this.chance(this.faults.crash)) throw new Crashed(operation);
        if (this.chance(this.faults.lostAfter)) throw new NoAnswer(operation);
        await this.#stop(actor, `${operation}'`);
      },
    };
  }

  /** Starts an actor. It ends by itself, by a crash, or at the end of the run. */
  start(act: () => Promise<void>): void {
    this.#running += 1;
    void act()
      .catch((error: unknown) => {
        if (!(error instanceof Crashed || error instanceof NoAnswer)) this.failure ??= error as Error;
      })
      .finally(() => {
        this.#running -= 1;
      });
  }

  /** An unexpected error: the run is invalid. */
  failure: Error | undefined;

  /** Lets one paused actor continue. @returns false when no actor is left */
  async step(): Promise<boolean> {
    await turn();
    if (this.#waiting.length === 0) return this.#running > 0;
    this.steps += 1;
    const index = Math.floor(this.random() * this.#waiting.length);
    const [next] = this.#waiting.splice(index, 1);
    this.#note(`${next?.actor} ${next?.operation}`);
    next?.go(null);
    return true;
  }

  /** Continues until no actor is left. @throws Error after `maxSteps` */
  async untilQuiet(maxSteps: number): Promise<void> {
    for (let step = 0; step < maxSteps; step += 1) {
      if (!(await this.step()) && this.#running === 0) return;
    }
    throw new Error(
      `actors still running after ${maxSteps} steps: ${this.#waiting.map(({ operation }) => operation).join(' ')}`,
    );
  }

  #stop(actor: string, operation: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ actor, operation, go: (error) => (error ? reject(error) : resolve()) });
    });
  }

  #note(text: string): void {
    for (let at = 0; at < text.length; at += 1)
      this.trace = Math.imul(this.trace ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
}

/** Resolves when all code that is not paused at a gate has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
