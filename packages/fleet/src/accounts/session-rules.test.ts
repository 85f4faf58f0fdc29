import { randomBytes } from 'node:crypto';
import type { SessionId } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import {
  digestsOf,
  formatRefreshToken,
  newRefreshToken,
  newSalt,
  nextRefreshToken,
  parseRefreshToken,
} from './refresh-token.ts';
import { isBefore, issueTimeMs, judgeRefresh, REPEAT_MS, sessionLife } from './session-rules.ts';

const NOW = 1_800_000_000_000;
const first = newRefreshToken('session-1' as SessionId);
const salt = newSalt();
const second = nextRefreshToken(first, salt);
const third = nextRefreshToken(second, newSalt());
const session = {
  ...digestsOf(second),
  previousHash: digestsOf(first).hash,
  issuedAt: new Date(NOW),
  expireAt: new Date(NOW + 1_000_000),
  endsAt: new Date(NOW + 1_000_000),
};
const judge = (token: typeof first, change: object = {}, at = NOW + 1) =>
  judgeRefresh({ ...session, ...change }, digestsOf(token), at);

describe('refresh tokens', () => {
  it('AUTH-9: the newest token rotates; the previous one is reuse, as is one of this family that was never issued', () => {
    expect(judge(second)).toBe('rotate');
    expect(judge(first, {}, NOW + REPEAT_MS + 1)).toBe('reused');
    expect(judge(third)).toBe('reused');
  });

  it('AUTH-10: the previous token is repeated once within ten seconds and yields the same next token', () => {
    expect(judge(first, {}, NOW + REPEAT_MS)).toBe('repeat');
    expect(judge(first, { repeated: true })).toBe('reused');
    expect(formatRefreshToken(nextRefreshToken(first, salt))).toBe(formatRefreshToken(second));
  });

  it('AUTH-11: a token of another family is unknown in any session', () => {
    const invented = { ...second, secret: randomBytes(48) };
    for (const change of [{}, { revokedAt: new Date() }, { repeated: true }])
      expect(judge(invented, change)).toBe('unknown');
  });

  it('AUTH-8: an ended session is over for all its tokens', () => {
    for (const token of [first, second]) {
      expect(judge(token, { revokedAt: new Date(NOW) })).toBe('over');
      expect(judge(token, { endsAt: new Date(NOW) })).toBe('over');
      expect(judge(token, { expireAt: new Date(NOW) })).toBe('over');
    }
    expect(sessionLife('operator').idleMs).toBeLessThan(sessionLife('driver').idleMs);
  });

  it('AUTH-11: only the canonical encoding of a token is accepted', () => {
    const text = formatRefreshToken(second);
    expect(parseRefreshToken(text)).toEqual(second);
    for (const wrong of [
      '',
      '.',
      'session-1',
      `${text}=`,
      `${text}.x`,
      ` ${text}`,
      text.slice(0, -1),
      `../${text}`,
    ])
      expect(parseRefreshToken(wrong)).toBeNull();
  });

  it('AUTH-13: a token issued after a revocation has a later issue time, whatever the clock', () => {
    const notBefore = new Date(NOW + 5000);
    expect(issueTimeMs(NOW, undefined)).toBe(NOW);
    expect(isBefore(issueTimeMs(NOW, notBefore), notBefore)).toBe(false);
    expect(isBefore(NOW, notBefore)).toBe(true);
    expect(isBefore(NOW, undefined)).toBe(false);
  });
});
