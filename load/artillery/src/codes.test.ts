import { ERRORS } from '@rideline/contract';
import { expect, it } from 'vitest';
import { httpCode, networkCode, OperationFailed, OWN_CODES, serverCode, serverCodes } from './codes.ts';
import { errorOf } from './metrics.ts';

it("LOAD-3: what the servers' codes say about repeating is what the contract says", () => {
  const fromContract = Object.entries(ERRORS).map(([code, { retry }]) => [
    code,
    retry === 'later' ? 'repeat' : 'final',
  ]);
  expect(serverCodes()).toEqual(Object.fromEntries(fromContract));
});

it('LOAD-3: every failure has a code of a bounded list', () => {
  expect(serverCode('BUSY')).toBe('BUSY');
  expect(serverCode('SOMETHING_ELSE 12')).toBe('OTHER');
  expect(serverCode('toString')).toBe('OTHER');
  expect(httpCode(409, { code: 'CONFLICT' })).toBe('CONFLICT');
  expect(httpCode(502, '<html>')).toBe('HTTP_502');
  expect(httpCode(0, null)).toBe('BAD_ANSWER');
  expect(networkCode(Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toBe('ECONNRESET');
  expect(networkCode(Object.assign(new Error('x'), { code: 'E-1234' }))).toBe('NETWORK');
});

it('LOAD-3: a failure says whether repeating can help, and whether it may have had an effect', () => {
  const repeatable = ['BUSY', 'ACK_TIMEOUT', 'HTTP_503', 'HTTP_429', 'ECONNREFUSED', 'DISCONNECTED'];
  expect(repeatable.filter((code) => !new OperationFailed(code).canRepeat)).toEqual([]);
  const final = ['VALIDATION', 'HTTP_404', 'BAD_ANSWER', 'OTHER'];
  expect(final.filter((code) => new OperationFailed(code).canRepeat)).toEqual([]);
  expect(new OperationFailed('ACK_TIMEOUT').effect).toBe('unknown');
  expect(new OperationFailed('GONE').effect).toBe('none');
  const unanswered = ['HTTP_502', 'HTTP_503', 'HTTP_504', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'DISCONNECTED'];
  for (const code of [...unanswered, 'TIMEOUT', 'UNAVAILABLE', 'INTERNAL', 'toString'])
    expect(new OperationFailed(code).effect).toBe('unknown');
  expect(new OperationFailed('UNAVAILABLE', { effect: 'none' }).effect).toBe('none');
  expect(Object.keys(OWN_CODES).every((code) => /^[A-Z][A-Z_]+$/.test(code))).toBe(true);
});

it('LOAD-3: an error counter of Artillery has its operation and its code', () => {
  expect(errorOf('errors.trip.create.SCALE_003')).toEqual({ operation: 'trip.create', code: 'SCALE_003' });
  expect(errorOf('errors.location.BUSY')).toEqual({ operation: 'location', code: 'BUSY' });
  expect(errorOf('errors.ECONNREFUSED')).toEqual({ operation: null, code: 'ECONNREFUSED' });
  expect(errorOf('vusers.failed')).toBeNull();
});
