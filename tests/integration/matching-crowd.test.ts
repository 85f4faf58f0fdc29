import { randomUUID } from 'node:crypto';
import { type DriverId, type RiderId, type TripId, tripRequestSchema } from '@rideline/contract';
import { openOffers } from '@rideline/fleet/trips/trip';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

/** Shorter than the window of an offer: a trip without an offer by then waits for the answers of others. */
const BEFORE_THE_FIRST_ANSWER = { timeout: 12_000, interval: 100 };
const STADIUM = { lat: 37.7786, lng: -122.3893 };
const TRIPS = 60;
/** More than a tick takes of a tier, twice over. */
const NOWHERE = 1000;
/** Within the search budget of the trips that nobody can serve, by far. */
const SOON = { timeout: 60_000, interval: 200 };

let harness: WorkersHarness;

beforeAll(async () => {
  harness = await startWorkersHarness({ env: { RIDELINE_ROLES: 'matching', RIDELINE_MATCH_TICK_MS: '200' } });
});
afterAll(() => harness.stop());

it('MATCH-33: in a crowd the drivers with an open offer do not hide the free drivers behind them', async () => {
  const tripStore = tripStoreOf(harness);
  await placeFreeDrivers(
    harness.state,
    Array.from({ length: TRIPS }, (_, index) => ({
      driverId: `cab-${index}` as DriverId,
      lat: STADIUM.lat + index * 0.0001,
      lng: STADIUM.lng,
    })),
  );
  const tripIds = Array.from({ length: TRIPS }, () => randomUUID() as string as TripId);
  await Promise.all(
    tripIds.map((tripId, index) => {
      const asked = tripRequestSchema.parse({
        tripId,
        pickup: STADIUM,
        dropoff: { lat: 37.75, lng: -122.42 },
      });
      return requestTrip(tripStore, `rider-${index}` as RiderId, asked);
    }),
  );
  await vi.waitFor(async () => {
    const trips = await Promise.all(tripIds.map((tripId) => tripStore.trips.find(tripId)));
    const asked = trips.flatMap((trip) => (trip ? openOffers(trip).map(({ driverId }) => driverId) : []));
    expect(new Set(asked).size).toBe(TRIPS);
    expect(trips.every((trip) => trip?.offers.length === 1)).toBe(true);
  }, BEFORE_THE_FIRST_ANSWER);
});

it('MATCH-10: more trips than a tick takes, which no driver can serve, do not keep a newer trip from its driver', async () => {
  const tripStore = tripStoreOf(harness);
  const ocean = { lat: 0, lng: -30 };
  const dropoff = { lat: 0.1, lng: -30 };
  for (let first = 0; first < NOWHERE; first += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const asked = tripRequestSchema.parse({ tripId: randomUUID(), pickup: ocean, dropoff });
        return requestTrip(tripStore, `castaway-${first + index}` as RiderId, asked);
      }),
    );
  }
  const pickup = { lat: 52.52, lng: 13.4 };
  await placeFreeDrivers(harness.state, [{ driverId: 'berliner', ...pickup }]);
  const tripId = randomUUID() as string as TripId;
  const asked = tripRequestSchema.parse({ tripId, pickup, dropoff: { lat: 52.5, lng: 13.4 } });
  await requestTrip(tripStore, 'last-in-line' as RiderId, asked);
  await vi.waitFor(async () => {
    const trip = await tripStore.trips.find(tripId);
    expect(trip && openOffers(trip).map(({ driverId }) => driverId)).toEqual(['berliner']);
  }, SOON);
});
