import { expect, it } from 'vitest';
import { holdsId, replaceId } from './replace-id.ts';

it('ADM-42: an id is replaced wherever it is a whole word, and nowhere else', () => {
  const at = new Date(5);
  const before = {
    riderId: 'rider-1',
    other: 'rider-10',
    list: ['x:rider-1:y', { 'rider-1': true }, 7, null],
    at,
  };
  expect(replaceId(before, 'rider-1', 'gone')).toEqual({
    riderId: 'gone',
    other: 'rider-10',
    list: ['x:gone:y', { gone: true }, 7, null],
    at,
  });
  expect(before.riderId).toBe('rider-1');
  expect([holdsId(before, 'rider-1'), holdsId({ a: 'rider-10' }, 'rider-1')]).toEqual([true, false]);
  expect(holdsId('documents/rider-1/x', 'rider-1')).toBe(true);
  const uuid = '019d4f2e-6b1a-7c3d-8e5f-0123456789ab';
  expect([holdsId(`u-${uuid}`, uuid), replaceId(`u-${uuid}`, uuid, 'gone')]).toEqual([true, 'u-gone']);
});
