import type { Ledger, LedgerBoot, SeqRange } from '@rideline/contract';
import { countOf, inBoth, without } from './seq-ranges.ts';

/** What a phone knows about the fixes of its boot. */
export interface SentRecord {
  driverId: string;
  boot: string;
  /** Seqs 0 … pushed − 1 were pushed. */
  pushed: number;
  /** Dropped on the phone (overflow, permanently refused): never promised to be stored. */
  dropped: number;
  /** Ranges that the server never acknowledged. */
  unacknowledged: readonly SeqRange[];
}

/** One driver's comparison of what was sent with what is stored. */
export interface LedgerFinding {
  driverId: string;
  pushed: number;
  acked: number;
  stored: number;
  refused: number;
  refusedBy: Readonly<Record<string, number>>;
  /** Acknowledged and not in MongoDB: must be 0. */
  ackedMissing: number;
  /** More in MongoDB than was sent: must be 0. */
  extra: number;
  /** Sent, never acknowledged, and not in MongoDB: not promised, but reported. */
  unackedMissing: number;
}

/** Compares one driver. Pure; `ledger` is the body of GET /v1/drivers/:id/ledger, or all its pages together. */
export function compareLedger(sent: SentRecord, ledger: Ledger): LedgerFinding {
  const boot = ledger.boots.find((candidate) => candidate.boot === sent.boot);
  const unacked = inBoth(seqsSent(sent), sent.unacknowledged);
  const missing = missingSeqs(sent, boot);
  const unackedMissing = countOf(inBoth(missing, unacked));
  const inMongo = (boot?.stored ?? 0) + (boot?.refused ?? 0);
  const beyond = boot === undefined ? 0 : Math.max(0, boot.highestSeq - (sent.pushed - 1));
  return {
    driverId: sent.driverId,
    pushed: sent.pushed,
    acked: sent.pushed - sent.dropped - countOf(unacked),
    stored: boot?.stored ?? 0,
    refused: boot?.refused ?? 0,
    refusedBy: { ...boot?.refusedBy },
    // Dropped fixes are the oldest; they may or may not have arrived before they were dropped.
    ackedMissing:
      Math.max(0, countOf(missing) - unackedMissing - sent.dropped) + unlistedMissing(boot, unacked),
    extra: Math.max(0, inMongo - sent.pushed, beyond),
    unackedMissing,
  };
}

export interface LedgerSummary {
  drivers: number;
  pushed: number;
  acked: number;
  stored: number;
  refused: number;
  refusedBy: Record<string, number>;
  ackedMissing: number;
  extra: number;
  unackedMissing: number;
  /** Drivers with sent = acked = stored + refused. */
  equal: number;
  wrong: LedgerFinding[];
}

export function summarizeLedger(findings: readonly LedgerFinding[]): LedgerSummary {
  const summary: LedgerSummary = {
    drivers: findings.length,
    pushed: 0,
    acked: 0,
    stored: 0,
    refused: 0,
    refusedBy: {},
    ackedMissing: 0,
    extra: 0,
    unackedMissing: 0,
    equal: 0,
    wrong: [],
  };
  for (const finding of findings) {
    for (const name of [
      'pushed',
      'acked',
      'stored',
      'refused',
      'ackedMissing',
      'extra',
      'unackedMissing',
    ] as const)
      summary[name] += finding[name];
    for (const [verdict, count] of Object.entries(finding.refusedBy))
      summary.refusedBy[verdict] = (summary.refusedBy[verdict] ?? 0) + count;
    const equal = finding.pushed === finding.acked && finding.acked === finding.stored + finding.refused;
    if (equal) summary.equal++;
    else summary.wrong.push(finding);
  }
  return summary;
}

const seqsSent = ({ pushed }: SentRecord): SeqRange[] => (pushed === 0 ? [] : [[0, pushed - 1]]);

/** Seqs 0 … pushed − 1 that are not in MongoDB, as far as the ledger lists them. */
function missingSeqs(sent: SentRecord, boot: LedgerBoot | undefined): SeqRange[] {
  if (boot === undefined) return seqsSent(sent);
  // Of an app start that is longer than a ledger the first fixes are not looked at.
  const from = boot.partial ? boot.lowestSeq : 0;
  const stored = without([[boot.lowestSeq, boot.highestSeq]], boot.missing);
  return without(
    seqsSent(sent).map(([, to]): SeqRange => [from, to]),
    stored,
  );
}

/** Missing seqs that the ledger counts and does not list, less those that may be unacknowledged: certainly acknowledged. */
function unlistedMissing(boot: LedgerBoot | undefined, unacked: readonly SeqRange[]): number {
  const last = boot?.missing.at(-1);
  if (boot === undefined || last === undefined || boot.missingRanges <= boot.missing.length) return 0;
  const unlisted = boot.missingSeqs - countOf(boot.missing);
  return Math.max(0, unlisted - countOf(inBoth(unacked, [[last[1] + 1, boot.highestSeq]])));
}
