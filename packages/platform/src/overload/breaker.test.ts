import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Breaker, BreakerOpen, type BreakerState, createBreaker } from './breaker.ts';

class Away extends Error {}
const OPEN_MS = 30_000;

function make(): { breaker: Breaker; states: BreakerState[] } {
  const states: BreakerState[] = [];
  const breaker = createBreaker({
    openMs: OPEN_MS,
    isFailure: (error) => error instanceof Away,
    onState: (state) => states.push(state),
  });
  return { breaker, states };
}
const fails = async (): Promise<never> => {
  throw new Away('away');
};
const refuses = async (): Promise<never> => {
  throw new Error('not found');
};
const works = async () => 'good';
async function times(count: number, breaker: Breaker, work: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await breaker.run(work).catch(() => undefined);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('breaker', () => {
  it('DEG-20: opens at the fiftieth failure, if half of the calls failed, and then makes no calls', async () => {
    const { breaker } = make();
    await times(49, breaker, fails);
    expect(breaker.state()).toBe('closed');
    await times(1, breaker, fails);
    expect(breaker.state()).toBe('open');
    let asked = 0;
    const counted = async () => {
      asked += 1;
    };
    await expect(breaker.run(counted)).rejects.toThrow(BreakerOpen);
    expect(asked).toBe(0);
    expect(breaker.retryAfterMs()).toBeGreaterThan(0);
  });

  it('DEG-20: fifty failures among more successes leave it closed; a refusal is a valid response', async () => {
    const { breaker } = make();
    await times(60, breaker, works);
    await times(55, breaker, fails);
    await times(200, breaker, refuses);
    expect(breaker.state()).toBe('closed');
  });

  it('DEG-20: after the open time one trial call is made: a failure opens it again, a success closes it', async () => {
    const { breaker, states } = make();
    await times(50, breaker, fails);
    vi.advanceTimersByTime(OPEN_MS - 1);
    expect(breaker.state()).toBe('open');
    vi.advanceTimersByTime(1);
    expect(breaker.state()).toBe('half-open');
    await times(1, breaker, fails);
    expect(breaker.state()).toBe('open');
    vi.advanceTimersByTime(OPEN_MS);
    expect(breaker.state()).toBe('half-open');
    const trial = Promise.withResolvers<string>();
    const slow = breaker.run(() => trial.promise);
    // Other calls are refused until the trial call has settled.
    await expect(breaker.run(works)).rejects.toThrow(BreakerOpen);
    trial.resolve('good');
    expect(await slow).toBe('good');
    expect(await breaker.run(works)).toBe('good');
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  it('DEG-31: a call that began before the circuit changed neither opens nor closes it, and its caller gets its own error', async () => {
    const { breaker, states } = make();
    const late = Promise.withResolvers<never>();
    const lateCall = breaker.run(() => late.promise);
    await times(50, breaker, fails);
    vi.advanceTimersByTime(OPEN_MS);
    expect(breaker.state()).toBe('half-open');
    const trial = Promise.withResolvers<string>();
    const trialCall = breaker.run(() => trial.promise);
    late.reject(new Away('late'));
    await expect(lateCall).rejects.toThrow('late');
    expect([breaker.state(), breaker.refuses()]).toEqual(['half-open', true]);
    trial.resolve('good');
    await trialCall;
    expect([breaker.state(), breaker.refuses()]).toEqual(['closed', false]);
    expect(states).toEqual(['open', 'half-open', 'closed']);
  });

  it('DEG-31: failures of calls that began before the circuit closed do not open it again', async () => {
    const { breaker } = make();
    const late = Promise.withResolvers<never>();
    const lateCalls = Array.from({ length: 60 }, () => breaker.run(() => late.promise).catch(() => 'late'));
    await times(50, breaker, fails);
    vi.advanceTimersByTime(OPEN_MS);
    expect(breaker.state()).toBe('half-open');
    expect(breaker.refuses()).toBe(false);
    await breaker.run(works);
    late.reject(new Away('late'));
    await Promise.all(lateCalls);
    expect(breaker.state()).toBe('closed');
  });
});
