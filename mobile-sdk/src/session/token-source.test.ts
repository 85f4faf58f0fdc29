import { describe, expect, it, vi } from 'vitest';
import { jsonWebToken } from '../../test/json-web-token.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import { RidelineError } from '../errors/rideline-error.ts';
import { expiryOf } from './token-lifetime.ts';
import { type TokenFunction, tokenFunctionOf } from './token-source.ts';

const LIFE_SECONDS = 900;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An app that gets a new token from its server with each call. */
function newApp(clock: TestClock, serverAheadMs = 0) {
  let issued = 0;
  const ask = vi.fn<TokenFunction>(async () =>
    jsonWebToken(clock.wallMs() + serverAheadMs, LIFE_SECONDS, issued++),
  );
  return { ask, take: tokenFunctionOf(ask, clock) };
}

describe('SDK-65: the token of an attempt', () => {
  it('is the held one while more than a minute is left, and a new one after that', async () => {
    const clock = new TestClock();
    const { ask, take } = newApp(clock);
    const first = await take();
    await clock.pass((LIFE_SECONDS - 60) * 1000 - 1);
    expect(await take()).toBe(first);
    await clock.pass(1);
    const second = await take();
    expect([second === first, ask.mock.calls]).toEqual([false, [[undefined], [first]]]);
  });

  it('is a new one after a sleep that outlasted it, although the monotonic clock and all timers stood still', async () => {
    const clock = new TestClock();
    const { take } = newApp(clock);
    const before = await take();
    clock.sleep(HOUR_MS);
    const after = await take();
    expect(after).not.toBe(before);
    expect(expiryOf(after)).toBeGreaterThan(clock.wallMs());
  });

  it('is never an expired one from a cache of the app that gives out another one when asked', async () => {
    const clock = new TestClock();
    let cached = jsonWebToken(clock.wallMs() - HOUR_MS, LIFE_SECONDS, 'old');
    const take = tokenFunctionOf(async (replaced) => {
      if (replaced === cached) cached = jsonWebToken(clock.wallMs(), LIFE_SECONDS, 'new');
      return cached;
    }, clock);
    for (let dial = 0; dial < 5; dial++) {
      expect(expiryOf(await take())).toBeGreaterThan(clock.wallMs());
      clock.sleep(HOUR_MS);
    }
  });

  it('costs one refresh in a lifetime when the clock of the phone is a day ahead or behind', async () => {
    for (const serverAheadMs of [-DAY_MS, DAY_MS]) {
      const clock = new TestClock();
      const { ask, take } = newApp(clock, serverAheadMs);
      for (let dial = 0; dial < 50; dial++) {
        await take();
        await clock.pass(10_000);
      }
      expect(ask.mock.calls.length).toBeLessThanOrEqual(2);
      await clock.pass(LIFE_SECONDS * 1000);
      await take();
      expect(ask.mock.calls.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('is whatever the app gives when that is no JSON Web Token, until the server refuses it', async () => {
    const clock = new TestClock();
    let given = 0;
    const take = tokenFunctionOf(async () => `opaque-${given++}`, clock);
    expect([await take(), await take()]).toEqual(['opaque-0', 'opaque-0']);
    clock.sleep(DAY_MS);
    expect([await take(), await take('opaque-0'), await take('opaque-0')]).toEqual([
      'opaque-0',
      'opaque-1',
      'opaque-1',
    ]);
  });
});

describe('SDK-66: refreshes', () => {
  it('a hundred reconnects with a valid token cause none', async () => {
    const clock = new TestClock();
    const { ask, take } = newApp(clock);
    for (let dial = 0; dial < 100; dial++) {
      await take();
      await clock.pass(5000);
    }
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('two clients with one function share a refresh, and a refusal that both get', async () => {
    const clock = new TestClock();
    const { ask, take } = newApp(clock);
    const other = tokenFunctionOf(ask, clock);
    const [first] = await Promise.all([take(), other(), other()]);
    expect(ask).toHaveBeenCalledTimes(1);
    const second = await take(first);
    expect([await other(first), ask.mock.calls.length]).toEqual([second, 2]);
  });

  it('a function that never answers is given up after 15 s, and asked again by the next attempt', async () => {
    const clock = new TestClock();
    let isStuck = true;
    const ask = vi.fn<TokenFunction>(() =>
      isStuck ? new Promise(() => undefined) : Promise.resolve('token'),
    );
    const take = tokenFunctionOf(ask, clock);
    const stuck = take().catch((error: unknown) => error);
    await clock.pass(14_999);
    isStuck = false;
    expect(ask).toHaveBeenCalledTimes(1);
    await clock.pass(1);
    expect(await stuck).toMatchObject({ code: 'TIMEOUT', kind: 'transient' });
    expect(await take()).toBe('token');
  });

  it('one that fails leaves the held token in use until it has expired', async () => {
    const clock = new TestClock();
    let fails = false;
    const take = tokenFunctionOf(async () => {
      if (fails) throw new Error('no network');
      return jsonWebToken(clock.wallMs(), LIFE_SECONDS);
    }, clock);
    const first = await take();
    fails = true;
    await clock.pass((LIFE_SECONDS - 30) * 1000);
    expect(await take()).toBe(first);
    await clock.pass(30_000);
    await expect(take()).rejects.toThrow('no network');
  });

  it('a function that throws before it returns a promise fails like one that rejects', async () => {
    const take = tokenFunctionOf(() => {
      throw new RidelineError('TOKEN_REVOKED');
    }, new TestClock());
    await expect(take()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await settle();
  });
});

it('SDK-136: a client that is made later never uses a token from before: the function may be of another person now', async () => {
  const clock = new TestClock();
  let person = 'anna';
  let asked = 0;
  const ask: TokenFunction = async () => jsonWebToken(clock.wallMs(), LIFE_SECONDS, `${person}-${asked++}`);
  const ofAnna = await tokenFunctionOf(ask, clock)();
  person = 'binh';
  expect(await tokenFunctionOf(ask, clock)()).not.toBe(ofAnna);
});

it('SDK-136: a token on its way to an earlier client is not that of a later one', async () => {
  const clock = new TestClock();
  const answers: ((token: string) => void)[] = [];
  const ask: TokenFunction = () => new Promise((resolve) => answers.push(resolve));
  const anna = tokenFunctionOf(ask, clock)();
  await settle();
  const binh = tokenFunctionOf(ask, clock);
  const first = binh();
  await settle();
  const tokens = [
    jsonWebToken(clock.wallMs(), LIFE_SECONDS, 1),
    jsonWebToken(clock.wallMs(), LIFE_SECONDS, 2),
  ];
  answers[1]?.(tokens[1] as string);
  answers[0]?.(tokens[0] as string);
  expect([await anna, await first, await binh()]).toEqual([tokens[0], tokens[1], tokens[1]]);
});
