import { LIMITS, type WireFix } from '@rideline/contract';
import { expect, it } from 'vitest';
import { SeqRanges } from '../fixes/seq-ranges.ts';
import { costOfFixes } from './fix-budget.ts';

const HOUR_SECONDS = 3600;
const fixes = (seqs: readonly number[]): WireFix[] => seqs.map((seq) => [seq, 0, 1, 1]);
const span = (from: number, count: number, stride = 1) =>
  Array.from({ length: count }, (_, at) => from + at * stride);

/** What a phone pays that sends the seqs in frames of `perFrame`. */
function costInFrames(seqs: readonly number[], perFrame: number): number {
  const taken = new SeqRanges();
  let cost = 0;
  for (let at = 0; at < seqs.length; at += perFrame) {
    const frame = seqs.slice(at, at + perFrame);
    cost += costOfFixes(fixes(frame), taken);
    for (const seq of frame) taken.add(seq);
  }
  return cost;
}

it('LIM-27: a fix costs one and the first of a block of 64 seqs 16 more, however the seqs are split into frames', () => {
  for (const perFrame of [1, 5, 64, 200]) expect(costInFrames(span(0, 640), perFrame)).toBe(640 + 10 * 16);
  expect(costInFrames(span(5, 64), 200)).toBe(64 + 2 * 16);
});

it('LIM-27: fixes that were taken before cost nothing, and a new one between them only itself', () => {
  const taken = SeqRanges.from([[0, 9]]);
  expect(costOfFixes(fixes([0, 9]), taken)).toBe(0);
  expect(costOfFixes(fixes([9, 10]), taken)).toBe(1);
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
