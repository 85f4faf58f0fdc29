import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

describe('passwords', () => {
  const passwords = createPasswords();

  it('AUTH-1: a password is stored as argon2id with its own salt and at least OWASP’s parameters', async () => {
    const [one, other] = await Promise.all([
      passwords.hash('correct horse'),
      passwords.hash('correct horse'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await passwords.isRight('correct horse', one)).toBe(true);
    expect(await passwords.isRight('correct horses', one)).toBe(false);
    expect(passwords.needsRehash(one)).toBe(false);
  });

  it('AUTH-1: a hash of weaker parameters is accepted and reported as needing a rehash', async () => {
    const weak = await hash('correct horse', {
      algorithm: 2,
      memoryCost: 8192,
      timeCost: 1,
      parallelism: 1,
    });
    expect(await passwords.isRight('correct horse', weak)).toBe(true);
    expect(passwords.needsRehash(weak)).toBe(true);
  });

  it('AUTH-1: the same characters in another encoding are the same password', async () => {
    const stored = await passwords.hash('Zu\u0308rich-2026');
    expect(await passwords.isRight('Z\u00fcrich-2026', stored)).toBe(true);
  });

  it('AUTH-2: a password for an unknown login costs the same work and is never right', async () => {
    await passwords.isRight('warm', undefined);
    const cpuOf = async (work: () => Promise<boolean>) => {
      const before = process.cpuUsage();
      expect(await work()).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const stored = await passwords.hash('correct horse');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 9; round++) {
      known.push(await cpuOf(() => passwords.isRight('wrong', stored)));
      unknown.push(await cpuOf(() => passwords.isRight('wrong', undefined)));
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[4] as number;
    // CPU, not time: a comparison without the hash would cost a thousandth.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
    expect(median(unknown) / median(known)).toBeLessThan(2);
  });

  it('AUTH-3: concurrent hashes and waiting ones are bounded, the rest is shed, and other requests are served', async () => {
    const narrow = createPasswords({ atOnce: 1, mostWaiting: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => narrow.hash('correct horse')));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(6);
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason.code).toBe('SHED');
    expect(await narrow.hash('correct horse')).toContain('argon2id');
  });
});
