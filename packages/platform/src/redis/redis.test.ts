import { describe, expect, it } from 'vitest';
import { parseClusterUrl } from './redis.ts';

describe('redis', () => {
  it('DEG-1: the address of a Redis Cluster names nodes, and may carry user, password and TLS', () => {
    expect(parseClusterUrl('redis://localhost:6379')).toBeNull();
    expect(parseClusterUrl('redis-cluster://a:7000,b:7001')).toEqual({
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 7001 },
      ],
    });
    expect(parseClusterUrl('redis-cluster://:p%40ss@a:7000')).toEqual({
      nodes: [{ host: 'a', port: 7000 }],
      password: 'p@ss',
    });
    expect(parseClusterUrl('rediss-cluster://me:secret@a:7000')).toEqual({
      nodes: [{ host: 'a', port: 7000 }],
      username: 'me',
      password: 'secret',
      tls: {},
    });
  });
});
