/** The logs of a store: commands that the server has not answered finally, and fixes that are not durable yet. */
export type LogName = 'commands' | 'fixes';
export const LOG_NAMES: readonly LogName[] = ['commands', 'fixes'];

/** `id`: rises with each record of its log, and is never used again, also after a wipe. */
export interface StoredRecord {
  readonly id: number;
  readonly text: string;
}

export interface OpenOptions {
  /** Somebody else has taken the store over or wiped it: from now on every call rejects with StoreLostError. Called at most once. */
  readonly onLost: () => void;
  /** Ends the wait for the present holder: `open` rejects. */
  readonly signal?: AbortSignal;
}

/**
 * Where the SDK keeps what must survive the app. One client at a time has it open: two tabs or processes never send the same commands.
 * Give each account a name of its own, and each client (`createDriver`, `createRider`) too.
 */
export interface SdkStorage {
  /** Resolves once nobody else has the store open. Rejects when it cannot be opened; the SDK then goes on in memory and tries again. */
  open(options: OpenOptions): Promise<RecordStore>;
  /** Deletes every record. A store that is open, here or elsewhere, is lost. */
  wipe(): Promise<void>;
}

/**
 * An open store: two logs of records in the order in which they were appended. Calls take effect in the order in which they are made. A call
 * that could not be carried out rejects, with the storage's own error; a deletion may then have been carried out in part.
 */
export interface RecordStore {
  /**
   * Appends all of the texts (JSON) or none. Resolves with their ids, lowest first, once they survive the end of the process.
   * Rejects with a RangeError when they are larger than RECORD_BYTES together.
   */
  append(log: LogName, texts: readonly string[]): Promise<number[]>;
  /** The records with an id above `afterId`, lowest first, at most `limit`. */
  read(log: LogName, afterId: number, limit: number): Promise<StoredRecord[]>;
  /** Ids that do not exist are ignored. */
  delete(log: LogName, ids: readonly number[]): Promise<void>;
  deleteUpTo(log: LogName, id: number): Promise<void>;
  /** Waits for the calls before it and gives the store up to the next holder. The records stay. */
  close(): Promise<void>;
}

/** Most bytes (UTF-8) of the records of one call: quoted, which doubles them at most, they fit into a value of 64 KB. */
export const RECORD_BYTES = 30_000;
/** What a record costs beside its text. */
const OVERHEAD_BYTES = 16;

/** The store was closed, wiped, or taken over by another client. */
export class StoreLostError extends Error {
  constructor() {
    super('the store was closed, wiped or taken over');
    this.name = 'StoreLostError';
  }
}

/** Length in UTF-8. Hermes has no TextEncoder. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Two bytes more for three-byte characters; a surrogate pair is two units and four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** @throws RangeError when the texts of one call are larger than RECORD_BYTES */
export function checkTexts(texts: readonly string[]): void {
  let bytes = 0;
  for (const text of texts) bytes += utf8Bytes(text) + OVERHEAD_BYTES;
  if (bytes > RECORD_BYTES) throw new RangeError(`the records have more than ${RECORD_BYTES} bytes`);
}
