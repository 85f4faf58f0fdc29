import type { LocationAck, LocationRefused, SeqRange } from '@rideline/contract';
import type { Driver } from '@rideline/sdk';
import { JOURNAL_ITEMS_MOST } from '../journal.ts';
import type { Journal } from '../journal-file.ts';

/** Fixes of one entry. */
const BATCH = 120;
/** Times of fixes that wait for their acknowledgement; older ones are not measured. */
const TIMED_MOST = 2000;

/** Writes down the fixes of one start of a driver's app, and what the server said about them. */
export class FixNotes {
  readonly #driver: Driver;
  readonly #driverId: string;
  readonly #journal: Journal;
  readonly #onAcked: (ageMs: number) => void;
  readonly #lost: number[] = [];
  readonly #takenMs = new Map<number, number>();
  #firstSeq = 0;
  #times: number[] = [];
  #acked: LocationAck | null = null;
  #isAckNoted = false;
  #durable = -1;
  #received = -1;

  /** @param onAcked called with the age of the newest fix that an acknowledgement covers for the first time, ms */
  constructor(driver: Driver, driverId: string, journal: Journal, onAcked: (ageMs: number) => void) {
    this.#driver = driver;
    this.#driverId = driverId;
    this.#journal = journal;
    this.#onAcked = onAcked;
    driver.on('ack', (ack) => this.#onAck(ack));
    driver.on('refused', (refused) => this.#onRefused(refused));
    driver.on('overflow', ({ boot, seq }) => this.#onLost(boot, [seq]));
    driver.on('rejected', ({ boot, seqs }) => this.#onLost(boot, seqs));
  }

  /** @param takenAt true epoch ms */
  taken(seq: number, takenAt: number): void {
    if (this.#times.length === 0) this.#firstSeq = seq;
    this.#times.push(takenAt);
    this.#takenMs.set(seq, takenAt);
    if (this.#takenMs.size > TIMED_MOST)
      for (const oldest of this.#takenMs.keys()) {
        this.#takenMs.delete(oldest);
        break;
      }
    if (this.#times.length >= BATCH) this.#flush();
  }

  /** The app or the run is over. */
  ended(why: 'closed' | 'killed' | 'battery'): void {
    this.#flush();
    if (this.#acked !== null && !this.#isAckNoted) this.#noteAck(this.#acked);
    const stats = this.#driver.stats();
    this.#journal.note({
      kind: 'boot.ended',
      driverId: this.#driverId,
      boot: this.#driver.boot,
      why,
      taken: stats.pushed,
      durable: Math.max(this.#durable, stats.durable),
      received: this.#received,
      unacknowledged: this.#driver.unacknowledged().slice(0, JOURNAL_ITEMS_MOST),
      lost: rangesOf(this.#lost).slice(0, JOURNAL_ITEMS_MOST),
      sentAgain: stats.fixesResent,
    });
  }

  /** Those of an earlier start were noted as not acknowledged when it ended. */
  #onLost(boot: string, seqs: readonly number[]): void {
    if (boot === this.#driver.boot) this.#lost.push(...seqs);
  }

  #flush(): void {
    if (this.#times.length === 0) return;
    this.#journal.note({
      kind: 'fixes.taken',
      driverId: this.#driverId,
      boot: this.#driver.boot,
      firstSeq: this.#firstSeq,
      times: this.#times,
    });
    this.#times = [];
  }

  #onAck(ack: LocationAck): void {
    if (ack.boot !== this.#driver.boot) return;
    const before = this.#acked;
    this.#acked = ack;
    this.#isAckNoted = false;
    this.#measure(ack.received);
    this.#durable = Math.max(this.#durable, ack.durable);
    this.#received = Math.max(this.#received, ack.received);
    if (before === null || ack.received !== before.received || ack.durable < before.durable)
      this.#noteAck(ack);
  }

  #measure(received: number): void {
    const takenAt = this.#takenMs.get(received);
    if (takenAt === undefined) return;
    this.#onAcked(performance.timeOrigin + performance.now() - takenAt);
    for (const seq of this.#takenMs.keys()) {
      if (seq > received) break;
      this.#takenMs.delete(seq);
    }
  }

  #noteAck({ received, durable, gaps }: LocationAck): void {
    this.#isAckNoted = true;
    this.#journal.note({
      kind: 'fixes.acked',
      driverId: this.#driverId,
      boot: this.#driver.boot,
      received,
      durable,
      gaps,
    });
  }

  #onRefused({ boot, items }: LocationRefused): void {
    if (boot !== this.#driver.boot) return;
    for (let at = 0; at < items.length; at += JOURNAL_ITEMS_MOST)
      this.#journal.note({
        kind: 'fixes.refused',
        driverId: this.#driverId,
        boot,
        items: items.slice(at, at + JOURNAL_ITEMS_MOST).map(({ seq, verdict }) => [seq, verdict]),
      });
  }
}

/** Inclusive ranges of these seqs, lowest first. */
export function rangesOf(seqs: readonly number[]): SeqRange[] {
  const ranges: SeqRange[] = [];
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
