import { StoreLostError } from './storage.ts';

/** Runs the calls of one open store one after the other; after its end every call is refused. */
export class CallOrder {
  readonly #onLost: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  run<T>(call: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#isOver) throw new StoreLostError();
      return call();
    });
    this.#last = result.then(nothing, (error: unknown) => {
      if (error instanceof StoreLostError) this.lost();
    });
    return result;
  }

  /** Settles when the calls that were made until now have ended; after `lost` no other takes effect. */
  get idle(): Promise<unknown> {
    return this.#last;
  }

  /** The holder was replaced. */
  lost(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onLost();
  }

  /** Runs `end` after the calls before it; calls from now on are refused. A second `close` does nothing. */
  async close(end: () => void | Promise<void>): Promise<void> {
    const before = this.#last;
    const ended = before.then(async () => {
      if (this.#isOver) return;
      this.#isOver = true;
      await end();
    });
    this.#last = ended.catch(nothing);
    return ended;
  }
}

function nothing(): void {
  // The caller of the call has its result and its error.
}
