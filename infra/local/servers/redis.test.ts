import { expect, test } from 'vitest';
import { redisConfig } from './redis.ts';

test('OPS-30: log and state never evict and append every write; the cache may forget', () => {
  for (const name of ['redis-log', 'redis-state'] as const) {
    const text = redisConfig(name, 7000, '/data');
    expect(text).toContain('maxmemory-policy noeviction');
    expect(text).toContain('appendonly yes');
    expect(text).toContain('appendfsync everysec');
    expect(text).toContain('maxmemory 1gb');
  }
  const cache = redisConfig('redis-cache', 7000, '/data');
  expect(cache).toContain('maxmemory-policy allkeys-lru');
  expect(cache).toContain('appendonly no');
});

test('OPS-30: --fsync always is written through', () => {
  expect(redisConfig('redis-log', 7000, '/data', 'always')).toContain('appendfsync always');
});
