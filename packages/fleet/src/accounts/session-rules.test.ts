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

describe('what a refresh token is good for', () => {
  it('AUTH-9: the newest rotates, the one before is reuse, and so is one that was never given out of this family', () => {
    expect(judge(second)).toBe('rotate');
    expect(judge(first, {}, NOW + REPEAT_MS + 1)).toBe('reused');
    expect(judge(third)).toBe('reused');
  });

  it('AUTH-10: the one before is repeated within ten seconds, once, and gives the very same', () => {
    expect(judge(first, {}, NOW + REPEAT_MS)).toBe('repeat');
    expect(judge(first, { repeated: true })).toBe('reused');
    expect(formatRefreshToken(nextRefreshToken(first, salt))).toBe(formatRefreshToken(second));
  });

  it('AUTH-11: a token of another family is unknown, whatever else is so', () => {
    const invented = { ...second, secret: randomBytes(48) };
    for (const change of [{}, { revokedAt: new Date() }, { repeated: true }])
      expect(judge(invented, change)).toBe('unknown');
  });

  it('AUTH-8: an ended session is over for every token of it', () => {
    for (const token of [first, second]) {
      expect(judge(token, { revokedAt: new Date(NOW) })).toBe('over');
      expect(judge(token, { endsAt: new Date(NOW) })).toBe('over');
      expect(judge(token, { expireAt: new Date(NOW) })).toBe('over');
    }
    expect(sessionLife('operator').idleMs).toBeLessThan(sessionLife('driver').idleMs);
  });

  it('AUTH-11: only the one right spelling of a token is one', () => {
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

  it('AUTH-13: what is issued after a revocation is after it, by any clock', () => {
    const notBefore = new Date(NOW + 5000);
    expect(issueTimeMs(NOW, undefined)).toBe(NOW);
    expect(isBefore(issueTimeMs(NOW, notBefore), notBefore)).toBe(false);
    expect(isBefore(NOW, notBefore)).toBe(true);
    expect(isBefore(NOW, undefined)).toBe(false);
  });
});
