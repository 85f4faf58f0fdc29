import { expect, it } from 'vitest';
import { createInProcessCache } from './in-process-cache.ts';

it('CACHE-4: a copy in the process ends with its TTL, with a newer version, and when changes may have been missed', () => {
  let now = 0;
  const cache = createInProcessCache(() => now);
  const put = (version: number) => cache.put('a', { version, value: `v${version}` }, 10);
  put(1);
  expect(cache.get('a')).toEqual({ version: 1, value: 'v1' });
  now = 10;
  expect(cache.get('a')).toBeUndefined();
  put(1);
  cache.raise('a', 2);
  expect(cache.get('a')).toBeUndefined();
  // A read that was in flight when the change arrived.
  put(1);
  expect(cache.get('a')).toBeUndefined();
  put(2);
  expect(cache.get('a')?.version).toBe(2);
  cache.clear();
  expect(cache.get('a')).toBeUndefined();
});

it('CACHE-4: a process holds a bounded number of copies', () => {
  const cache = createInProcessCache(() => 0);
  for (let index = 0; index < 5000; index += 1) cache.put(`k${index}`, { version: 1, value: index }, 10);
  const left = Array.from({ length: 5000 }, (_, index) => cache.get(`k${index}`)).filter(Boolean);
  expect(left).toHaveLength(1000);
});
