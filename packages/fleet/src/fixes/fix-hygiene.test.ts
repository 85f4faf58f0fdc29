import { FIX_FLAGS, type WireFix } from '@rideline/contract';
import { describe, expect, test } from 'vitest';
import { type HygieneMemory, judgeFix } from './fix-hygiene.ts';

const NOW = 1_211_300_000_000;
const BOOT = 1;
const LAT = 37.77;
const LNG = -122.41;
/** Degrees of latitude that are about one metre. */
const METRE = 1 / 111_320;

const empty = (): HygieneMemory => ({ newest: null, suspect: null });

function fix(
  seq: number,
  changes: { t?: unknown; lat?: unknown; lng?: unknown; rest?: unknown[] } = {},
): WireFix {
  const { t = NOW + seq * 1000, lat = LAT, lng = LNG, rest = [] } = changes;
  return [seq, t, lat, lng, ...rest] as WireFix;
}

const judge = (memory: HygieneMemory, wire: WireFix, bootIndex = BOOT, nowMs = NOW + 60_000) =>
  judgeFix(memory, wire, bootIndex, nowMs);

describe('FIX-6: a fix with an impossible value is refused, and that value is not kept as a coordinate', () => {
  test.each([
    ['latitude above 90', fix(1, { lat: 90.001 }), 'range', { lat: null, lng: LNG }],
    ['longitude below -180', fix(1, { lng: -180.5 }), 'range', { lat: LAT, lng: null }],
    ['null for a latitude', fix(1, { lat: null }), 'range', { lat: null, lng: LNG }],
    ['NaN', fix(1, { lng: Number.NaN }), 'range', { lat: LAT, lng: null }],
    ['infinite', fix(1, { lat: Number.POSITIVE_INFINITY }), 'range', { lat: null, lng: LNG }],
    ['a number as text', fix(1, { lat: '37.77' }), 'range', { lat: null, lng: LNG }],
    ['no time', fix(1, { t: null }), 'range', { t: 0 }],
    ['a time before 1970', fix(1, { t: -5 }), 'range', { t: 0 }],
    ['an accuracy of −1', fix(1, { rest: [5, 90, -1] }), 'range', { accuracy: null }],
    ['a speed as text', fix(1, { rest: ['5'] }), 'range', { speed: null }],
    ['null island', fix(1, { lat: 0, lng: 0 }), 'null_island', { lat: 0, lng: 0 }],
    ['a mock provider', fix(1, { rest: [5, 90, 5, FIX_FLAGS.mock] }), 'mock', { flags: 1 }],
    ['an accuracy of 5 km', fix(1, { rest: [5, 90, 5000] }), 'accuracy', { accuracy: 5000 }],
    ['a time 10 min ahead', fix(1, { t: NOW + 660_001 }), 'future', {}],
    ['a time 25 h back', fix(1, { t: NOW - 25 * 3600_000 }), 'stale', {}],
  ])('%s', (_, wire, verdict, kept) => {
    const memory = empty();
    expect(judge(memory, wire)).toMatchObject({ seq: 1, verdict, ...kept });
    expect(memory).toEqual(empty());
  });
});

test('FIX-6: a value that the phone did not measure is null, and the fix stays ok', () => {
  expect(judge(empty(), fix(1, { rest: [-1, -1, null, null] }))).toMatchObject({
    verdict: 'ok',
    speed: null,
    heading: null,
    accuracy: null,
    flags: 0,
  });
  for (const speed of [1e308, 65_535, 655.35, 100.01, Number.POSITIVE_INFINITY])
    expect(judge(empty(), fix(1, { rest: [speed] }))).toMatchObject({ verdict: 'ok', speed: null });
  expect(judge(empty(), fix(1, { rest: [70] }))).toMatchObject({ verdict: 'ok', speed: 70 });
  expect(judge(empty(), fix(1, { rest: [3, 360] }))).toMatchObject({ verdict: 'ok', heading: 0 });
  expect(judge(empty(), fix(1))).toMatchObject({ verdict: 'ok', speed: null });
});

test('FIX-7: a fix older than the live one is late: its verdict is ok, and the live position stays', () => {
  const memory = empty();
  judge(memory, fix(10));
  const { newest } = memory;
  // Would be a jump if it were measured against the live position.
  expect(judge(memory, fix(9, { lat: LAT + 1 })).verdict).toBe('ok');
  expect(judge(memory, fix(500, { lat: LAT + 1, t: NOW }), BOOT - 1).verdict).toBe('ok');
  expect(memory.newest).toBe(newest);
  expect(judge(memory, fix(0, { t: NOW + 10_000 }), BOOT + 1).verdict).toBe('duplicate');
  expect(judge(memory, fix(1, { lat: LAT + METRE }), BOOT + 1).verdict).toBe('ok');
  expect(memory.newest).toMatchObject({ bootIndex: BOOT + 1, seq: 1 });
});

