import { write, writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;
/** Lines kept while standard output accepts none, those being written too, bytes; beyond it the newest are lost. */
const KEPT_BYTES = 1_000_000;
/** Pause before a pipe whose reader is slow is tried again, ms. */
const BUSY_MS = 50;

/**
 * Where the logger writes. It may be a file on a full disk: with pino's own destination the error is uncaught and ends the process, and its
 * flush before an exit repeats a failed write for ever. Here lines wait, up to `KEPT_BYTES`, and are tried again with the next line.
 */
export class StandardOutput {
  readonly #onLost: () => void;
  #waiting: Buffer[] = [];
  /** Of `#waiting` and `#current`. */
  #keptBytes = 0;
  /** Being written now. */
  #current: Buffer | null = null;
  #isUsed = false;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  write(line: string): void {
    // What a process logs just before process.exit() is what explains its end.
    if (!this.#isUsed) process.once('exit', () => this.flushSync());
    this.#isUsed = true;
    const bytes = Buffer.from(line);
    if (this.#keptBytes + bytes.length > KEPT_BYTES) this.#onLost();
    else {
      this.#waiting.push(bytes);
      this.#keptBytes += bytes.length;
    }
    // Also when the line is lost: nothing else would empty what is kept once standard output accepts lines again.
    if (this.#current === null) this.#next();
  }

  /** Writes what waits, as far as standard output accepts it. */
  flushSync(): void {
    try {
      while (this.#waiting.length > 0) {
        const [first] = this.#waiting as [Buffer];
        const written = writeSync(STANDARD_OUTPUT, first);
        this.#keptBytes -= written;
        if (written === first.length) this.#waiting.shift();
        else this.#waiting[0] = first.subarray(written);
      }
    } catch {
      // A full disk or a pipe whose reader is slow: what is left waits.
    }
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const [first] = this.#waiting as [Buffer];
    // On a full disk each line tries what is kept again: a copy of it each time would cost more than the line.
    const bytes = this.#waiting.length === 1 ? first : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#current = bytes;
    write(STANDARD_OUTPUT, bytes, (error, written) => {
      const accepted = error ? 0 : written;
      this.#keptBytes -= accepted;
      this.#finish(bytes.subarray(accepted), error);
    });
  }

  #finish(rest: Buffer, error: NodeJS.ErrnoException | null): void {
    this.#current = null;
    if (rest.length > 0) this.#waiting.unshift(rest);
    if (error === null) this.#next();
    else if (error.code === 'EAGAIN') setTimeout(() => this.#current ?? this.#next(), BUSY_MS);
  }
}
