import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { JOURNAL_VERSION, type JournalEntry, type JournalNote } from './journal.ts';

export interface JournalFileOptions {
  readonly path: string;
  readonly scenario: string;
  readonly seed: string | null;
  /** Largest file, bytes; entries beyond it are counted and left out. */
  readonly mostBytes?: number;
  /** What may wait for the disk, characters; entries beyond it are counted and left out. */
  readonly mostWaiting?: number;
}

/** About an hour of 1,000 phones at one fix a second. */
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_WAITING = 64 * 1024 * 1024;

/** Takes the entries of everyone who is simulated. */
export interface Journal {
  note(entry: JournalNote): void;
}

/** Writes a journal as JSON lines. */
export class JournalFile implements Journal {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #mostBytes: number;
  readonly #mostWaiting: number;
  #bytes = 0;
  #entries = 0;
  #dropped = 0;
  #error: Error | undefined;

  constructor(options: JournalFileOptions) {
    this.path = options.path;
    this.#mostBytes = options.mostBytes ?? MOST_BYTES;
    this.#mostWaiting = options.mostWaiting ?? MOST_WAITING;
    this.#stream = createWriteStream(options.path, { flags: 'wx', mode: 0o600 });
    this.#stream.on('error', (error) => {
      this.#error ??= error;
    });
    const { scenario, seed } = options;
    this.#write({
      kind: 'journal',
      at: trueNowMs(),
      version: JOURNAL_VERSION,
      writer: 'fleet',
      scenario,
      seed,
    });
  }

  note(entry: JournalNote): void {
    const line = { ...entry, at: trueNowMs() } as JournalEntry;
    const isFull = this.#bytes >= this.#mostBytes || this.#stream.writableLength >= this.#mostWaiting;
    if (isFull || this.#error !== undefined) this.#dropped++;
    else this.#write(line);
  }

  /** Writes the last line. @throws Error of the file system when the journal could not be written */
  async close(): Promise<{ entries: number; dropped: number }> {
    const sums = { entries: this.#entries, dropped: this.#dropped };
    this.#write({ kind: 'end', at: trueNowMs(), ...sums });
    this.#stream.end();
    if (this.#error === undefined) await once(this.#stream, 'close');
    if (this.#error !== undefined) throw this.#error;
    return sums;
  }

  #write(entry: JournalEntry): void {
    const line = `${JSON.stringify(entry)}\n`;
    this.#bytes += line.length;
    this.#entries++;
    this.#stream.write(line);
  }
}

/** Epoch ms that no change of the machine's clock moves during a run. */
export function trueNowMs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
}
