import type { LimiterStatus, RequestLimiter } from '@rideline/platform/limits/request-limiter';
import { REQUEST_LIMITS } from '@rideline/platform/limits/request-limits';
import { describe, expect, it } from 'vitest';
import { createAdmission } from '../limits/admission.ts';
import { networkKey } from '../limits/limit-keys.ts';
import { createSignInLimits } from './sign-in-limits.ts';

function limiterInMemory(): RequestLimiter {
  const counts = new Map<string, number>();
  return {
    async count(limit, key): Promise<LimiterStatus> {
      const { points, windowSeconds } = REQUEST_LIMITS[limit];
      const count = (counts.get(limit + key) ?? 0) + 1;
      counts.set(limit + key, count);
      return { limit, allowed: count <= points, points, windowSeconds, remaining: 0, resetMs: 900_000 };
    },
    async giveBack(limit, key) {
      counts.set(limit + key, (counts.get(limit + key) ?? 0) - 1);
    },
    async forget(limit, key) {
      counts.delete(limit + key);
    },
  };
}

/** An account `ada` with a password, and the routes' order of calls. */
function signInWorld() {
  const limiter = limiterInMemory();
  const [admission, limits] = [createAdmission(limiter), createSignInLimits(limiter)];
  const known: string[] = [];
  return async (address: string, right: boolean, account = 'ada'): Promise<string> => {
    try {
      await admission.admit('sign-in', undefined, address, () => undefined);
      await limits.count({
        account,
        address,
        isKnown: async (network) => known.includes(network),
      });
    } catch (error) {
      return (error as { code: string }).code;
    }
    if (!right) return 'wrong';
    await limits.succeeded({ account, address });
    known.push(networkKey(account, address));
    return 'ok';
  };
}

describe('SEC-33: attempts to sign in', () => {
  it('SEC-33: an office of a hundred people behind one address signs in, and a guesser there is stopped', async () => {
    const attempt = signInWorld();
    for (let person = 0; person < 100; person += 1)
      expect(await attempt('10.0.0.1', true, `p-${person}`)).toBe('ok');
    const ends = [];
    for (let guess = 0; guess < 40; guess += 1) ends.push(await attempt('10.0.0.1', false, `q-${guess}`));
    expect(ends.filter((end) => end === 'wrong')).toHaveLength(30);
  });

  it('SEC-33: all attempts of one address are bounded too', async () => {
    const attempt = signInWorld();
    const ends = [];
    for (let time = 0; time < 610; time += 1) ends.push(await attempt('10.0.0.1', true));
    expect(ends.filter((end) => end === 'ok')).toHaveLength(600);
  });

  it("SEC-33: strangers' wrong passwords lock an account against strangers and not on a network that it knows", async () => {
    const attempt = signInWorld();
    expect(await attempt('192.0.2.1', true)).toBe('ok');
    const guesses = [];
    for (let guess = 0; guess < 15; guess += 1) guesses.push(await attempt(`198.51.100.${guess}`, false));
    expect(guesses.filter((end) => end === 'wrong')).toHaveLength(10);
    expect(await attempt('198.51.100.200', true)).toBe('SCALE_003');
    expect(await attempt('192.0.2.1', true)).toBe('ok');
  });

  it('SEC-33: a guesser on a network that the account knows has ten attempts there', async () => {
    const attempt = signInWorld();
    await attempt('192.0.2.1', true);
    const guesses = [];
    for (let guess = 0; guess < 25; guess += 1) guesses.push(await attempt('192.0.2.1', false));
    expect(guesses.filter((end) => end === 'wrong')).toHaveLength(20);
  });
});
