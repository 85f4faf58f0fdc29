import { type TripId, tripIdSchema } from '@rideline/contract';
import { expect, it } from 'vitest';
import { DriverUplink } from './driver-uplink.ts';

const tripId: TripId = tripIdSchema.parse('trip-1');
const pickup = { lat: 10, lng: 106 };
const dropoff = { lat: 11, lng: 107 };
const route = { pickup, dropoff, stops: [], stopsDone: 0 };
const position = {
  ...pickup,
  speed: 0,
  heading: null,
  t: 0,
  receivedAt: 0,
  seq: 0,
  bootIndex: 0,
  status: 'busy',
};

it('FIX-42: a place that was read before the trip changed is not the next one', async () => {
  const uplink = new DriverUplink();
  let answer: () => void = () => undefined;
  const read = uplink.readTrip(
    tripId,
    0,
    () =>
      new Promise((resolve) => {
        answer = () => resolve({ state: 'arrived', route });
      }),
  );
  uplink.tripChanged();
  answer();
  await read;
  expect(uplink.metresToStop(tripId, position as never)).toBeNull();
  await uplink.readTrip(tripId, 0, async () => ({ state: 'in_progress', route }));
  expect(uplink.metresToStop(tripId, position as never)).toBeGreaterThan(100_000);
});
