import { describe, expect, it } from 'vitest';
import { type Link, type LinkEvent, nextLink, retryDelayMs } from './link-state.ts';

const run = (...events: LinkEvent[]): Link =>
  events.reduce<Link>((link, event, i) => nextLink(link, event, i + 1), { kind: 'connecting' });
const failed = (code: Extract<LinkEvent, { kind: 'failed' }>['code'], retryAtMs = 100): LinkEvent => ({
  kind: 'failed',
  code,
  retryAtMs,
});

describe('link', () => {
  it('MAP-7: a lost connection records since when, counts its attempts and recovers', () => {
    const lost = run({ kind: 'connected' }, failed(null), failed(null, 200));
    expect(lost).toEqual({ kind: 'lost', sinceMs: 2, code: null, retryAtMs: 200, attempts: 1 });
    expect(nextLink(lost, { kind: 'retrying' }, 9)).toMatchObject({ sinceMs: 2, retryAtMs: null });
    expect(nextLink(lost, { kind: 'connected' }, 10)).toEqual({ kind: 'live', sinceMs: 10 });
  });

  it('MAP-7: the reason of a goodbye is kept through the disconnect that follows it', () => {
    expect(run({ kind: 'connected' }, failed('DRAINING'), failed(null))).toMatchObject({ code: 'DRAINING' });
  });

  it('MAP-7: an invalid token requires a new sign-in, and later failures do not hide that', () => {
    const out = run({ kind: 'connected' }, failed('TOKEN_EXPIRED'), failed(null));
    expect(out).toEqual({ kind: 'signed_out', code: 'TOKEN_EXPIRED' });
  });

  it('MAP-7: a failure that a retry cannot fix is reported and not retried', () => {
    expect(run(failed('WRONG_AUDIENCE'))).toMatchObject({ kind: 'refused', code: 'WRONG_AUDIENCE' });
    expect(run(failed('PROTOCOL_UNSUPPORTED'), failed(null))).toMatchObject({ kind: 'refused' });
    expect(run(failed('SCALE_006'))).toMatchObject({ kind: 'lost', code: 'SCALE_006' });
  });

  it('MAP-7: delays double up to 8 s, vary randomly, and are based on the requested delay where it is longer', () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((n) => retryDelayMs(n, undefined, 0.5))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
    expect(retryDelayMs(0, undefined, 0)).toBe(350);
    expect(retryDelayMs(0, undefined, 1)).toBe(650);
    expect(retryDelayMs(0, 30_000, 0.5)).toBe(30_000);
  });
});
