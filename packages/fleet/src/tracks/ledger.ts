import {
  type BootId,
  type DriverId,
  type Ledger,
  type LedgerBoot,
  type SeqRange,
  toIsoTime,
  type Verdict,
} from '@rideline/contract';
import { hasPlausibleTime, verdictOf } from './track-block.ts';
import type { StoredFix, StoredTrack } from './track-collection.ts';

/** The fields of a track document that the ledger reads. */
export type LedgerTrack = Pick<StoredTrack, 'boot' | 'block' | 'f'>;

interface BootTally {
  readonly seqs: number[];
  stored: number;
  refused: number;
  readonly refusedBy: Partial<Record<Verdict, number>>;
  /** First receipt, wall ms: boots are listed in this order. */
  firstReceivedAt: number;
  from: number;
  to: number;
}

function newTally(): BootTally {
  return {
    seqs: [],
    stored: 0,
    refused: 0,
    refusedBy: {},
    firstReceivedAt: Number.POSITIVE_INFINITY,
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
  };
}

function count(tally: BootTally, seq: number, fix: StoredFix): void {
  tally.seqs.push(seq);
  tally.firstReceivedAt = Math.min(tally.firstReceivedAt, fix[7]);
  const verdict = verdictOf(fix);
  if (verdict === 'ok') tally.stored += 1;
  else {
    tally.refused += 1;
    tally.refusedBy[verdict] = (tally.refusedBy[verdict] ?? 0) + 1;
  }
  if (!hasPlausibleTime(fix)) return;
  tally.from = Math.min(tally.from, fix[0]);
  tally.to = Math.max(tally.to, fix[0]);
}

function missingBetween(sorted: readonly number[]): SeqRange[] {
  const missing: SeqRange[] = [];
  for (let i = 1; i < sorted.length; i += 1) {
    const before = sorted[i - 1] as number;
    const seq = sorted[i] as number;
    if (seq > before + 1) missing.push([before + 1, seq - 1]);
  }
  return missing;
}

function closeBoot(boot: BootId, tally: BootTally): LedgerBoot {
  const sorted = tally.seqs.sort((a, b) => a - b);
  const missing = missingBetween(sorted);
  // A boot without a plausible time is dated by its receipt: the ledger must list it too.
  const timed = tally.from <= tally.to;
  return {
    boot,
    lowestSeq: sorted[0] as number,
    highestSeq: sorted[sorted.length - 1] as number,
    received: tally.stored + tally.refused,
    stored: tally.stored,
    refused: tally.refused,
    refusedBy: tally.refusedBy,
    missing,
    from: toIsoTime(timed ? tally.from : tally.firstReceivedAt),
    to: toIsoTime(timed ? tally.to : tally.firstReceivedAt),
    verdict: missing.length === 0 ? 'complete' : 'missing',
  };
}

/**
 * The ledger of a driver, a pure function of its track documents: for every boot
 * stored + refused + missing = highest seq − lowest seq + 1. Documents may come in any order.
 */
export function ledgerOf(driverId: DriverId, tracks: Iterable<LedgerTrack>): Ledger {
  const boots = new Map<BootId, BootTally>();
  for (const track of tracks) addTrack(boots, track);
  return closeLedger(driverId, boots);
}

/** `ledgerOf` for a cursor: keeps the seqs of each boot in memory, not the documents. */
export async function ledgerOfCursor(
  driverId: DriverId,
  tracks: AsyncIterable<LedgerTrack>,
): Promise<Ledger> {
  const boots = new Map<BootId, BootTally>();
  for await (const track of tracks) addTrack(boots, track);
  return closeLedger(driverId, boots);
}

function addTrack(boots: Map<BootId, BootTally>, track: LedgerTrack): void {
  let tally = boots.get(track.boot);
  if (tally === undefined) {
    tally = newTally();
    boots.set(track.boot, tally);
  }
  for (const [seq, fix] of Object.entries(track.f)) count(tally, Number(seq), fix);
}

function closeLedger(driverId: DriverId, boots: Map<BootId, BootTally>): Ledger {
  const listed = [...boots]
    .filter(([, tally]) => tally.seqs.length > 0)
    .sort(([, a], [, b]) => a.firstReceivedAt - b.firstReceivedAt)
    .map(([boot, tally]) => closeBoot(boot, tally));
  const verdict =
    listed.length === 0
      ? 'empty'
      : listed.every((boot) => boot.verdict === 'complete')
        ? 'complete'
        : 'missing';
  return { driverId, boots: listed, verdict };
}
