import { describe, expect, it } from 'vitest';
import { addressKey } from './limit-keys.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

describe('keys of limits', () => {
  it('LIM-23: addresses of one IPv6 network count as one, others separately; no key has an address in plain text', () => {
    const same = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:ffff::9',
      '2001:0db8:0001:0002:0:0:0:7',
      '2001:db8:1:2::1%eth0',
    ];
    expect(new Set(same.map(addressKey)).size).toBe(1);
    const apart = ['2001:db8:1:3::1', '::1', '10.0.0.1', '10.0.0.2', '2001:db8:1:2::1'];
    expect(new Set(apart.map(addressKey)).size).toBe(apart.length);
    expect(addressKey('::ffff:10.0.0.1')).toBe(addressKey('10.0.0.1'));
    expect(addressKey('10.0.0.1')).not.toContain('10.0.0.1');
  });

  it("LIM-23: the headers have the policy and the caller's remaining budget", () => {
    const status = {
      limit: 'standard',
      allowed: true,
      points: 100,
      windowSeconds: 60,
      remaining: 7,
      resetMs: 1200,
    } as const;
    expect(rateLimitHeaders(status)).toEqual({
      'RateLimit-Policy': '"standard";q=100;w=60',
      RateLimit: '"standard";r=7;t=2',
    });
  });
});
