import { LIMITS, locationUpdateSchema, SEQ_MAX } from '@rideline/contract';
import { isLocationUpdate } from '@rideline/realtime/driver/location-frame';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const loose = fc.oneof(
  fc.double({ noNaN: false }),
  fc.integer(),
  fc.constant(null),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(undefined, true, {}, [], 10n),
);
const seq = fc.oneof(
  fc.nat(),
  fc.constantFrom(-1, 0, -0, 0.5, SEQ_MAX, SEQ_MAX + 1, '1', null, Number.NaN, 2 ** 53),
);
const fix = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.nat({ max: 1000 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(seq, fc.array(loose, { maxLength: 10 })).map(([first, rest]) => [first, ...rest]),
  },
  { weight: 1, arbitrary: fc.anything() },
);
const boot = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/) },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom('', 'a\n', 'x'.repeat(65), 5, null)) },
);
const frame = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      { boot, fixes: fc.array(fix, { maxLength: 4 }), lowest: fc.oneof(seq, fc.constant(undefined)) },
      { requiredKeys: ['boot', 'fixes'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { boot, fixes: fc.array(fix, { maxLength: 2 }), extra: fc.anything() },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.anything() },
);

/** Values that can arrive over the network: JSON, and what survives encoding as JSON. */
const fromWire = (value: unknown): unknown => {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

test('SEC-10: the hand-written check of location:update and its schema never disagree', () => {
  let valid = 0;
  fc.assert(
    fc.property(frame, (message) => {
      for (const candidate of [message, fromWire(message)]) {
        const bySchema = locationUpdateSchema.safeParse(candidate).success;
        expect(isLocationUpdate(candidate)).toBe(bySchema);
        if (bySchema) valid++;
      }
    }),
    { numRuns: 20_000 },
  );
  expect(valid).toBeGreaterThan(1000);
});

test('SEC-10: the hand-written check and the schema agree at the limits of a frame', () => {
  const one = [1, 2, 3, 4];
  for (const count of [0, 1, LIMITS.fixesPerFrame, LIMITS.fixesPerFrame + 1]) {
    const message = { boot: 'b', fixes: Array.from({ length: count }, () => one) };
    expect(isLocationUpdate(message)).toBe(locationUpdateSchema.safeParse(message).success);
  }
  for (const text of [
    '{"boot":"b","fixes":[[1,2,3,4]],"__proto__":{}}',
    '{"boot":"b","fixes":[[1,2,3,1e309]]}',
  ]) {
    const message = JSON.parse(text);
    expect(isLocationUpdate(message)).toBe(locationUpdateSchema.safeParse(message).success);
  }
});
