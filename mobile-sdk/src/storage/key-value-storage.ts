import { CallOrder } from './call-order.ts';
import {
  checkTexts,
  LOG_NAMES,
  type LogName,
  type OpenOptions,
  type RecordStore,
  type SdkStorage,
  type StoredRecord,
  utf8Bytes,
} from './storage.ts';

/** What the storage needs of a key-value database. A `set` replaces a value as a whole or not at all. */
export interface KeyValueDatabase {
  keys(): Promise<readonly string[]> | readonly string[];
  /** The values in the order of the keys; null for a key without one. */
  getMany(keys: readonly string[]): Promise<readonly (string | null)[]> | readonly (string | null)[];
  set(key: string, value: string): Promise<void> | void;
  remove(key: string): Promise<void> | void;
  /** The library's own object: two storages of one object with one name are one store. */
  readonly identity: object;
}

export interface KeyValueStorageOptions {
  /** First part of the keys; one for each account and client. Default: `rideline`. */
  name?: string;
}

/** One value: records in order. The last segment of a log is kept when it is empty, since it has the next id. */
interface Segment {
  readonly number: number;
  readonly nextId: number;
  readonly records: ReadonlyMap<number, string>;
}

/**
 * A segment is not extended beyond this: each append writes its segment again. An append that is larger has a segment of its own, below 64 KB,
 * far from what AsyncStorage cannot read back on Android (a row of 1 to 2 MB).
 */
const SEGMENT_BYTES = 12_000;

/** Who has a store, or had it last. */
interface Holder {
  /** undefined: it was wiped. */
  readonly order: CallOrder | undefined;
  /** Settles when it has read the store, or wiped it. */
  readonly begun: Promise<unknown>;
}

/** By the library's object and the store's name. Whoever opens a store last has it. */
const holders = new WeakMap<object, Map<string, Holder>>();

/**
 * A storage in a key-value database, as segments of at most 64 KB. The client that opens it last has it; clients in other processes or JavaScript
 * runtimes are not kept apart, since such a database has no operation that could do it.
 */
export function keyValueStorage(
  database: KeyValueDatabase,
  { name = 'rideline' }: KeyValueStorageOptions = {},
): SdkStorage {
  const open = holders.get(database.identity) ?? new Map<string, Holder>();
  holders.set(database.identity, open);

  /** Runs `begin` after the last write of those before: what is read or wiped beside it is written again by it, or overwritten. */
  function takeOver<T>(order: CallOrder | undefined, begin: () => Promise<T>): Promise<T> {
    const before = open.get(name);
    before?.order?.lost();
    const begun = Promise.all([before?.begun, before?.order?.idle]).then(begin);
    open.set(name, { order, begun: begun.catch(() => undefined) });
    return begun;
  }

  return {
    async open({ onLost }: OpenOptions): Promise<RecordStore> {
      const order = new CallOrder(onLost);
      const segments = await takeOver(order, () => readSegments(database, name));
      return new KeyValueStore({ database, name, order, segments }, () => {
        if (open.get(name)?.order === order) open.delete(name);
      });
    },
    wipe: () => takeOver(undefined, () => wipeSegments(database, name)),
  };
}

interface KeyValueStoreParts {
  readonly database: KeyValueDatabase;
  readonly name: string;
  readonly order: CallOrder;
  readonly segments: Map<LogName, Segment[]>;
}

class KeyValueStore implements RecordStore {
  readonly #parts: KeyValueStoreParts;
  readonly #onClose: () => void;

  constructor(parts: KeyValueStoreParts, onClose: () => void) {
    this.#parts = parts;
    this.#onClose = onClose;
  }

