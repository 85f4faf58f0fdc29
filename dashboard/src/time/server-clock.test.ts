import { describe, expect, it } from 'vitest';
import {
  betterClock,
  clockFrom,
  domainAt,
  isReplay,
  type ServerClock,
  wasRestarted,
} from './server-clock.ts';

const TRACE = 1_212_800_400_000;
const WALL = 1_795_000_000_000;
const live: ServerClock = { domainMs: WALL, wallMs: WALL, rate: 1, localMs: 5000, roundTripMs: 4 };
const replay: ServerClock = { domainMs: TRACE, wallMs: WALL, rate: 10, localMs: 5000, roundTripMs: 4 };

describe('server clock', () => {
  it('MAP-5: the reply is assumed to be made half a round trip before it arrived', () => {
    const clock = clockFrom({ domainMs: TRACE, wallMs: WALL, rate: 10 }, 1000, 1040);
    expect(domainAt(clock, 1020)).toBe(TRACE);
    expect(domainAt(clock, 2020)).toBe(TRACE + 10_000);
  });

  it('MAP-5: the sample with the shorter round trip is kept, unless it is old or the clock has changed', () => {
    const slower = { ...live, domainMs: WALL + 1000, localMs: 6000, roundTripMs: 80 };
    expect(betterClock(live, slower)).toBe(live);
    expect(betterClock(slower, live)).toBe(live);
    expect(
      betterClock(live, { ...slower, localMs: 5000 + 6 * 60_000, domainMs: WALL + 6 * 60_000 }).roundTripMs,
    ).toBe(80);
    expect(betterClock(live, { ...slower, rate: 2 }).rate).toBe(2);
    expect(betterClock(null, slower)).toBe(slower);
  });

  it('MAP-5: a clock that jumped back is another run of the replay', () => {
    expect(wasRestarted(replay, { ...replay, localMs: 65_000, domainMs: TRACE })).toBe(true);
    expect(wasRestarted(replay, { ...replay, localMs: 65_000, domainMs: TRACE + 600_000 })).toBe(false);
    expect(wasRestarted(null, replay)).toBe(false);
  });

  it('MAP-5: a rate other than 1, or a time far from now, is a replay', () => {
    expect(isReplay(live)).toBe(false);
    expect(isReplay(replay)).toBe(true);
    expect(isReplay({ ...replay, rate: 1 })).toBe(true);
  });
});
