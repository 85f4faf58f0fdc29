import type { Clock } from '@rideline/platform/process/clock';
import type { Gate } from './model-stored-trips.ts';

/** mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The process was killed here. */
export class Crashed extends Error {}
/** The server did not answer: what was asked for may have been done or not. */
export class NoAnswer extends Error {}

interface Waiting {
  readonly actor: string;
  readonly operation: string;
  go(error: Error | null): void;
}

export interface Faults {
  /** Per operation. */
  readonly crash: number;
  readonly lostBefore: number;
  readonly lostAfter: number;
}

export const NO_FAULTS: Faults = { crash: 0, lostBefore: 0, lostAfter: 0 };

/**
 * One thread, one clock, one seed: whoever touches a server stops at a gate, and the world decides who goes on, when, and whether he dies
 * or hears nothing. The trace of these decisions is the run: the same seed gives the same one.
 */
export class World implements Clock {
  readonly random: () => number;
  readonly rate = 1;
  faults: Faults;
  /** FNV-1a over every decision. */
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

  /** The gates of one actor's calls. */
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

  /** Somebody begins to act. What he does ends by itself, by a crash, or by the end of the run. */
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

  /** An error that nobody expected: the run is no good. */
  failure: Error | undefined;

  /** Lets one of those who wait go on. @returns false when nobody acts any more */
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

  /** Goes on until nobody acts. @throws when that takes more than `mostSteps` */
  async quiet(mostSteps: number): Promise<void> {
    for (let step = 0; step < mostSteps; step += 1) {
      if (!(await this.step()) && this.#running === 0) return;
    }
    throw new Error(
      `not quiet after ${mostSteps} steps: ${this.#waiting.map(({ operation }) => operation).join(' ')}`,
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

/** All that can go on without a gate has gone on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