  append(log: LogName, texts: readonly string[]): Promise<number[]> {
    return this.#parts.order.run(async () => {
      checkTexts(texts);
      const tail = this.#segments(log).at(-1) ?? { number: 0, nextId: 1, records: new Map() };
      const bytes = utf8Bytes(textOf(tail)) + utf8Bytes(JSON.stringify(texts));
      const isFull = tail.records.size > 0 && bytes > SEGMENT_BYTES;
      const records = new Map(isFull ? [] : tail.records);
      let { nextId } = tail;
      const ids = texts.map((text) => {
        records.set(nextId, text);
        return nextId++;
      });
      await this.#write(log, { number: isFull ? tail.number + 1 : tail.number, nextId, records });
      return ids;
    });
  }

  read(log: LogName, afterId: number, limit: number): Promise<StoredRecord[]> {
    return this.#parts.order.run(() => {
      const page: StoredRecord[] = [];
      for (const { nextId, records } of this.#segments(log)) {
        if (nextId <= afterId) continue;
        for (const [id, text] of records) {
          if (id > afterId) page.push({ id, text });
          if (page.length >= limit) return page;
        }
      }
      return page;
    });
  }

  delete(log: LogName, ids: readonly number[]): Promise<void> {
    const gone = new Set(ids);
    return this.#delete(log, (id) => gone.has(id));
  }

  deleteUpTo(log: LogName, upTo: number): Promise<void> {
    return this.#delete(log, (id) => id <= upTo);
  }

  close(): Promise<void> {
    return this.#parts.order.close(this.#onClose);
  }

  #segments(log: LogName): Segment[] {
    return this.#parts.segments.get(log) as Segment[];
  }

  #delete(log: LogName, isGone: (id: number) => boolean): Promise<void> {
    return this.#parts.order.run(async () => {
      for (const segment of [...this.#segments(log)]) {
        const records = new Map([...segment.records].filter(([id]) => !isGone(id)));
        if (records.size < segment.records.size) await this.#write(log, { ...segment, records });
      }
    });
  }

  /** Memory follows the database: a write that fails changes neither. */
  async #write(log: LogName, segment: Segment): Promise<void> {
    const { database, name } = this.#parts;
    const segments = this.#segments(log);
    const at = segments.findIndex(({ number }) => number === segment.number);
    const isTail = at < 0 || at === segments.length - 1;
    const key = keyOf(name, log, segment.number);
    if (segment.records.size === 0 && !isTail) {
      await database.remove(key);
      segments.splice(at, 1);
      return;
    }
    await database.set(key, textOf(segment));
    if (at < 0) segments.push(segment);
    else segments[at] = segment;
  }
}

function keyOf(name: string, log: LogName, number: number): string {
  return `${name}/${log}/${number}`;
}

function textOf({ nextId, records }: Segment): string {
  return JSON.stringify([nextId, ...records]);
}

async function readSegments(database: KeyValueDatabase, name: string): Promise<Map<LogName, Segment[]>> {
  const all = await database.keys();
  const logs = new Map<LogName, Segment[]>();
  for (const log of LOG_NAMES) {
    const prefix = keyOf(name, log, 0).slice(0, -1);
    const numbers = all
      .filter((key) => key.startsWith(prefix) && /^\d+$/.test(key.slice(prefix.length)))
      .map((key) => Number(key.slice(prefix.length)))
      .sort((a, b) => a - b);
    const texts = await database.getMany(numbers.map((number) => keyOf(name, log, number)));
    const segments = numbers.map((number, at) => segmentOf(number, texts[at] ?? null));
    logs.set(
      log,
      segments.filter((segment) => segment !== null),
    );
  }
  return logs;
}

async function wipeSegments(database: KeyValueDatabase, name: string): Promise<void> {
  for (const [log, segments] of await readSegments(database, name)) {
    const tail = segments.at(-1);
    for (const { number } of segments)
      if (number !== tail?.number) await database.remove(keyOf(name, log, number));
    if (tail) await database.set(keyOf(name, log, tail.number), textOf({ ...tail, records: new Map() }));
  }
}

/** null: the value is missing or damaged, and what it held is lost. */
function segmentOf(number: number, text: string | null): Segment | null {
  try {
    const [nextId, ...records] = JSON.parse(text ?? '') as [number, ...[number, string][]];
    return { number, nextId, records: new Map(records) };
  } catch {
    return null;
  }
}
