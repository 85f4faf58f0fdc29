import { LAST_ANSWERS, STALE_POLICY } from '@rideline/api/cache/stale-policy';
import { expect, it } from 'vitest';
import { declaredRoutes } from './declared-routes.ts';

const reads = declaredRoutes().filter(({ method }) => method === 'get');
const FIVE_MINUTES_MS = 300_000;

it('CACHE-23: every GET route says what it answers while MongoDB does not, and no other path does', () => {
  expect(Object.keys(STALE_POLICY).sort()).toEqual(reads.map(({ path }) => path).sort());
});

it('CACHE-23: a route that declares a cache is answered by that cache, and no other route is', () => {
  for (const { path, cache } of reads) {
    const policy = STALE_POLICY[path];
    if (policy?.kind === 'cache') expect(policy.cache).toBe(cache);
    if (policy?.kind === 'last-answer') expect(cache).toBeUndefined();
  }
});

it('CACHE-23: money, access and evidence have no stale answer, and no last answer is older than 5 minutes', () => {
  const stale = Object.entries(STALE_POLICY).filter(([, { kind }]) => kind !== 'never');
  for (const [path] of stale) expect(path).not.toMatch(/fare|finance|limit|revocation|token|ledger|audit/);
  for (const { forMs } of Object.values(LAST_ANSWERS)) expect(forMs).toBeLessThanOrEqual(FIVE_MINUTES_MS);
});
