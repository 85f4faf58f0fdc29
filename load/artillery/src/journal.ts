import { once } from 'node:events';
import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import type { JournalEntry, JournalNote } from '../../src/simulation/journal.ts';

/**
 * Writes down what the users did and what they were told, as the lines that load/src/simulation/journal.ts describes; `./rideline load --check`
 * compares them with what the servers hold. Nothing of that file is needed here at run time: scenarios run outside the repository too.
 */

type Version = Extract<JournalEntry, { kind: 'journal' }>['version'];
const VERSION: Version = 1;
/** About an hour of 1,000 drivers at one fix a second. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** Lines that may wait for the disk, characters. */
const MOST_WAITING = 64 * 1024 * 1024;
/** Lines are handed to the file together: one write for each would cost more than the line. */
const FLUSH_MS = 200;

export interface JournalOptions {
  readonly path: string;
  readonly scenario: string;
  readonly seed: string;
  readonly onDropped: () => void;
}

export class Journal {
  readonly #stream: WriteStream;
  readonly #onDropped: () => void;
  readonly #timer: NodeJS.Timeout;
  #pending: string[] = [];
  #bytes = 0;
  #entries = 0;
  #dropped = 0;
  #error: Error | undefined;

  /**
   * The file must not exist: two runs in one journal would be one run with impossible entries.
   * @throws Error that names the file when it cannot be made
   */
  constructor({ path, scenario, seed, onDropped }: JournalOptions) {
    this.#onDropped = onDropped;
    this.#stream = createWriteStream(path, { fd: openNew(path) });
    this.#stream.on('error', (error) => {
      this.#error ??= error;
    });
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
    this.#timer.unref();
    this.#write({ kind: 'journal', at: nowMs(), version: VERSION, writer: 'artillery', scenario, seed });
  }

  note(note: JournalNote): void {
    const isFull = this.#bytes >= MOST_BYTES || this.#stream.writableLength >= MOST_WAITING;
    if (isFull || this.#error !== undefined) {
      this.#dropped++;
      this.#onDropped();
    } else this.#write({ ...note, at: nowMs() } as JournalEntry);
  }

  /** Writes the last line. @throws Error of the file system when the journal could not be written */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#write({ kind: 'end', at: nowMs(), entries: this.#entries, dropped: this.#dropped });
    this.#flush();
    this.#stream.end();
    if (this.#error === undefined) await once(this.#stream, 'close');
    if (this.#error !== undefined) throw this.#error;
  }

  #write(entry: JournalEntry): void {
    const line = JSON.stringify(entry);
    this.#bytes += line.length + 1;
    this.#entries++;
    this.#pending.push(line);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#stream.write(`${this.#pending.join('\n')}\n`);
    this.#pending = [];
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    // Without the code: Artillery would count the user by it alone, and nobody would know which file.
    throw new Error(`the journal ${path} cannot be made (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Epoch ms of a clock that no change of the machine's time moves during the run. */
const nowMs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
