import { expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { Rider } from './rider.ts';

it('SDK-144: a trip that is followed is found by its id in either case, as Swift prints it in capitals', async () => {
  const rider = new Rider({ url: 'http://127.0.0.1:9', token: 'token', clock: new TestClock() });
  const tripId = '0192F3A4-7B5C-7D3E-8F10-2A3B4C5D6E7F';
  const follow = rider.follow(tripId);
  expect([rider.followed(tripId), rider.followed(tripId.toLowerCase())]).toEqual([follow, follow]);
  expect(rider.followed('another')).toBeUndefined();
  await rider.close();
});
