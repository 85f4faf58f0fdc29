import type { BootId, DriverId, RegionId } from '@rideline/contract';
import type { FixRecord } from '@rideline/fleet/fixes/fix-record';
import { expect, it } from 'vitest';
import { BlockBuffer, type HeldEntry } from './block-buffer.ts';

const entry = (id: string): HeldEntry => ({ id, openBlocks: 0, deadLetters: [] });

function record(driver: string, seqs: readonly number[], lowest = 0): FixRecord {
  return {
    driverId: driver as DriverId,
    boot: 'b' as BootId,
    bootIndex: 1,
    status: 'available',
    receivedAt: 5,
    lowest,
    fixes: seqs.map((seq) => ({
      seq,
      t: seq,
      lat: 1,
      lng: 2,
      speed: null,
      heading: null,
      accuracy: null,
      flags: 0,
      verdict: 'ok',
    })),
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

it('HIST-4: a block is due when it holds 64 seqs, or by its age', () => {
  const buffer = new BlockBuffer('main' as RegionId);
  buffer.add(entry('1'), [record('a', range(0, 70)), record('c', [1])], 1000);
  expect(buffer.take(999, 10).map(({ driverId, block }) => [driverId, block])).toEqual([['a', 0]]);
  expect(buffer.take(1000, 10).map(({ driverId, block }) => [driverId, block])).toEqual([
    ['a', 1],
    ['c', 0],
  ]);
  expect(buffer.blocks).toBe(0);
});

it('HIST-4: no more blocks are taken than requested, the oldest first', () => {
  const buffer = new BlockBuffer('main' as RegionId);
  for (const [index, driver] of ['a', 'b', 'c'].entries())
    buffer.add(entry(driver), [record(driver, [1])], index);
  expect(buffer.take(10, 2).map(({ driverId }) => driverId)).toEqual(['a', 'b']);
});

it('HIST-6: an entry waits for every block that holds a fix of it, once each', () => {
  const buffer = new BlockBuffer('main' as RegionId);
  const first = entry('1');
  const second = entry('2');
  buffer.add(first, [record('a', [62, 63, 64, 65]), record('b', [1])], 0);
  buffer.add(second, [record('a', [66])], 0);
  expect([first.openBlocks, second.openBlocks]).toEqual([3, 1]);
  const blocks = buffer.take(0, 10);
  expect(blocks.map(({ entries }) => [...entries].map(({ id }) => id))).toEqual([['1'], ['1', '2'], ['1']]);
});

it('HIST-4: held fixes are counted from arrival to release, repeated ones included', () => {
  const buffer = new BlockBuffer('main' as RegionId);
  buffer.add(entry('1'), [record('a', [1, 2])], 0);
  buffer.add(entry('2'), [record('a', [2, 3])], 0);
  expect(buffer.heldFixes).toBe(4);
  const blocks = buffer.take(0, 10);
  expect(buffer.heldFixes).toBe(4);
  buffer.release(blocks);
  expect(buffer.heldFixes).toBe(0);
});

it('HIST-7: a block keeps the highest `lowest` that it received', () => {
  const buffer = new BlockBuffer('main' as RegionId);
  buffer.add(entry('1'), [record('a', [9], 7), record('a', [10], 3)], 0);
  expect(buffer.take(0, 1)[0]?.lowest).toBe(7);
});
