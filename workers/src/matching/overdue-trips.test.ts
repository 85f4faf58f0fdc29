import type { TripId } from '@rideline/contract';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { SILENCE_TIMES } from '@rideline/fleet/trips/trip-silence';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { manualClock } from '@rideline/platform/process/clock';
import { expect, it } from 'vitest';
import { OverdueTrips } from './overdue-trips.ts';

it('TRIP-50: a trip that stays due is read less and less often by the matcher, and at once when it has changed', async () => {
  const clock = manualClock(1_700_000_000_000);
  let reads = 0;
  // Promised after a ride that goes on: due since thirty seconds after it was accepted.
  const trip = {
    _id: 'next' as TripId,
    version: 3,
    state: { name: 'accepted', acceptedAt: clock.domainMs() - 60_000 },
    slot: 'queued',
    driverId: 'd',
    offers: [],
  } as unknown as StoredTrip;
  const trips = {
    find: async () => {
      reads += 1;
      return trip;
    },
    openTripOf: async () => trip,
  };
  const overdue = new OverdueTrips(
    { trips, clock, searchBudgetMs: 120_000, silence: SILENCE_TIMES } as unknown as TripStore,
    {} as never,
  );
  const failed: Error[] = [];
  const tick = (held = trip) => overdue.settle([held], (error) => failed.push(error));
  for (let ticks = 0; ticks < 240; ticks += 1) {
    await tick();
    clock.advance(500);
  }
  expect(failed).toEqual([]);
  // Two minutes: 0.5, 1, 2, 4, 8 s and then every 16 s.
  expect(reads).toBeGreaterThan(5);
  expect(reads).toBeLessThan(16);
  const before = reads;
  await tick({ ...trip, version: 4 });
  expect(reads).toBe(before + 1);
});
