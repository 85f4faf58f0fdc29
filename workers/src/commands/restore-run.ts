import { toIsoTime } from '@rideline/contract';
import type { Database } from '@rideline/fleet/store/database';
import type { StoredRestore } from '@rideline/fleet/store/meta-collection';
import { unfinishedRestore, writeRestore } from '@rideline/fleet/store/restore-record';
import type { Clock } from '@rideline/platform/process/clock';
import { CommandError } from './command.ts';
import { isPassing } from './retrying.ts';

const RENEW_MS = 5000;

/** What a command says that finds an unfinished restore. */
export function unfinishedText({ startedAt }: Pick<StoredRestore, 'startedAt'>): string {
  return `the restore that began at ${toIsoTime(startedAt)} is unfinished, so that MongoDB holds a part of the backup only. Finish it: ./rideline restore with the same folder`;
}

/** @throws CommandError while MongoDB holds a part of a backup only: what is made of it would be wrong and stay */
export async function refuseUnfinishedRestore(db: Database): Promise<void> {
  const restore = await unfinishedRestore(db);
  if (restore !== null) throw new CommandError(unfinishedText(restore));
}

export type RestoreRecord = Omit<StoredRestore, 'until'>;

/** The record of the restore that this process runs: every change is written at once, and its lease is renewed until `release`. */
export class RestoreRun {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #lost = new AbortController();
  #record: RestoreRecord;
  #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Database, clock: Clock, record: RestoreRecord) {
    this.#db = db;
    this.#clock = clock;
    this.#record = record;
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS);
  }

  get record(): RestoreRecord {
    return this.#record;
  }

  /** Aborted when another process has taken the restore over, for instance while this one was frozen. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @throws CommandError when another process has taken the restore over */
  save(change: Partial<RestoreRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    // One after the other: an older record must not replace a newer one.
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** Stops renewing; the next process may continue at once. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    if (!this.lost.aborted)
      await writeRestore(this.#db, this.#record, { nowMs: this.#clock.wallMs(), leaseMs: 0 });
  }

  async #renew(): Promise<void> {
    try {
      await this.save({});
    } catch (error) {
      // MongoDB is away for a moment: the next renewal follows, and what the restore itself writes is tried again.
      if (!isPassing(error)) this.#lost.abort(error);
    }
  }

  async #write(): Promise<void> {
    if (await writeRestore(this.#db, this.#record, { nowMs: this.#clock.wallMs() })) return;
    const error = new CommandError('another process has taken this restore over');
    this.#lost.abort(error);
    throw error;
  }
}
