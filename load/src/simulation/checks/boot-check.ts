import type { SeqRange } from '@rideline/contract';
import { type EntryOf, JOURNAL_ITEMS_MOST } from '../journal.ts';
import type { SentRecord } from './ledger-check.ts';
import { countOf, merged, without } from './seq-ranges.ts';

/** What the journals say about the fixes of one app start. */
export class BootJournal {
  readonly driverId: string;
  readonly boot: string;
  #taken = 0;
  #acked: EntryOf<'fixes.acked'> | null = null;
  #ended: EntryOf<'boot.ended'> | null = null;

  constructor(driverId: string, boot: string) {
    this.driverId = driverId;
    this.boot = boot;
  }

  take(entry: EntryOf<'fixes.taken' | 'fixes.acked' | 'boot.ended'>): void {
    switch (entry.kind) {
      case 'fixes.taken':
        this.#taken = Math.max(this.#taken, entry.firstSeq + entry.times.length);
        break;
      case 'fixes.acked':
        // Cumulative: the newest one counts, also where it takes back what a lost log had received.
        this.#acked = entry;
        break;
      case 'boot.ended':
        this.#ended = entry;
    }
  }

  /** Whether the journal knows how many fixes were sent: otherwise more in MongoDB than it has is no fault. */
  get isComplete(): boolean {
    return this.#ended !== null;
  }

  /** Seqs that were given up by the phone or never acknowledged are not promised; everything else of 0 … pushed − 1 is. */
  sent(): SentRecord {
    const { driverId, boot } = this;
    const ended = this.#ended;
    if (ended !== null) {
      const cut = [ended.unacknowledged, ended.lost].flatMap((ranges) => restOf(ranges, ended.taken));
      const unacknowledged = merged([...ended.unacknowledged, ...ended.lost, ...cut]);
      return { driverId, boot, pushed: ended.taken, dropped: 0, unacknowledged };
    }
    const acked = this.#ackedSeqs();
    const pushed = Math.max(this.#taken, (acked.at(-1)?.[1] ?? -1) + 1);
    const all: SeqRange[] = pushed === 0 ? [] : [[0, pushed - 1]];
    return { driverId, boot, pushed, dropped: 0, unacknowledged: without(all, acked) };
  }

  /** Fixes that were promised. */
  promised(): number {
    const { pushed, unacknowledged } = this.sent();
    return pushed - countOf(unacknowledged);
  }

  #ackedSeqs(): SeqRange[] {
    if (this.#acked === null) return [];
    const { received, durable, gaps } = this.#acked;
    return merged([...without([[0, received]], gaps), [0, durable]]);
  }
}

/** A list that is full may have been cut: nothing is promised of what lies behind it. */
function restOf(ranges: readonly SeqRange[], taken: number): SeqRange[] {
  const last = ranges.at(-1);
  if (last === undefined || ranges.length < JOURNAL_ITEMS_MOST || last[1] + 1 >= taken) return [];
  return [[last[1] + 1, taken - 1]];
}
