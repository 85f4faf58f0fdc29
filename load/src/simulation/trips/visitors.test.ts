import type { DriverId, Offer, TripId } from '@rideline/contract';
import { expect, it } from 'vitest';
import { Visitors } from './visitors.ts';

const offer: Pick<Offer, 'tripId' | 'pickup'> = {
  tripId: 'visit' as TripId,
  pickup: { lat: 37.77, lng: -122.46 },
};

/** @param near ids of free drivers near the pick-up · @param asked drivers who got an offer of the trip */
function visitors(near: readonly string[], asked: readonly string[]): Visitors {
  const of = (ids: readonly string[]) => ids.map((id) => ({ driverId: id as DriverId }));
  const call = async (_method: string, path: string) =>
    path.startsWith('/v1/drivers/search') ? { drivers: of(near) } : { offers: of(asked) };
  return new Visitors(
    // Its answers have the members that are read here.
    { call: call as never },
    (tripId) => tripId === 'replayed',
    (driverId) => driverId.startsWith('cab'),
  );
}

it("APP-20: a cab of the replay leaves a visitor's trip to their free driver near by, until that driver was asked", async () => {
  expect(await visitors(['cab-1', 'dora'], ['cab-2']).haveDriverFor(offer)).toBe(true);
  expect(await visitors(['cab-1', 'dora'], ['dora']).haveDriverFor(offer)).toBe(false);
  expect(await visitors(['cab-1'], []).haveDriverFor(offer)).toBe(false);
  expect(await visitors(['dora'], []).haveDriverFor({ ...offer, tripId: 'replayed' as TripId })).toBe(false);
});