test('FIX-8: the same place at the same time under a higher seq is a duplicate; a parked car is not', () => {
  const memory = empty();
  judge(memory, fix(1, { t: NOW }));
  expect(judge(memory, fix(2, { t: NOW })).verdict).toBe('duplicate');
  expect(judge(memory, fix(3, { t: NOW + 1000 })).verdict).toBe('ok');
});

describe('FIX-9: a jump faster than 45 m/s is refused until the next fix confirms it', () => {
  const far = LAT + 5000 * METRE;

  test('of good fixes around a bad one only the bad one is refused', () => {
    const memory = empty();
    expect(judge(memory, fix(1)).verdict).toBe('ok');
    expect(judge(memory, fix(2, { lat: far })).verdict).toBe('implausible');
    expect(judge(memory, fix(3, { lat: LAT + 10 * METRE })).verdict).toBe('ok');
    expect(memory.suspect).toBeNull();
  });

  test('after a tunnel the second fix is accepted and becomes the new reference', () => {
    const memory = empty();
    judge(memory, fix(1));
    expect(judge(memory, fix(2, { lat: far })).verdict).toBe('implausible');
    expect(judge(memory, fix(3, { lat: far + 10 * METRE })).verdict).toBe('ok');
    expect(memory.newest).toMatchObject({ seq: 3 });
    expect(judge(memory, fix(4, { lat: far + 20 * METRE })).verdict).toBe('ok');
  });

  test('the same bad fix again does not confirm itself', () => {
    const memory = empty();
    judge(memory, fix(1));
    expect(judge(memory, fix(2, { lat: far, t: NOW + 2000 })).verdict).toBe('implausible');
    expect(judge(memory, fix(3, { lat: far, t: NOW + 2000 })).verdict).toBe('implausible');
    expect(judge(memory, fix(4, { lat: LAT + METRE })).verdict).toBe('ok');
  });

  test('300 km/h for minutes is never accepted', () => {
    const memory = empty();
    judge(memory, fix(1));
    for (let seq = 2; seq < 120; seq++) {
      expect(judge(memory, fix(seq, { lat: LAT + seq * 83 * METRE }), BOOT, NOW + 200_000).verdict).toBe(
        'implausible',
      );
    }
    expect(memory.newest).toMatchObject({ seq: 1 });
  });

  test('50 km after an hour without fixes is not a jump; neither is noise between two fixes 10 ms apart', () => {
    const memory = empty();
    judge(memory, fix(1, { t: NOW - 3600_000 }));
    expect(judge(memory, fix(2, { lat: LAT + 50_000 * METRE, t: NOW })).verdict).toBe('ok');
    expect(judge(memory, fix(3, { lat: LAT + 50_030 * METRE, t: NOW + 10 })).verdict).toBe('ok');
  });

  test('crossing the antimeridian is not a jump', () => {
    const memory = empty();
    judge(memory, fix(1, { lat: -16.8, lng: 179.9999 }));
    expect(judge(memory, fix(2, { lat: -16.8, lng: -179.9999 })).verdict).toBe('ok');
  });
});

test('FIX-30: a time that is 1,024 weeks back is corrected before it is judged, and the fix says so', () => {
  const weeks = 1024 * 7 * 86_400_000;
  const memory = empty();
  expect(judge(memory, fix(1))).toMatchObject({ verdict: 'ok', flags: 0 });
  const corrected = judge(memory, fix(2, { t: NOW + 2000 - weeks, rest: [5, 90, 5, FIX_FLAGS.still] }));
  expect(corrected).toMatchObject({
    verdict: 'ok',
    t: NOW + 2000,
    flags: FIX_FLAGS.still | FIX_FLAGS.rollover,
  });
  expect(memory.newest).toMatchObject({ seq: 2, t: NOW + 2000 });
  // More than a day off after the correction: it is not a rollover.
  for (const off of [86_400_000 * 2, -86_400_000 * 2])
    expect(judge(memory, fix(3, { t: NOW + off - weeks }))).toMatchObject({ verdict: 'stale', flags: 0 });
});
