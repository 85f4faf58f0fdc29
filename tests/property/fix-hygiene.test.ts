import type { WireFix } from '@rideline/contract';
import { type HygieneMemory, judgeFix } from '@rideline/fleet/fixes/fix-hygiene';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const NOW = 1_211_300_000_000;
const METRES_PER_DEGREE = 111_320;

const loose = fc.oneof(
  fc.double(),
  fc.constantFrom(null, '12', Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 91, 181),
);
const wireFix = fc
  .tuple(
    fc.nat({ max: 50 }),
    fc.oneof(loose, fc.integer({ min: NOW - 100_000, max: NOW + 100_000 })),
    loose,
    loose,
    fc.array(loose, { maxLength: 4 }),
  )
  .map(([seq, t, lat, lng, rest]) => [seq, t, lat, lng, ...rest] as WireFix);

test('FIX-3: whatever a phone sends, hygiene gives a verdict and keeps the seq, and keeps coordinates only if they are valid', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(wireFix, fc.nat({ max: 3 })), { maxLength: 40 }), (fixes) => {
      const memory: HygieneMemory = { newest: null, suspect: null };
      for (const [wire, bootIndex] of fixes) {
        const before = memory.newest;
        const judged = judgeFix(memory, wire, bootIndex, NOW);
        expect(judged.seq).toBe(wire[0]);
        expect(Number.isFinite(judged.t)).toBe(true);
        for (const [value, limit] of [
          [judged.lat, 90],
          [judged.lng, 180],
        ] as const) {
          expect(value === null || Math.abs(value) <= limit).toBe(true);
        }
        if (judged.verdict === 'ok') expect(judged.lat !== null && judged.lng !== null).toBe(true);
        // Only an accepted fix moves the live position, and never backwards.
        if (memory.newest !== before) {
          expect(judged.verdict).toBe('ok');
          const forward =
            before === null ||
            bootIndex > before.bootIndex ||
            (bootIndex === before.bootIndex && judged.seq > before.seq);
          expect(forward).toBe(true);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** A realistic car: up to 40 m/s, stops, gaps of minutes in tunnels, 5 m of noise. */
const honestTrace = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 1, max: 300 }),
      speed: fc.double({ min: 0, max: 40, noNaN: true }),
      turn: fc.double({ min: -1, max: 1, noNaN: true }),
    }),
    {
      minLength: 10,
      maxLength: 100,
    },
  )
  .map((steps) => {
    let [t, lat, lng, course] = [NOW, 37.77, -122.41, 0];
    return steps.map(({ seconds, speed, turn }, seq) => {
      t += seconds * 1000;
      course += turn;
      lat += (Math.cos(course) * speed * seconds) / METRES_PER_DEGREE;
      lng += (Math.sin(course) * speed * seconds) / METRES_PER_DEGREE / Math.cos((lat * Math.PI) / 180);
      return [seq, t, lat, lng, speed] as WireFix;
    });
  });

test('FIX-9: no fix of 200 honest traces with stops, tunnels and gaps is refused', () => {
  fc.assert(
    fc.property(honestTrace, (trace) => {
      const memory: HygieneMemory = { newest: null, suspect: null };
      for (const wire of trace) expect(judgeFix(memory, wire, 1, wire[1] as number).verdict).toBe('ok');
    }),
    { numRuns: 200 },
  );
});
