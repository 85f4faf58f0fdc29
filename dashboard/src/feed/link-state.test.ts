import { describe, expect, it } from 'vitest';
import { type Link, type LinkEvent, nextLink, retryDelayMs } from './link-state.ts';

const run = (...events: LinkEvent[]): Link =>
  events.reduce<Link>((link, event, i) => nextLink(link, event, i + 1), { kind: 'connecting' });
const failed = (code: Extract<LinkEvent, { kind: 'failed' }>['code'], retryAt = 100): LinkEvent => ({
  kind: 'failed',
  code,
  retryAt,
});

describe('link', () => {
  it('MAP-7: a lost connection says since when, counts its attempts and comes back', () => {
    const lost = run({ kind: 'connected' }, failed(null), failed(null, 200));
    expect(lost).toEqual({ kind: 'lost', since: 2, code: null, retryAt: 200, attempts: 1 });
    expect(nextLink(lost, { kind: 'retrying' }, 9)).toMatchObject({ since: 2, retryAt: null });
    expect(nextLink(lost, { kind: 'connected' }, 10)).toEqual({ kind: 'live', since: 10 });
  });

  it('MAP-7: the reason of a goodbye outlives the broken wire that follows it', () => {
    expect(run({ kind: 'connected' }, failed('DRAINING'), failed(null))).toMatchObject({ code: 'DRAINING' });
  });

  it('MAP-7: a token that is no longer good asks for a new sign-in, and later failures do not hide that', () => {
    const out = run({ kind: 'connected' }, failed('TOKEN_EXPIRED'), failed(null));
    expect(out).toEqual({ kind: 'signed_out', code: 'TOKEN_EXPIRED' });
  });

  it('MAP-7: what trying again cannot mend is said and not tried again', () => {
    expect(run(failed('WRONG_AUDIENCE'))).toMatchObject({ kind: 'refused', code: 'WRONG_AUDIENCE' });
    expect(run(failed('PROTOCOL_UNSUPPORTED'), failed(null))).toMatchObject({ kind: 'refused' });
    expect(run(failed('SCALE_006'))).toMatchObject({ kind: 'lost', code: 'SCALE_006' });
  });

  it('MAP-7: waits double to 8 s, differ by chance, and are never shorter than asked for (but for the chance)', () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((n) => retryDelayMs(n, undefined, 0.5))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
    expect(retryDelayMs(0, undefined, 0)).toBe(350);
    expect(retryDelayMs(0, undefined, 1)).toBe(650);
    expect(retryDelayMs(0, 30_000, 0.5)).toBe(30_000);
  });
});
