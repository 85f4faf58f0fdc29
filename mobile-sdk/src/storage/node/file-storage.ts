import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceClock, type SdkClock } from '../../time/clock.ts';
import { CallOrder } from '../call-order.ts';
import { waitForLease } from '../lease.ts';
import {
  checkTexts,
  type LogName,
  type OpenOptions,
  type RecordStore,
  type SdkStorage,
  type StoredRecord,
  StoreLostError,
} from '../storage.ts';
import { LockFile } from './lock-file.ts';
import { RecordFile } from './record-file.ts';

export interface FileStorageOptions {
  /** Folder of the files on a local disk; created when absent. */
  folder: string;
  /** Name of the files; one for each account and client. Default: `rideline`. */
  name?: string;
  /** Called when the file has this many damaged lines, whose records are lost: the disk has changed what was written. */
  onDamaged?: (lines: number) => void;
  clock?: SdkClock;
}

/**
 * A storage for Node: an append file that is fsynced before a call resolves. One process at a time has it open, by a lock file with its pid; see
 * LockFile for what that cannot tell.
 */
export function fileStorage(options: FileStorageOptions): SdkStorage {
  const { folder, name = 'rideline', onDamaged, clock = deviceClock } = options;
  const lock = new LockFile(folder, name);
  const path = join(folder, `${name}.log`);

  return {
    async open({ onLost, signal }: OpenOptions): Promise<RecordStore> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const number = await waitForLease(() => lock.take(), clock.after, signal);
      try {
        const file = await RecordFile.open(path);
        if (file.damagedLines > 0) onDamaged?.(file.damagedLines);
        return new FileStore(file, lock, number, onLost);
      } catch (error) {
        await lock.release(number);
        throw error;
      }
    },
    async wipe() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await lock.revoke();
      const file = await RecordFile.open(path);
      await file.clear();
      await file.close();
    },
  };
}

class FileStore implements RecordStore {
  readonly #file: RecordFile;
  readonly #lock: LockFile;
  readonly #number: number;
  readonly #calls: CallOrder;

  constructor(file: RecordFile, lock: LockFile, number: number, onLost: () => void) {
    this.#file = file;
    this.#lock = lock;
    this.#number = number;
    this.#calls = new CallOrder(() => {
      // Nothing more is written: how closing ends changes nothing.
      this.#file.close().catch(() => undefined);
      onLost();
    });
  }

  append(log: LogName, texts: readonly string[]): Promise<number[]> {
    return this.#calls.run(async () => {
      checkTexts(texts);
      const firstId = this.#file.nextId[log];
      await this.#file.write(['append', log, firstId, ...texts]);
      await this.#checkHeld();
      return texts.map((_, at) => firstId + at);
    });
  }

  read(log: LogName, afterId: number, limit: number): Promise<StoredRecord[]> {
    return this.#calls.run(async () => {
      await this.#checkHeld();
      return [...this.#file.records[log]]
        .filter(([id]) => id > afterId)
        .slice(0, limit)
        .map(([id, text]) => ({ id, text }));
    });
  }

  delete(log: LogName, ids: readonly number[]): Promise<void> {
    const held = () => ids.filter((id) => this.#file.records[log].has(id));
    return this.#calls.run(() => this.#delete(held().length > 0, ['delete', log, ...held()]));
  }

  deleteUpTo(log: LogName, id: number): Promise<void> {
    return this.#calls.run(() => this.#delete(true, ['delete up to', log, id]));
  }

  close(): Promise<void> {
    return this.#calls.close(async () => {
      await this.#file.close();
      if (await this.#lock.isHeld(this.#number)) await this.#lock.release(this.#number);
    });
  }

  async #delete(isNeeded: boolean, entry: Parameters<RecordFile['write']>[0]): Promise<void> {
    if (isNeeded) await this.#file.write(entry);
    await this.#checkHeld();
    if (!this.#file.isWasteful) return;
    await this.#file.compact();
    if (await this.#lock.isHeld(this.#number)) return;
    // Wiped meanwhile: this file, with what was to be deleted, has taken the place of the empty one.
    await this.#file.clear();
    throw new StoreLostError();
  }

  /** A wipe puts another file in the place of this one. */
  async #checkHeld(): Promise<void> {
    if (await this.#file.isReplaced()) throw new StoreLostError();
  }
}
