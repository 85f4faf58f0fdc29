import { bootIdSchema, driverIdSchema, type Ledger, type SeqRange } from '@rideline/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BootJournal } from './boot-check.ts';
import { compareLedger } from './ledger-check.ts';
import { countOf, merged, without } from './seq-ranges.ts';

const DRIVER = 'd';
const BOOT = 'b';
const names = { at: 1, driverId: DRIVER, boot: BOOT };

/** The ledger of these seqs. */
function ledgerOf(stored: readonly SeqRange[]): Ledger {
  const list = merged(stored);
  const [lowestSeq, highestSeq] = [list[0]?.[0], list.at(-1)?.[1]];
  const ledger: Ledger = {
    driverId: driverIdSchema.parse(DRIVER),
    boots: [],
    verdict: 'complete',
    next: null,
  };
  if (lowestSeq === undefined || highestSeq === undefined) return ledger;
  const missing = without([[lowestSeq, highestSeq]], list);
  const received = countOf(list);
  ledger.boots.push({
    boot: bootIdSchema.parse(BOOT),
    lowestSeq,
    highestSeq,
    received,
    stored: received,
    refused: 0,
    refusedBy: {},
    missing,
    missingSeqs: countOf(missing),
    missingRanges: missing.length,
    partial: false,
    from: '2026-11-30T00:00:00.000Z',
    to: '2026-11-30T00:00:00.000Z',
    verdict: 'complete',
  });
  return ledger;
}

const TAKEN = 40;
const someSeqs = fc.uniqueArray(fc.nat(TAKEN - 1), { maxLength: TAKEN });
const rangesOf = (seqs: readonly number[]) => merged(seqs.map((seq): SeqRange => [seq, seq]));

function endedBoot(unacknowledged: readonly number[], lost: readonly number[]): BootJournal {
  const boot = new BootJournal(DRIVER, BOOT);
  boot.take({ kind: 'fixes.taken', ...names, firstSeq: 0, times: Array.from({ length: TAKEN }, () => 1) });
  boot.take({
    kind: 'boot.ended',
    ...names,
    why: 'closed',
    taken: TAKEN,
    durable: -1,
    received: TAKEN - 1,
    unacknowledged: rangesOf(unacknowledged),
    lost: rangesOf(lost),
    sentAgain: 0,
  });
  return boot;
}

it('LOAD-56: whatever was not acknowledged or was given up may be stored or not; each promised fix that is missing is found', () => {
  fc.assert(
    fc.property(someSeqs, someSeqs, someSeqs, fc.nat(), (open, lost, stored, pick) => {
      const journal = endedBoot(open, lost);
      const free = new Set([...open, ...lost]);
      const promised = Array.from({ length: TAKEN }, (_, seq) => seq).filter((seq) => !free.has(seq));
      expect(journal.promised()).toBe(promised.length);
      const held = [...promised, ...stored.filter((seq) => free.has(seq))];
      const good = compareLedger(journal.sent(), ledgerOf(rangesOf(held)));
      expect(good).toMatchObject({ acked: promised.length, ackedMissing: 0, extra: 0 });
      if (promised.length === 0) return;
      const victim = promised[pick % promised.length];
      const bad = compareLedger(journal.sent(), ledgerOf(rangesOf(held.filter((seq) => seq !== victim))));
      expect(bad).toMatchObject({ ackedMissing: 1, extra: 0 });
    }),
    { seed: 56, numRuns: 300 },
  );
});

it('LOAD-56: a fix that is stored and was never sent is found; not where the journal ends before the app', () => {
  const all: SeqRange[] = [[0, TAKEN]];
  expect(compareLedger(endedBoot([], []).sent(), ledgerOf(all)).extra).toBe(1);
  expect(endedBoot([], []).isComplete).toBe(true);
  expect(new BootJournal(DRIVER, BOOT).isComplete).toBe(false);
});

it('LOAD-62: without the end of an app the newest acknowledgement says what was promised, also when it took something back', () => {
  const boot = new BootJournal(DRIVER, BOOT);
  const ack = { kind: 'fixes.acked', ...names } as const;
  boot.take({ kind: 'fixes.taken', ...names, firstSeq: 0, times: Array.from({ length: 20 }, () => 1) });
  expect(boot.promised()).toBe(0);
  boot.take({ ...ack, received: 9, durable: 2, gaps: [[4, 5]] });
  expect(boot.sent()).toMatchObject({
    pushed: 20,
    unacknowledged: [
      [4, 5],
      [10, 19],
    ],
  });
  boot.take({ ...ack, received: 2, durable: 2, gaps: [] });
  expect(boot.promised()).toBe(3);
});

it('LOAD-56: missing seqs that a ledger counts and does not list count as lost, less those that were never promised', () => {
  const [boot] = ledgerOf([
    [0, 9],
    [12, 12],
    [39, 39],
  ]).boots;
  const unlisted = { ...boot, missing: [[10, 11]], missingRanges: 2, missingSeqs: 28 };
  const ledger = { ...ledgerOf([]), boots: [unlisted] } as Ledger;
  expect(compareLedger(endedBoot([10, 11], []).sent(), ledger).ackedMissing).toBe(26);
  const open = Array.from({ length: 28 }, (_, index) => index + 11);
  expect(compareLedger(endedBoot([10, ...open], []).sent(), ledger).ackedMissing).toBe(0);
});
