import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ClockErrors, PhoneClock } from './phone-clock.ts';

const RIGHT: ClockErrors = { offsetMs: 0, driftPpm: 0, stopsInSleep: false };
const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const clockWith = (errors: Partial<ClockErrors>) => new PhoneClock({ ...RIGHT, ...errors }, () => 0.5);
const truth = () => performance.timeOrigin + performance.now();

describe('LOAD-50: the clocks of a phone', () => {
  test('the wall clock is wrong by its offset, its drift and its jumps; the monotonic clock by its drift alone', () => {
    const clock = clockWith({ offsetMs: -DAY_MS, driftPpm: 100 });
    vi.advanceTimersByTime(1_000_000);
    expect(clock.monotonicMs()).toBeCloseTo(1_000_100, 0);
    expect(clock.wallMs() - truth()).toBeCloseTo(-DAY_MS + 100, 0);
    const before = clock.monotonicMs();
    clock.jump(DAY_MS);
    expect(clock.wallMs() - truth()).toBeCloseTo(100, 0);
    expect(clock.monotonicMs()).toBe(before);
  });

  test('timers follow neither jumps nor wrong wall clocks', () => {
    const clock = clockWith({ offsetMs: DAY_MS });
    const fired = vi.fn();
    clock.after(1000, fired);
    clock.jump(-DAY_MS);
    vi.advanceTimersByTime(999);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(fired).toHaveBeenCalledOnce();
  });

  test('a suspended app has no timers; those that were due fire when it resumes', () => {
    const clock = clockWith({});
    const fired: string[] = [];
    clock.after(100, () => fired.push('due'));
    clock.after(5000, () => fired.push('later'));
    const cancel = clock.after(100, () => fired.push('cancelled'));
    clock.suspend();
    vi.advanceTimersByTime(3000);
    cancel();
    expect(fired).toEqual([]);
    clock.resume();
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['due']);
    vi.advanceTimersByTime(2000);
    expect(fired).toEqual(['due', 'later']);
  });

  test.for([
    [true, 0],
    [false, 60_000],
  ] as const)('the monotonic clock stands still in sleep: %s', ([stopsInSleep, passedMs]) => {
    const clock = clockWith({ stopsInSleep });
    vi.advanceTimersByTime(1000);
    clock.suspend();
    vi.advanceTimersByTime(60_000);
    expect(clock.monotonicMs()).toBeCloseTo(1000 + passedMs, 0);
    clock.resume();
    vi.advanceTimersByTime(500);
    expect(clock.monotonicMs()).toBeCloseTo(1500 + passedMs, 0);
    expect(clock.wallMs() - truth()).toBeCloseTo(0, 0);
  });

  test('nothing of a killed app fires', () => {
    const clock = clockWith({});
    const fired = vi.fn();
    clock.after(100, fired);
    clock.stop();
    clock.after(100, fired);
    vi.advanceTimersByTime(1000);
    expect(fired).not.toHaveBeenCalled();
  });
});
