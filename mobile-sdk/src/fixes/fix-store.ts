import type { WireFix } from '@rideline/contract';
import type { RecordStore } from '../storage/storage.ts';
import type { StoreKeeper } from '../storage/store-keeper.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import type { EarlierFixes } from './earlier-boots.ts';
import type { Outbox } from './outbox.ts';

export interface FixStoreParts {
  readonly boot: string;
  readonly clock: SdkClock;
  readonly store: Pick<StoreKeeper, 'write' | 'isOpen'>;
  readonly outbox: Outbox;
  /** Monotonic ms at which a fix without a time was taken. */
  readonly takenAt: (fix: WireFix) => number | undefined;
  /** The server has acknowledged something of this boot. */
  readonly isKnown: () => boolean;
}

/** A stored record: fixes of one boot, in the order of their seqs. */
interface FixRecord {
  readonly boot: string;
  readonly fixes: WireFix[];
  /** The times are of the phone's wall clock. */
  readonly wall?: true;
  readonly known?: true;
}

interface Batch {
  readonly id: number;
  readonly boot: string;
  readonly lastSeq: number;
}

/** With a connection the server has a fix long before this; without one the fix exists only here. */
const ONLINE_MS = 5000;
const OFFLINE_MS = 1000;
/** After a write that failed. */
const RETRY_MS = 30_000;
/** Fixes of one record: some 10 KB. */
const BATCH_FIXES = 100;
const PAGE = 50;

/** Keeps what the outbox holds in the storage as well: written in batches, deleted when durable or dropped. */
export class FixStore {
  readonly #parts: FixStoreParts;
  readonly #timer: Timer;
  #batches: Batch[] = [];
  /** Every held fix up to this seq is stored. */
  #storedUpTo = -1;
  readonly #lowest = new Map<string, number>();
  #writing: Promise<void> | undefined;
  #delayMs = OFFLINE_MS;

