import { describe, expect, it } from 'vitest';
import { deviceClock, type SdkClock } from './clock.ts';
import { ServerClock, TIME_VALID_MS } from './server-clock.ts';

function standingClock(): SdkClock & { monotonic: number; wall: number } {
  return {
    ...deviceClock,
    monotonic: 1000,
    wall: 50_000,
    monotonicMs() {
      return this.monotonic;
    },
    wallMs() {
      return this.wall;
    },
  };
}

const answer = (domainMs: number, rate = 1) => ({ domainMs, wallMs: 0, rate });

describe('server clock', () => {
  it('SDK-9: the sample with the shortest round trip is used, and half of its round trip is added to the answer', () => {
    const clock = standingClock();
    const serverClock = new ServerClock(clock);
    serverClock.adopt([
      { sentMs: 0, receivedMs: 400, answer: answer(9_999_999) },
      { sentMs: 900, receivedMs: 920, answer: answer(2_000_000) },
      { sentMs: 930, receivedMs: 1000, answer: answer(1_234_567) },
    ]);
    expect(serverClock.roundTripMs).toBe(20);
    expect(serverClock.now()).toBe(2_000_010 + 80);
  });

  it('SDK-9: the estimate follows the domain clock’s rate and the monotonic clock, not the phone’s wall clock', () => {
    const clock = standingClock();
    const serverClock = new ServerClock(clock);
    serverClock.adopt([{ sentMs: 1000, receivedMs: 1000, answer: answer(5_000_000, 10) }]);
    clock.wall += 86_400_000;
    clock.monotonic += 200;
    expect(serverClock.now()).toBe(5_002_000);
    expect(serverClock.at(900)).toBe(4_999_000);
  });

  it('SDK-9: the phone’s clock is used before the first answer; a sample expires', () => {
    const clock = standingClock();
    const serverClock = new ServerClock(clock);
    expect(serverClock.synced).toBe(false);
    expect(serverClock.at(clock.monotonic - 300)).toBe(49_700);
    serverClock.adopt([{ sentMs: 1000, receivedMs: 1000, answer: answer(1) }]);
    expect(serverClock.due).toBe(false);
    clock.monotonic += TIME_VALID_MS;
    expect(serverClock.due).toBe(true);
  });

  it('SDK-38: time that the monotonic clock misses in sleep, or a wall clock that is set, puts the estimate in doubt until the next sample', () => {
    const clock = standingClock();
    const serverClock = new ServerClock(clock);
    expect(serverClock.inDoubt).toBe(false);
    serverClock.adopt([{ sentMs: 1000, receivedMs: 1000, answer: answer(5_000_000) }]);
    clock.wall += 1200;
    clock.monotonic += 200;
    expect([serverClock.inDoubt, serverClock.due]).toEqual([false, false]);
    // Asleep for half a minute.
    clock.wall += 30_000;
    expect([serverClock.inDoubt, serverClock.due]).toEqual([true, true]);
    serverClock.adopt([{ sentMs: 1200, receivedMs: 1200, answer: answer(5_031_200) }]);
    expect(serverClock.inDoubt).toBe(false);
    expect(serverClock.now()).toBe(5_031_200);
    clock.wall -= 86_400_000;
    expect(serverClock.inDoubt).toBe(true);
  });

  it('SDK-38: samples from before the clocks moved apart do not count, however short their round trips', () => {
    const clock = standingClock();
    const serverClock = new ServerClock(clock);
    serverClock.adopt([
      { sentMs: 990, receivedMs: 991, answer: answer(1_000_000), aheadMs: 10_000 },
      { sentMs: 900, receivedMs: 1000, answer: answer(2_000_000), aheadMs: 49_000 },
    ]);
    expect(serverClock.now()).toBe(2_000_050);
  });
});
