import { expect, test } from 'vitest';
import { isWithinAims, type ProbeResult } from './recovery.ts';

const PROBES = [{ name: 'search', aimMs: 95 }];
const calls = (count: number, about: Partial<ProbeResult> = {}): ProbeResult[] =>
  Array.from({ length: count }, (_, index) => ({
    probe: 'search',
    atMs: 10_000 - index * 100,
    tookMs: 20,
    ok: true,
    ...about,
  }));

test('LOAD-19: five quiet seconds are within the aims', () => {
  expect(isWithinAims(calls(50), PROBES, 10_000)).toBe(true);
});

test('LOAD-19: one failed call in the last five seconds is not; one before them does not count', () => {
  expect(isWithinAims([...calls(50), ...calls(1, { ok: false })], PROBES, 10_000)).toBe(false);
  expect(isWithinAims([...calls(50), ...calls(1, { ok: false, atMs: 4000 })], PROBES, 10_000)).toBe(true);
});

test('LOAD-19: slow answers are not', () => {
  expect(isWithinAims([...calls(40), ...calls(10, { tookMs: 200 })], PROBES, 10_000)).toBe(false);
});

test('LOAD-19: a probe that is hardly answered is not, however well the other ones do', () => {
  expect(isWithinAims(calls(4), PROBES, 10_000)).toBe(false);
  expect(isWithinAims(calls(50), [...PROBES, { name: 'trips', aimMs: 100 }], 10_000)).toBe(false);
});
