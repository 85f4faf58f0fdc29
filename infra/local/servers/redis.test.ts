import { expect, test } from 'vitest';
import { checkRedisVersion, redisConfig } from './redis.ts';

test('OPS-30: log and state never evict and append every write; the cache may lose data', () => {
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

test('OPS-86: a data folder with blanks, quotes and backslashes is one word of redis.conf', () => {
  expect(redisConfig('redis-log', 7000, '/my "data" \\ é')).toContain('dir "/my \\"data\\" \\\\ é"\n');
});

test('OPS-30: --fsync always flushes every write', () => {
  expect(redisConfig('redis-log', 7000, '/data', 'always')).toContain('appendfsync always');
});

test('OPS-37: a Redis without sharded Pub/Sub is refused by its version, with the remedy', () => {
  const text = (version: string): string =>
    `Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64`;
  expect(() => checkRedisVersion('redis-server', text('6.0.16'))).toThrow(
    'is Redis 6.0.16, 7 or newer is needed',
  );
  expect(() => checkRedisVersion('redis-server', 'nonsense')).toThrow('is Redis unknown');
  for (const version of ['7.0.15', '8.2.1', '10.0.0']) checkRedisVersion('redis-server', text(version));
});
