import {
  type BootId,
  type DriverId,
  type Ledger,
  type LedgerBoot,
  LIMITS,
  type SeqRange,
  toIsoTime,
  type Verdict,
} from '@rideline/contract';
import { hasPlausibleTime, verdictOf } from './track-block.ts';
import type { StoredFix, StoredTrack } from './track-collection.ts';

/** The fields of a track document that the ledger reads. */
export type LedgerTrack = Pick<StoredTrack, 'boot' | 'block' | 'f'>;

/**
 * The tally of one boot. Its blocks are added in ascending order: then each fix extends the last range, and no list of seqs is kept or
 * sorted. At most `LIMITS.ledgerRanges` missing ranges are listed; all of them are counted.
 */
export class BootTally {
  readonly #boot: BootId;
  readonly #refusedBy: Partial<Record<Verdict, number>> = {};
  readonly #missing: SeqRange[] = [];
  #missingRanges = 0;
  #missingSeqs = 0;
  #stored = 0;
  #refused = 0;
  #lowest = -1;
  #highest = -1;
  /** First receipt, wall ms: boots are listed in this order. */
  firstReceivedAt = Number.POSITIVE_INFINITY;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(boot: BootId) {
    this.#boot = boot;
  }

  get isEmpty(): boolean {
    return this.#lowest === -1;
  }

  /** @param fixes a block above all that were added before */
  addBlock(fixes: StoredTrack['f']): void {
    const seqs = Object.keys(fixes)
      .map(Number)
      .sort((a, b) => a - b);
    for (const seq of seqs) this.#add(seq, fixes[seq] as StoredFix);
  }

  #add(seq: number, fix: StoredFix): void {
    if (this.isEmpty) this.#lowest = seq;
    else if (seq > this.#highest + 1) this.#noteMissing(this.#highest + 1, seq - 1);
    this.#highest = seq;
    this.firstReceivedAt = Math.min(this.firstReceivedAt, fix[7]);
    const verdict = verdictOf(fix);
    if (verdict === 'ok') this.#stored += 1;
    else {
      this.#refused += 1;
      this.#refusedBy[verdict] = (this.#refusedBy[verdict] ?? 0) + 1;
    }
    if (!hasPlausibleTime(fix)) return;
    this.#from = Math.min(this.#from, fix[0]);
    this.#to = Math.max(this.#to, fix[0]);
  }

  #noteMissing(from: number, to: number): void {
    this.#missingRanges += 1;
    this.#missingSeqs += to - from + 1;
    if (this.#missing.length < LIMITS.ledgerRanges) this.#missing.push([from, to]);
  }

  /** @param partial whether older blocks of the boot were left out */
  close(partial: boolean): LedgerBoot {
    // A boot without a plausible time is dated by its receipt: the ledger must list it too.
    const timed = this.#from <= this.#to;
    return {
      boot: this.#boot,
      lowestSeq: this.#lowest,
      highestSeq: this.#highest,
      received: this.#stored + this.#refused,
      stored: this.#stored,
      refused: this.#refused,
      refusedBy: this.#refusedBy,
      missing: this.#missing,
      missingSeqs: this.#missingSeqs,
      missingRanges: this.#missingRanges,
      partial,
      from: toIsoTime(timed ? this.#from : this.firstReceivedAt),
      to: toIsoTime(timed ? this.#to : this.firstReceivedAt),
      verdict: this.#missingRanges === 0 ? 'complete' : 'missing',
    };
  }
}

/** The ledger of some boots, in the order of their first receipt. @param next cursor of the following page */
export function ledgerOfBoots(
  driverId: DriverId,
  tallies: readonly { readonly tally: BootTally; readonly partial: boolean }[],
  next: string | null = null,
): Ledger {
  const boots = tallies
    .filter(({ tally }) => !tally.isEmpty)
    .sort((a, b) => a.tally.firstReceivedAt - b.tally.firstReceivedAt)
    .map(({ tally, partial }) => tally.close(partial));
  const isComplete = boots.every((boot) => boot.verdict === 'complete');
  return {
    driverId,
    boots,
    verdict: boots.length === 0 ? 'empty' : isComplete ? 'complete' : 'missing',
    next,
  };
}

/**
 * The ledger of a driver, a pure function of its track documents: for every boot
 * stored + refused + missing = highest seq − lowest seq + 1. Documents may come in any order.
 */
export function ledgerOf(driverId: DriverId, tracks: Iterable<LedgerTrack>): Ledger {
  const tallies = new Map<BootId, BootTally>();
  for (const { boot, f } of [...tracks].sort((a, b) => a.block - b.block)) {
    const tally = tallies.get(boot) ?? new BootTally(boot);
    tallies.set(boot, tally);
    tally.addBlock(f);
  }
  return ledgerOfBoots(
    driverId,
    [...tallies.values()].map((tally) => ({ tally, partial: false })),
  );
}
