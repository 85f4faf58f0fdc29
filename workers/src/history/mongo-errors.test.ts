import { failedWrites } from '@rideline/fleet/store/bulk-errors';
import { expect, it } from 'vitest';
import { faultOfCode, faultOfError } from './mongo-errors.ts';

const named = (name: string) => Object.assign(new Error('x'), { name });

it('HIST-8: only errors known to be the fault of a document count as such; all others are retried', () => {
  expect([2, 121, 10_334].map(faultOfCode)).toEqual(['document', 'document', 'document']);
  expect([undefined, 0, 6, 91, 189, 11_602].map(faultOfCode)).toEqual(Array(6).fill('again'));
  expect(faultOfError(named('BSONError'))).toBe('document');
  for (const name of ['MongoNetworkError', 'MongoServerSelectionError', 'TypeError', 'RangeError', 'Error']) {
    expect(faultOfError(named(name))).toBe('again');
  }
});

it('HIST-8: single failed writes are distinguished from a failed request', () => {
  const error = (writeErrors: unknown) => Object.assign(named('MongoBulkWriteError'), { writeErrors });
  expect(failedWrites(error([{ index: 3, code: 11_000, errmsg: 'dup' }]))).toEqual([
    { index: 3, code: 11_000, message: 'dup' },
  ]);
  expect(failedWrites(error({ index: 1, code: 2 }))).toEqual([{ index: 1, code: 2, message: '' }]);
  expect(failedWrites(error([]))).toBeNull();
  expect(failedWrites(named('MongoNetworkError'))).toBeNull();
});