  constructor(parts: FixStoreParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock);
  }

  /** Held fixes that would be lost with the app now. */
  get unstored(): number {
    return this.#parts.outbox.heldCountAfter(this.#storedUpTo);
  }

  /** The outbox has changed: it is stored a little later, together with what follows. */
  later(isOnline: boolean): void {
    this.#delayMs = isOnline ? ONLINE_MS : OFFLINE_MS;
    if (this.#parts.store.isOpen && !this.#timer.running && this.#writing === undefined)
      this.#timer.set(this.#delayMs, () => void this.flush());
  }

  /** A boot holds this seq and those above it. */
  keepFrom(boot: string, lowest: number): void {
    this.#lowest.set(boot, lowest);
  }

  /** Stores what the outbox holds now. Resolves also when that failed, which the storage reports. */
  async flush(): Promise<void> {
    // A flush under way has chosen its fixes already.
    await this.#writing;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      // Taken while the last batch was written.
      if (this.unstored > 0 && this.#parts.store.isOpen && !this.#timer.running)
        this.#timer.set(this.#delayMs, () => void this.flush());
    });
    await this.#writing;
  }

  /** The fixes of earlier starts, oldest first. */
  async restore(store: RecordStore): Promise<EarlierFixes[]> {
    const boots = new Map<string, EarlierFixes>();
    const damaged: number[] = [];
    this.#batches = [];
    for (let afterId = 0, page = PAGE; page === PAGE; ) {
      const records = await store.read('fixes', afterId, PAGE);
      for (const { id, text } of records) {
        afterId = id;
        const record = recordOf(text);
        if (record === null) damaged.push(id);
        else this.#restoreRecord(id, record, boots);
      }
      page = records.length;
    }
    if (damaged.length > 0) await store.delete('fixes', damaged);
    return [...boots.values()];
  }

  #restoreRecord(id: number, record: FixRecord, boots: Map<string, EarlierFixes>): void {
    const { boot, fixes, wall, known } = record;
    this.#batches.push({ id, boot, lastSeq: fixes.at(-1)?.[0] ?? -1 });
    // A store that was lost and opened again has fixes of this start: they are in memory.
    if (boot === this.#parts.boot) return;
    const earlier = boots.get(boot) ?? { boot, fixes: [], unstamped: [], isKnown: false };
    boots.set(boot, earlier);
    earlier.fixes.push(...fixes);
    if (wall) earlier.unstamped.push(...fixes);
    earlier.isKnown ||= known === true;
  }

  async #write(): Promise<void> {
    this.#timer.clear();
    const { outbox, store, boot } = this.#parts;
    for (let fixes = this.#next(); fixes.length > 0; fixes = this.#next()) {
      const lastSeq = fixes.at(-1)?.[0] ?? -1;
      const text = JSON.stringify(this.#recordOf(fixes));
      const onLate = ([id = 0]: number[]) => void this.#batches.push({ id, boot, lastSeq });
      const ids = await store.write((open) => open.append('fixes', [text]), onLate);
      if (ids === undefined) {
        if (store.isOpen) this.#timer.set(RETRY_MS, () => void this.flush());
        return;
      }
      onLate(ids);
      this.#storedUpTo = Math.max(this.#storedUpTo, lastSeq);
    }
    this.#lowest.set(boot, outbox.lowest);
    await this.#deleteForgotten();
  }

  /** The next fixes to store: all with a time of the server, or all without. */
  #next(): WireFix[] {
    const fixes = this.#parts.outbox.heldAfter(this.#storedUpTo, BATCH_FIXES);
    const isStamped = (fix: WireFix) => fix[1] !== null;
    const end = fixes.findIndex((fix) => isStamped(fix) !== isStamped(fixes[0] as WireFix));
    return end < 0 ? fixes : fixes.slice(0, end);
  }

  #recordOf(fixes: WireFix[]): FixRecord {
    const { boot, clock, takenAt, isKnown } = this.#parts;
    const known = isKnown() ? { known: true as const } : {};
    if (fixes[0]?.[1] !== null) return { boot, ...known, fixes };
    const nowMs = clock.monotonicMs();
    const aheadMs = clock.wallMs() - nowMs;
    const byWallClock = fixes.map((fix): WireFix => {
      const [seq, , ...rest] = fix;
      return [seq, Math.round((takenAt(fix) ?? nowMs) + aheadMs), ...rest];
    });
    return { boot, ...known, wall: true, fixes: byWallClock };
  }

  async #deleteForgotten(): Promise<void> {
    const isForgotten = ({ boot, lastSeq }: Batch) => lastSeq < (this.#lowest.get(boot) ?? 0);
    const gone = this.#batches.filter(isForgotten);
    if (gone.length === 0) return;
    const [first] = this.#batches.filter((batch) => !isForgotten(batch));
    const last = gone.at(-1) as Batch;
    const isPrefix = first === undefined || first.id > last.id;
    const done = await this.#parts.store.write(async (open) => {
      if (isPrefix) await open.deleteUpTo('fixes', last.id);
      else
        await open.delete(
          'fixes',
          gone.map(({ id }) => id),
        );
      return true;
    });
    if (done) this.#batches = this.#batches.filter((batch) => !gone.includes(batch));
  }
}

/** What else is in it, the server judges. */
function isWireFix(fix: unknown): fix is WireFix {
  return Array.isArray(fix) && fix.length > 3 && Number.isInteger(fix[0]) && fix[0] >= 0;
}

/** null: the record is damaged. */
function recordOf(text: string): FixRecord | null {
  try {
    const record = JSON.parse(text) as Partial<FixRecord>;
    const isRecord =
      typeof record.boot === 'string' && Array.isArray(record.fixes) && record.fixes.every(isWireFix);
    return isRecord ? (record as FixRecord) : null;
  } catch {
    return null;
  }
}
