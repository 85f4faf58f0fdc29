import type { BootId } from '@rideline/contract';
import { expect, test } from 'vitest';
import { BootProgress } from './boot-progress.ts';

const BOOT = 'boot' as BootId;

test('FIX-5: a taken fix is not yet received; the acknowledgement contains received fixes only', () => {
  const progress = new BootProgress(BOOT, undefined);
  expect(progress.ack()).toEqual({ boot: BOOT, received: -1, durable: -1, gaps: [] });
  progress.take(0);
  progress.take(1);
  expect([progress.isTaken(1), progress.hasReceived(1), progress.isTaken(2)]).toEqual([true, false, false]);
  expect(progress.ack().received).toBe(-1);
  progress.receive(0, 0, null);
  progress.receive(0, 0, [3, 5]);
  expect(progress.ack()).toEqual({
    boot: BOOT,
    received: 5,
    durable: -1,
    gaps: [
      [1, 2],
      [4, 4],
    ],
  });
});

test('FIX-14: durable only rises and covers everything below it; what the phone gave up is not a gap', () => {
  const progress = new BootProgress(BOOT, { boot: BOOT, index: 2, durable: 4, ranges: [[7, 8]] });
  expect(progress.ack()).toEqual({ boot: BOOT, received: 8, durable: 4, gaps: [[5, 6]] });
  expect(progress.raiseDurable(3)).toBe(false);
  expect(progress.raiseDurable(5)).toBe(true);
  progress.giveUpBelow(7);
  progress.giveUpBelow(2);
  expect(progress.ack()).toEqual({ boot: BOOT, received: 8, durable: 5, gaps: [] });
  expect(progress.isTaken(6)).toBe(true);
});

test('FIX-24: while the first seqs of a boot are missing, the acknowledgement names `lowest`; they may still come', () => {
  const progress = new BootProgress(BOOT, undefined);
  progress.receive(7, 7, null);
  expect(progress.ack()).toEqual({
    boot: BOOT,
    received: 7,
    durable: -1,
    gaps: [[0, 6]],
    detail: expect.stringMatching(/^lowest: seqs 0 to 6 .* lowest: 7$/),
  });
  expect(progress.isTaken(3)).toBe(false);
  progress.receive(0, 6, null);
  expect(progress.ack()).toEqual({ boot: BOOT, received: 7, durable: -1, gaps: [] });
});

test('LIM-28: a block of which the phone gave up the first seqs costs as much as any other', () => {
  const progress = new BootProgress(BOOT, undefined);
  for (let block = 1; block <= 100; block += 1) {
    const seq = block * 64 + 1;
    progress.giveUpBelow(seq);
    expect(progress.costOf([[seq, 0, 1, 1]])).toBe(17);
    progress.take(seq);
    expect(progress.costOf([[seq + 1, 0, 1, 1]])).toBe(1);
  }
});

test('LIM-28: a connection that continues a boot does not pay again for the block that the boot has reached', () => {
  const progress = new BootProgress(BOOT, { boot: BOOT, index: 1, durable: 100, ranges: [[320, 330]] });
  expect(progress.costOf([[101, 0, 1, 1]])).toBe(1);
  expect(progress.costOf([[331, 0, 1, 1]])).toBe(1);
  expect(progress.costOf([[128, 0, 1, 1]])).toBe(17);
});
