import { type BootId, type DriverId, ledgerSchema, VERDICTS } from '@rideline/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LedgerTrack, ledgerOf } from './ledger.ts';
import { blockOf } from './track-block.ts';
import type { StoredFix } from './track-collection.ts';

const DRIVER = 'd' as DriverId;
const T = Date.UTC(2026, 10, 20);

const stored = (seq: number, verdict = 0, t = T + seq * 1000): StoredFix => [
  t,
  1,
  2,
  null,
  null,
  null,
  0,
  T + seq,
  verdict,
];

function tracksOf(boot: string, fixes: ReadonlyMap<number, StoredFix>): LedgerTrack[] {
  const blocks = new Map<number, LedgerTrack>();
  for (const [seq, fix] of fixes) {
    const block = blockOf(seq);
    const track = blocks.get(block) ?? { boot: boot as BootId, block, f: {} };
    track.f[seq] = fix;
    blocks.set(block, track);
  }
  return [...blocks.values()];
}

it('HIST-5: for each boot the ledger has the fixes received, those refused and why, and the missing seqs', () => {
  const fixes = new Map([3, 4, 7, 130].map((seq) => [seq, stored(seq, seq === 4 ? 7 : 0)]));
  const ledger = ledgerOf(DRIVER, tracksOf('b1', fixes));
  expect(ledger).toEqual({
    driverId: DRIVER,
    verdict: 'missing',
    next: null,
    boots: [
      {
        boot: 'b1',
        lowestSeq: 3,
        highestSeq: 130,
        received: 4,
        stored: 3,
        refused: 1,
        refusedBy: { implausible: 1 },
        missing: [
          [5, 6],
          [8, 129],
        ],
        missingSeqs: 124,
        missingRanges: 2,
        partial: false,
        from: new Date(T + 3000).toISOString(),
        to: new Date(T + 130_000).toISOString(),
        verdict: 'missing',
      },
    ],
  });
});

it('HIST-5: boots are in the order of their first receipt; without boots the ledger is empty', () => {
  const older = tracksOf('z', new Map([[0, stored(0)]]));
  const newer = tracksOf('a', new Map([[5, stored(5)]]));
  expect(ledgerOf(DRIVER, [...newer, ...older]).boots.map(({ boot }) => boot)).toEqual(['z', 'a']);
  expect(ledgerOf(DRIVER, [])).toEqual({ driverId: DRIVER, boots: [], verdict: 'empty', next: null });
});

it('HIST-5: a boot without a plausible time is dated by its receipt', () => {
  const fixes = new Map([[1, stored(1, VERDICTS.indexOf('future'), 9e15)]]);
  expect(ledgerOf(DRIVER, tracksOf('b', fixes)).boots[0]).toMatchObject({
    from: new Date(T + 1).toISOString(),
    to: new Date(T + 1).toISOString(),
  });
});

const seqs = fc.uniqueArray(fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 })), {
  minLength: 1,
  maxLength: 200,
});

it('HIST-5: stored + refused + missing = highest − lowest + 1, for any seqs in any order', () => {
  const verdict = fc.nat(VERDICTS.length - 1);
  fc.assert(
    fc.property(seqs, fc.array(verdict, { minLength: 200, maxLength: 200 }), (list, verdicts) => {
      const fixes = new Map(list.map((seq, index) => [seq, stored(seq % 1000, verdicts[index])]));
      const tracks = tracksOf('b', fixes);
      const ledger = ledgerOf(DRIVER, tracks.toReversed());
      expect(ledgerSchema.parse(ledger)).toEqual(ledger);
      const [boot] = ledger.boots;
      if (!boot) throw new Error('no boot');
      const missing = boot.missing.reduce((sum, [from, to]) => sum + to - from + 1, 0);
      expect(boot.stored + boot.refused + missing).toBe(boot.highestSeq - boot.lowestSeq + 1);
      expect(boot.received).toBe(list.length);
      expect(Object.values(boot.refusedBy).reduce((sum, count) => sum + count, 0)).toBe(boot.refused);
      expect(ledgerOf(DRIVER, tracks)).toEqual(ledger);
      expect(boot.missingSeqs).toBe(missing);
      expect(boot.missingRanges).toBe(boot.missing.length);
    }),
    { numRuns: 200 },
  );
});

it('HIST-25: of 200,000 gaps the lowest 1,000 are listed and all are counted, in a time that grows with their number', () => {
  const gaps = 200_000;
  const fixes = new Map(Array.from({ length: gaps + 1 }, (_, n) => [n * 2, stored(n * 2)]));
  const [boot] = ledgerOf(DRIVER, tracksOf('b', fixes)).boots;
  expect(boot?.missing).toHaveLength(1000);
  expect(boot?.missing.at(-1)).toEqual([1999, 1999]);
  expect(boot).toMatchObject({ missingRanges: gaps, missingSeqs: gaps, received: gaps + 1 });
  expect(JSON.stringify(boot).length).toBeLessThan(20_000);
});
