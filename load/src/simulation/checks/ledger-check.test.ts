import { bootIdSchema, driverIdSchema, type Ledger } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { compareLedger, type SentRecord, summarizeLedger } from './ledger-check.ts';

const sent: SentRecord = { driverId: 'cab', boot: 'boot', pushed: 10, dropped: 0, unacknowledged: [] };

function ledger(change: Partial<Ledger['boots'][number]> = {}): Ledger {
  const boot: Ledger['boots'][number] = {
    boot: bootIdSchema.parse('boot'),
    lowestSeq: 0,
    highestSeq: 9,
    received: 10,
    stored: 9,
    refused: 1,
    refusedBy: { implausible: 1 },
    missing: [],
    missingSeqs: 0,
    missingRanges: 0,
    partial: false,
    from: '2008-06-07T01:00:00.000Z',
    to: '2008-06-07T01:10:00.000Z',
    verdict: 'complete',
    ...change,
  };
  return { driverId: driverIdSchema.parse('cab'), boots: [boot], verdict: boot.verdict, next: null };
}

describe('ledger check', () => {
  it('OPS-61: sent = acked = stored + refused', () => {
    const finding = compareLedger(sent, ledger());
    expect(finding).toMatchObject({ acked: 10, stored: 9, refused: 1, ackedMissing: 0, extra: 0 });
    expect(summarizeLedger([finding])).toMatchObject({ equal: 1, wrong: [], refusedBy: { implausible: 1 } });
  });

  it('OPS-61: finds an acknowledged fix that is missing in the middle, at the start or at the end', () => {
    expect(compareLedger(sent, ledger({ stored: 8, missing: [[4, 4]] })).ackedMissing).toBe(1);
    expect(compareLedger(sent, ledger({ stored: 7, lowestSeq: 2 })).ackedMissing).toBe(2);
    expect(compareLedger(sent, ledger({ stored: 6, highestSeq: 6 })).ackedMissing).toBe(3);
    expect(compareLedger(sent, { ...ledger(), boots: [] }).ackedMissing).toBe(10);
  });

  it('OPS-61: fixes that were never acknowledged were not promised', () => {
    const open: SentRecord = { ...sent, unacknowledged: [[8, 9]] };
    const finding = compareLedger(open, ledger({ stored: 7, highestSeq: 7 }));
    expect(finding).toMatchObject({ acked: 8, ackedMissing: 0, unackedMissing: 2 });
  });

  it('OPS-61: fixes that the phone dropped were not promised', () => {
    const full: SentRecord = { ...sent, dropped: 2 };
    expect(compareLedger(full, ledger({ stored: 7, lowestSeq: 2 }))).toMatchObject({
      acked: 8,
      ackedMissing: 0,
    });
  });

  it('OPS-61: finds more fixes in MongoDB than were sent', () => {
    expect(compareLedger(sent, ledger({ stored: 10 })).extra).toBe(1);
    expect(compareLedger(sent, ledger({ highestSeq: 12 })).extra).toBe(3);
  });
});
