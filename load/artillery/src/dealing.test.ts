import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Dealer } from './dealing.ts';

it('LOAD-4: users are dealt to groups by share, so that a small run has all of them', () => {
  const dealer = new Dealer([
    { name: 'drivers', share: 7 },
    { name: 'riders', share: 3 },
  ]);
  const dealt = Array.from({ length: 10 }, () => dealer.next().name);
  expect(dealt.filter((name) => name === 'drivers')).toHaveLength(7);
  expect(dealt.slice(0, 3)).toContain('riders');
  expect(() => new Dealer([{ share: 0 }])).toThrow('more than 0');
});

it('LOAD-4: after each round the shares are exact, and never far from it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (shares) => {
      const groups = shares.map((share, index) => ({ share, index }));
      const dealer = new Dealer(groups);
      const total = shares.reduce((sum, share) => sum + share, 0);
      const counts = shares.map(() => 0);
      for (let user = 1; user <= total * 2; user++) {
        const { index } = dealer.next();
        counts[index] = (counts[index] ?? 0) + 1;
        for (const [at, share] of shares.entries())
          expect(Math.abs((counts[at] ?? 0) - (share / total) * user)).toBeLessThan(shares.length);
        if (user % total === 0) expect(counts).toEqual(shares.map((share) => (share * user) / total));
      }
    }),
  );
});
