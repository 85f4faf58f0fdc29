import type { Ledger, LedgerBoot, SeqRange } from '@rideline/contract';

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

/** Compares one driver. Pure; `ledger` is the body of GET /v1/drivers/:id/ledger. */
export function compareLedger(sent: SentRecord, ledger: Ledger): LedgerFinding {
  const boot = ledger.boots.find((candidate) => candidate.boot === sent.boot);
  const missing = missingSeqs(sent, boot);
  const unacked = new Set(sent.unacknowledged.flatMap(([from, to]) => seqsOf(from, to)));
  const unackedMissing = missing.filter((seq) => unacked.has(seq)).length;
  const inMongo = (boot?.stored ?? 0) + (boot?.refused ?? 0);
  const beyond = boot === undefined ? 0 : Math.max(0, boot.highestSeq - (sent.pushed - 1));
  return {
    driverId: sent.driverId,
    pushed: sent.pushed,
    acked: sent.pushed - sent.dropped - unacked.size,
    stored: boot?.stored ?? 0,
    refused: boot?.refused ?? 0,
    refusedBy: { ...boot?.refusedBy },
    // Dropped fixes are the oldest; they may or may not have arrived before they were dropped.
    ackedMissing: Math.max(0, missing.length - unackedMissing - sent.dropped),
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

/** Seqs 0 … pushed − 1 that are not in MongoDB. */
function missingSeqs(sent: SentRecord, boot: LedgerBoot | undefined): number[] {
  if (boot === undefined) return seqsOf(0, sent.pushed - 1);
  return [
    ...seqsOf(0, Math.min(boot.lowestSeq, sent.pushed) - 1),
    ...boot.missing.flatMap(([from, to]) => seqsOf(from, Math.min(to, sent.pushed - 1))),
    ...seqsOf(boot.highestSeq + 1, sent.pushed - 1),
  ];
}

function seqsOf(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
