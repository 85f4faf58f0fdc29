import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ATTEMPT_MS, CALL_MS, retryAfterMs, retryWaitMs } from './retry.ts';

it('SDK-68: the waits are 2, 4 and 8 s, a quarter more or less, and then there is no other attempt', () => {
  const waits = (random: number) =>
    [1, 2, 3, 4].map((attempts) => retryWaitMs(attempts, undefined, 0, random));
  expect(waits(0)).toEqual([1500, 3000, 6000, undefined]);
  expect(waits(0.5)).toEqual([2000, 4000, 8000, undefined]);
  expect(waits(1)).toEqual([2500, 5000, 10_000, undefined]);
});

it('SDK-68: a time from the server replaces the wait and is never shortened; beyond 30 s the app waits', () => {
  expect([0, 0.5, 1].map((random) => retryWaitMs(1, 8000, 0, random))).toEqual([8000, 9000, 10_000]);
  expect([retryWaitMs(1, 0, 0, 0), retryWaitMs(3, 100, 0, 1)]).toEqual([0, 350]);
  expect([retryWaitMs(1, 30_000, 0, 0), retryWaitMs(1, 30_001, 0, 0)]).toEqual([30_000, undefined]);
});

it('SDK-68: whatever the servers ask for, a call makes four attempts at most and ends within 90 s', () => {
  const asked = fc.option(fc.nat(40_000), { nil: undefined });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const step = fc.record({ asked, random, tookMs: fc.nat(ATTEMPT_MS) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 6, maxLength: 6 }), (steps) => {
      let elapsedMs = 0;
      let attempts = 0;
      for (const one of steps) {
        attempts++;
        elapsedMs += one.tookMs;
        expect(elapsedMs).toBeLessThanOrEqual(CALL_MS);
        const waitMs = retryWaitMs(attempts, one.asked, elapsedMs, one.random);
        if (waitMs === undefined) break;
        expect(waitMs).toBeGreaterThanOrEqual(one.asked ?? 1500);
        elapsedMs += waitMs;
      }
      expect(attempts).toBeLessThanOrEqual(4);
    }),
    { seed: 15, numRuns: 500 },
  );
});

it('SDK-68: `Retry-After` is a number of seconds or a date', () => {
  const wallMs = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  expect(
    ['3', '0', ' 2 ', 'Wed, 21 Oct 2026 07:28:05 GMT', 'Wed, 21 Oct 2026 07:27:00 GMT', '', 'soon', null].map(
      (header) => retryAfterMs(header, wallMs),
    ),
  ).toEqual([3000, 0, 2000, 5000, 0, undefined, undefined, undefined]);
});
