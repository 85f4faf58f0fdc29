import { LIMITS, type WireFix } from '@rideline/contract';
import { expect, it } from 'vitest';
import { SeqRanges } from '../fixes/seq-ranges.ts';
import { blocksOf, costOfFixes } from './fix-budget.ts';
import { blockOf } from './track-block.ts';

const HOUR_SECONDS = 3600;
const fixes = (seqs: readonly number[]): WireFix[] => seqs.map((seq) => [seq, 0, 1, 1]);
const span = (from: number, count: number, stride = 1) =>
  Array.from({ length: count }, (_, at) => from + at * stride);

/** What a phone pays that sends the seqs in frames of `perFrame`. */
function costInFrames(seqs: readonly number[], perFrame: number): number {
  const taken = new SeqRanges();
  const blocks = new SeqRanges();
  let cost = 0;
  for (let at = 0; at < seqs.length; at += perFrame) {
    const frame = seqs.slice(at, at + perFrame);
    cost += costOfFixes(fixes(frame), taken, blocks);
    for (const seq of frame) {
      taken.add(seq);
      blocks.add(blockOf(seq));
    }
  }
  return cost;
}

it('LIM-27: a fix costs one and the first of a block of 64 seqs 16 more, however the seqs are split into frames', () => {
  for (const perFrame of [1, 5, 64, 200]) expect(costInFrames(span(0, 640), perFrame)).toBe(640 + 10 * 16);
  expect(costInFrames(span(5, 64), 200)).toBe(64 + 2 * 16);
});

it('LIM-27: fixes that were taken before cost nothing, and a new one between them only itself', () => {
  const taken = SeqRanges.from([[0, 9]]);
  const blocks = blocksOf([[0, 9]], -1);
  expect(costOfFixes(fixes([0, 9]), taken, blocks)).toBe(0);
  expect(costOfFixes(fixes([9, 10]), taken, blocks)).toBe(1);
});

it('LIM-27: the burst takes the full outbox of the SDK, and a day at 1 Hz is through within an hour', () => {
  const outbox = 20_000;
  expect(costInFrames(span(0, outbox), LIMITS.fixesPerFrame)).toBeLessThanOrEqual(LIMITS.driverFixesBurst);
  const day = costInFrames(span(0, 24 * HOUR_SECONDS), LIMITS.fixesPerFrame);
  expect((day - LIMITS.driverFixesBurst) / LIMITS.driverFixesPerSecond).toBeLessThan(HOUR_SECONDS);
});

it('LIM-28: seqs that rise by 64 make fewer than 2,000 track documents at once and two a second after that', () => {
  const each = costInFrames(span(64, 200, 64), 200) / 200;
  expect(LIMITS.driverFixesBurst / each).toBeLessThan(2000);
  expect(LIMITS.driverFixesPerSecond / each).toBeLessThan(2);
});

it('LIM-28: the blocks of what is durable are known, but not those below the last one, which the phone may have given up', () => {
  const blocks = blocksOf([[640, 800]], 200);
  const cost = (seq: number) => costOfFixes(fixes([seq]), new SeqRanges(), blocks);
  expect([201, 255, 640, 700, 831].map(cost)).toEqual([1, 1, 1, 1, 1]);
  expect([0, 191, 256, 639, 832].map(cost)).toEqual([17, 17, 17, 17, 17]);
});
