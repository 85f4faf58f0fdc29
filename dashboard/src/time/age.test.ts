import { describe, expect, it } from 'vitest';
import { ageLimits, ageTier, domainAgeMs, formatAge, formatLatency, wallAgeMs } from './age.ts';
import type { ServerClock } from './server-clock.ts';

const TRACE = 1_212_800_400_000;
const WALL = 1_795_000_000_000;
const live: ServerClock = { domainMs: WALL, wallMs: WALL, rate: 1, localMs: 5000, roundTripMs: 4 };
const replay: ServerClock = { domainMs: TRACE, wallMs: WALL, rate: 10, localMs: 5000, roundTripMs: 4 };

describe('age', () => {
  it('MAP-6: at x10 a cab that was silent for a minute of the trace is 6 s old', () => {
    expect(domainAgeMs(replay, TRACE - 60_000, 5000)).toBe(60_000);
    expect(wallAgeMs(replay, TRACE - 60_000, 5000)).toBe(6000);
    expect(wallAgeMs(replay, TRACE + 9000, 5000)).toBe(0);
  });

  it('MAP-6: faded above 10 s and ringed above 60 s; in a replay above 90 s and 180 s of the trace', () => {
    const tiers = (clock: ServerClock) =>
      [10_000, 10_001, 60_000, 60_001, 90_001, 180_001].map((ms) => ageTier(ms, ageLimits(clock)));
    expect(tiers(live)).toEqual([0, 1, 1, 2, 2, 2]);
    expect(tiers(replay)).toEqual([0, 0, 0, 0, 1, 2]);
    expect(ageLimits(null)).toEqual(ageLimits(live));
  });

  it('MAP-6: ages are short and always carry their unit', () => {
    expect([0, 999, 59_999, 60_000, 3_599_999, 3_900_000, 90_000_000].map(formatAge)).toEqual([
      '0 s',
      '0 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h 05',
      '1 d',
    ]);
    expect([3.4, 999, 1240, 14_200].map(formatLatency)).toEqual(['3 ms', '999 ms', '1.2 s', '14 s']);
  });
});
