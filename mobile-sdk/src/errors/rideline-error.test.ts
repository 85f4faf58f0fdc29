import { readFileSync } from 'node:fs';
import { CodedError, ERRORS, type ErrorCode } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { actionOf, errorFrom, isErrorCode, RidelineError } from './rideline-error.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('SDK-70: errors', () => {
  it('docs/sdk-errors.md says of every code of the closed list whether a retry helps and what to do', () => {
    const page = readFileSync(new URL('../../../docs/sdk-errors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_0-9]+)` \| (\w+) \| `(\w+)` \|$/gm)].map(
      ([, ...cells]) => cells,
    );
    expect(rows).toEqual(
      codes.map((code) => {
        const { kind, advice } = new RidelineError(code);
        return [code, kind, advice.action];
      }),
    );
  });

  it('an error is transient exactly when the contract says that a retry later may help', () => {
    for (const code of codes)
      expect([code, new RidelineError(code).kind]).toEqual([
        code,
        ERRORS[code].retry === 'later' ? 'transient' : 'permanent',
      ]);
    expect([
      new RidelineError('SHED', { retryAfterMs: 300 }).advice,
      new RidelineError('SHED').advice,
    ]).toEqual([
      { action: 'retry', afterMs: 300 },
      { action: 'retry', afterMs: 2000 },
    ]);
  });

  it('the SDK knows every code of the closed list, and no other', () => {
    for (const code of codes) {
      const isAuthentication = ERRORS[code].retry === 'reauthenticate';
      expect([code, isErrorCode(code), actionOf(code) === 'sign_in']).toEqual([code, true, isAuthentication]);
    }
    for (const other of ['', 'NEWER', 'toString', 7, undefined]) expect(isErrorCode(other)).toBe(false);
    expect(actionOf('NEWER')).toBe('retry');
  });

  it('an error is made of a problem, a refusal, a connection that stopped, and what was thrown', () => {
    const problem = {
      code: 'CONFLICT',
      detail: 'The version is old.',
      status: 409,
      version: 4,
      requestId: 'r',
    };
    expect(errorFrom(problem)).toMatchObject({
      message: 'The version is old.',
      details: { status: 409, version: 4, requestId: 'r' },
    });
    expect(errorFrom({ ok: false, code: 'BUSY', retryAfterMs: 700, effect: 'none' })).toMatchObject({
      advice: { action: 'retry', afterMs: 700 },
      details: { effect: 'none' },
    });
    expect(errorFrom({ code: 'PROTOCOL_UNSUPPORTED', min: 2, max: 3 })).toMatchObject({
      advice: { action: 'update_app' },
      details: { min: 2, max: 3 },
    });
    const coded = new CodedError('SCALE_003', 'Too many.', { retryAfterMs: 9000 });
    expect(errorFrom(coded)).toMatchObject({ code: 'SCALE_003', message: 'Too many.', cause: coded });
    const known = new RidelineError('GONE');
    expect(errorFrom(known)).toBe(known);
  });

  it('a code of a newer server, and what is no error of ours, means that the server is not available', () => {
    for (const value of [
      { code: 'NEWER' },
      { code: 'toString' },
      new TypeError('x'),
      'x',
      null,
      undefined,
      7,
    ])
      expect(errorFrom(value)).toMatchObject({ code: 'UNAVAILABLE', kind: 'transient' });
  });

  it('numbers and texts that have the wrong type are left out', () => {
    const broken = { code: 'SHED', retryAfterMs: '5', status: -1, detail: 7, effect: 'maybe', issues: 'x' };
    expect(errorFrom(broken).details).toEqual({});
  });
});
