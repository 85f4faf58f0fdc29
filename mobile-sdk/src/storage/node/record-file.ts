import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { LOG_NAMES, type LogName } from '../storage.ts';

/** One line of the file. `next`: the ids to go on with, so that no id is used again after the records before are gone. */
export type Entry =
  | readonly ['append', LogName, firstId: number, ...texts: string[]]
  | readonly ['delete', LogName, ...ids: number[]]
  | readonly ['delete up to', LogName, id: number]
  | readonly ['next', Readonly<Record<LogName, number>>];

const NEWLINE = 0x0a;
const CHECKSUM_DIGITS = 8;
/** The file is written again when it is larger than this and than twice what it holds. */
const COMPACT_BYTES = 64 * 1024;
/** Locations and ids of a person. */
const OWNER_ONLY = 0o600;

/**
 * The records of an append file: each line is a checksum (CRC-32, hexadecimal), a space, and an entry as JSON. A line that was cut off by the end of
 * the process, or of the machine, is removed when the file is opened.
 */
export class RecordFile {
  readonly records: Readonly<Record<LogName, Map<number, string>>> = {
    commands: new Map(),
    fixes: new Map(),
  };
  readonly nextId: Record<LogName, number> = { commands: 1, fixes: 1 };
  /** Complete lines that were damaged when the file was opened: what they held is lost. */
  damagedLines = 0;
  readonly #path: string;
  #handle: FileHandle | undefined;
  /** Bytes that are known to be on the disk. */
  #bytes = 0;
  /** What follows `#bytes` in the file is not known. */
  #isUncertain = false;

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(path: string): Promise<RecordFile> {
    const file = new RecordFile(path);
    await file.#read();
    return file;
  }

  /** Writes the entry and waits until it is on the disk. When that fails, the file and the records are as before. */
  async write(entry: Entry): Promise<void> {
    const line = Buffer.from(lineOf(entry));
    await this.#cutUncertain();
    try {
      this.#isUncertain = true;
      await writeAll(this.#opened(), line, this.#bytes);
      await this.#opened().sync();
      this.#isUncertain = false;
    } catch (error) {
      // When this fails too, the next write tries again before it writes.
      await this.#cutUncertain().catch(() => undefined);
      throw error;
    }
    this.#bytes += line.length;
    this.#apply(entry);
  }

  /** Whether another file stands in the place of this one. */
  async isReplaced(): Promise<boolean> {
    return (await this.#opened().stat()).nlink === 0;
  }

  get isWasteful(): boolean {
    return this.#bytes > COMPACT_BYTES && this.#bytes > 2 * this.#liveBytes();
  }

  /** Writes the file again with what it holds. */
  compact(): Promise<void> {
    return this.#replace('new');
  }

  /** Forgets every record; the next ids stay. */
  clear(): Promise<void> {
    for (const log of LOG_NAMES) this.records[log].clear();
    // Not the name that the present holder may be writing to.
    return this.#replace('empty');
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #replace(suffix: 'new' | 'empty'): Promise<void> {
    const path = `${this.#path}.${suffix}`;
    const lines = [lineOf(['next', this.nextId])];
    for (const log of LOG_NAMES)
      for (const [id, text] of this.records[log]) lines.push(lineOf(['append', log, id, text]));
    const content = Buffer.from(lines.join(''));
    const next = await open(path, 'w', OWNER_ONLY);
    try {
      await writeAll(next, content, 0);
      await next.sync();
      await rename(path, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      await next.close();
      throw error;
    }
    await this.#handle?.close();
    this.#handle = next;
    this.#bytes = content.length;
    this.#isUncertain = false;
  }

  #opened(): FileHandle {
    if (this.#handle === undefined) throw new Error('the file is closed');
    return this.#handle;
  }

  async #read(): Promise<void> {
    this.#handle = await open(this.#path, 'a+', OWNER_ONLY);
    await this.#handle.close();
    const content = await readFile(this.#path);
    let damaged = 0;
    for (let start = 0; start < content.length; ) {
      const end = content.indexOf(NEWLINE, start);
      if (end < 0) break;
      const entry = entryOf(content.subarray(start, end));
      start = end + 1;
      if (entry === null) damaged++;
      else {
        this.#apply(entry);
        // Damaged lines at the end were cut off, those before a good one were damaged later.
        this.damagedLines += damaged;
        damaged = 0;
        this.#bytes = start;
      }
    }
    // Not for appending: a write goes to the place after the last good line.
    this.#handle = await open(this.#path, 'r+');
    this.#isUncertain = content.length > this.#bytes;
    await this.#cutUncertain();
    await syncFolder(dirname(this.#path));
  }

  async #cutUncertain(): Promise<void> {
    if (!this.#isUncertain) return;
    await this.#opened().truncate(this.#bytes);
    await this.#opened().sync();
    this.#isUncertain = false;
  }

  #apply(entry: Entry): void {
    switch (entry[0]) {
      case 'append': {
        const [, log, firstId, ...texts] = entry;
        texts.forEach((text, at) => {
          this.records[log].set(firstId + at, text);
        });
        this.nextId[log] = Math.max(this.nextId[log], firstId + texts.length);
        break;
      }
      case 'delete': {
        const [, log, ...ids] = entry;
        for (const id of ids) this.records[log].delete(id);
        break;
      }
      case 'delete up to': {
        const [, log, upTo] = entry;
        for (const id of this.records[log].keys()) if (id <= upTo) this.records[log].delete(id);
        break;
      }
      case 'next':
        for (const log of LOG_NAMES) this.nextId[log] = Math.max(this.nextId[log], entry[1][log]);
        break;
    }
  }

  #liveBytes(): number {
    let bytes = 0;
    for (const log of LOG_NAMES)
      for (const text of this.records[log].values()) bytes += Buffer.byteLength(text);
    return bytes;
  }
}

function lineOf(entry: Entry): string {
  const body = JSON.stringify(entry);
  return `${checksumOf(body)} ${body}\n`;
}

function checksumOf(body: string | Uint8Array): string {
  return crc32(body).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function entryOf(line: Buffer): Entry | null {
  const body = line.subarray(CHECKSUM_DIGITS + 1);
  if (line.toString('latin1', 0, CHECKSUM_DIGITS + 1) !== `${checksumOf(body)} `) return null;
  return JSON.parse(body.toString()) as Entry;
}

async function writeAll(handle: FileHandle, content: Buffer, position: number): Promise<void> {
  for (let written = 0; written < content.length; ) {
    const rest = content.length - written;
    written += (await handle.write(content, written, rest, position + written)).bytesWritten;
  }
}

/** So that a new or renamed file is found after the machine lost its power. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its file systems write names in order.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
