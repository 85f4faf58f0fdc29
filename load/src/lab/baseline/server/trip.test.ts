import type { DriverAction, DriverId, OfferId, RiderId, TripId } from '@rideline/contract';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../simulation/seeded-random.ts';
import { stepOf, type Trip, type TripAction, viewOf } from './trip.ts';

const DRIVERS = ['a', 'b', 'c'] as unknown as readonly DriverId[];
const ACTIONS: readonly DriverAction[] = [
  'arrived',
  'start',
  'complete',
  'complete',
  'no_show',
  'cancel',
  'pause',
];
const place = { lat: 37.77, lng: -122.42 };
const searching: Trip = {
  _id: 'trip' as TripId,
  riderId: 'rider' as RiderId,
  state: 'searching',
  version: 1,
  open: true,
  tier: 'standard',
  pickup: place,
  dropoff: place,
  stops: [],
  createdAt: 0,
  searchUntil: 1000,
  dueAt: 0,
  endedAt: null,
  reason: null,
  offer: null,
  tried: [],
  attempts: 0,
  events: [],
  commandIds: [],
};

/** As `Trips.change` stores a step. */
function applied(trip: Trip, action: TripAction): Trip {
  const { change, event } = stepOf(trip, action, trip.version);
  const { driverId, ...set } = change;
  const { driverId: before, ...rest } = trip;
  const kept = driverId === undefined ? before : driverId;
  return {
    ...rest,
    ...set,
    ...(kept ? { driverId: kept } : {}),
    version: event.version,
    events: [...trip.events, event],
  };
}

test('LOAD-36: whatever is tried in whatever order, a trip has a driver exactly while one has accepted it, and an end is final', () => {
  const random = seededRandom(36);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const randomAction = (trip: Trip): TripAction => {
    const driverId = pick(DRIVERS);
    const offerId = `trip_${pick([trip.attempts, trip.attempts - 1])}` as OfferId;
    const offer = { offerId: `trip_${trip.attempts + 1}` as OfferId, driverId, offeredAt: 0, expiresAt: 1 };
    const drive = (action: DriverAction): TripAction => ({ type: 'drive', action, driverId });
    return pick<TripAction>([
      { type: 'offer', offer: { ...offer, distanceMetres: 1, etaSeconds: 1 } },
      { type: 'accept', offerId, driverId },
      { type: 'decline', offerId, driverId },
      { type: random() < 0.1 ? 'give_up' : 'expire' },
      random() < 0.05 ? { type: 'cancel', by: 'rider', reason: null } : drive(pick(ACTIONS)),
      drive(pick(ACTIONS)),
      drive(pick(ACTIONS)),
    ]);
  };
  const ends = new Map<string, number>();
  for (let n = 0; n < 150; n++) {
    let trip = searching;
    for (let k = 0; k < 120; k++) {
      const before = trip;
      try {
        trip = applied(trip, randomAction(trip));
      } catch (error) {
        expect(['ILLEGAL_TRANSITION', 'GONE', 'NOT_FOUND']).toContain((error as { code?: string }).code);
        continue;
      }
      expect(before.open).toBe(true);
      expect(trip.version).toBe(before.version + 1);
      expect(trip.open).toBe(trip.endedAt === null);
      if (trip.open) {
        expect(trip.driverId !== undefined).toBe(['accepted', 'arrived', 'in_progress'].includes(trip.state));
        expect(trip.offer !== null).toBe(trip.state === 'offered');
      }
    }
    ends.set(trip.state, (ends.get(trip.state) ?? 0) + 1);
    expect(viewOf(trip, true).state).toBe(trip.state);
  }
  for (const end of ['completed', 'cancelled', 'no_show', 'no_drivers'])
    expect(ends.get(end)).toBeGreaterThan(0);
});
