import type { BootId, DriverId, RegionId, Verdict } from '@rideline/contract';
import { expect, it } from 'vitest';
import type { JudgedFix } from '../fixes/fix-record.ts';
import {
  addToBlock,
  BLOCK_SEQS,
  blockOf,
  blockRemainder,
  blockUpsert,
  hasPlausibleTime,
  storedFix,
  type TrackBlock,
  trackId,
  verdictOf,
} from './track-block.ts';

const RETENTION_MS = 1000;
const RECEIVED_AT = Date.UTC(2026, 10, 20);

function fix(seq: number, verdict: Verdict = 'ok', t = Date.UTC(2026, 10, 19) + seq): JudgedFix {
  return { seq, t, lat: 1, lng: 2, speed: 3, heading: 4, accuracy: 5, flags: 0, verdict };
}

function blockWith(...fixes: JudgedFix[]): TrackBlock {
  const block: TrackBlock = {
    region: 'main' as RegionId,
    driverId: 'd' as DriverId,
    boot: 'b' as BootId,
    block: 0,
    lowest: 0,
    fixes: new Map(),
  };
  for (const each of fixes) addToBlock(block, each.seq, storedFix(each, RECEIVED_AT));
  return block;
}

it('HIST-1: a block holds 64 seqs of one boot of one driver', () => {
  expect([0, 63, 64, 2 ** 32 - 1].map(blockOf)).toEqual([0, 0, 1, (2 ** 32 - BLOCK_SEQS) / BLOCK_SEQS]);
  expect(trackId('d' as DriverId, 'b' as BootId, 7)).toBe('d:b:7');
});

it('HIST-1: a fix is stored under its seq as [t, lat, lng, speed, heading, accuracy, flags, receivedAt, verdict]', () => {
  const stored = storedFix(fix(7, 'stale', 123), RECEIVED_AT);
  expect(stored).toEqual([123, 1, 2, 3, 4, 5, 0, RECEIVED_AT, 5]);
  expect(verdictOf(stored)).toBe('stale');
});

it('HIST-2: of two fixes with the same seq the first is kept', () => {
  const block = blockWith(fix(1, 'implausible'), fix(1, 'ok'));
  expect([...block.fixes.values()].map(verdictOf)).toEqual(['implausible']);
});

it('HIST-2: a block is written whole only if none of its seqs is stored, otherwise only the missing seqs', () => {
  const block = blockWith(fix(1), fix(2, 'range'), fix(3));
  expect(blockUpsert(block, RETENTION_MS)).toMatchObject({
    filter: {
      _id: 'd:b:0',
      'f.1': { $exists: false },
      'f.2': { $exists: false },
      'f.3': { $exists: false },
    },
    upsert: true,
  });
  const rest = blockRemainder(block, { '1': [], '3': [] }, RETENTION_MS);
  expect(rest?.filter).toEqual({ _id: 'd:b:0', 'f.2': { $exists: false } });
  expect(Object.keys(rest?.update.$set ?? {})).toEqual(['f.2']);
  expect(rest?.upsert).toBe(true);
  expect(blockRemainder(block, { '1': [], '2': [], '3': [] }, RETENTION_MS)).toBeNull();
});

it('HIST-3: a block spans its plausible times and expires at its receipt plus the retention', () => {
  const times = [fix(1), fix(2), fix(3, 'future', 9e15), fix(4, 'range', 0)];
  const { update } = blockUpsert(blockWith(...times), RETENTION_MS);
  expect(update.$min).toEqual({ tMin: new Date(fix(1).t) });
  expect(update.$max).toEqual({
    tMax: new Date(fix(2).t),
    lowest: 0,
    newestAt: new Date(RECEIVED_AT),
    expireAt: new Date(RECEIVED_AT + RETENTION_MS),
  });
});

it('HIST-3: a block without a plausible time has no span and is stored', () => {
  const { update } = blockUpsert(
    blockWith(fix(1, 'future', Number.MAX_VALUE), fix(2, 'range', 0)),
    RETENTION_MS,
  );
  expect(update.$min).toBeUndefined();
  expect(update.$max).not.toHaveProperty('tMax');
  expect(Object.keys(update.$set ?? {})).toEqual(['f.1', 'f.2']);
});

it.each([
  ['ok', Date.UTC(2008, 4, 17), true],
  ['implausible', Date.UTC(2026, 0, 1), true],
  ['future', Date.UTC(2026, 0, 1), false],
  ['range', Date.UTC(2026, 0, 1), false],
  ['ok', 0, false],
  ['ok', Number.NaN, false],
] as const)(
  'HIST-3: whether the time of a fix with verdict %s at %d is plausible: %s',
  (verdict, t, counts) => {
    expect(hasPlausibleTime(storedFix(fix(1, verdict, t), RECEIVED_AT))).toBe(counts);
  },
);
