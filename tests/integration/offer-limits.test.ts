import { randomUUID } from 'node:crypto';
import { LIMITS, type Offer, tripCandidatesSchema } from '@rideline/contract';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type FreeDriver, startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';

const SOON = { timeout: 30_000, interval: 50 };
let harness: TripHarness;
let area = 0;

beforeAll(async () => {
  // Two workers: the limits hold over all of them.
  harness = await startTripHarness({
    apis: 1,
    workers: 2,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers,notifications' },
  });
});
afterAll(() => harness.stop());

function town() {
  area += 1;
  const pickup = { lat: 10 + area, lng: 60 };
  return {
    pickup,
    dropoff: { lat: pickup.lat + 0.02, lng: 60 },
    name: (who: string) => `${who}-limits-${area}`,
  };
}

const post = (path: string, subject: string, body: object) =>
  harness.call('POST', path, { role: 'rider', subject, body });

async function request(riderId: string, place: object): Promise<string> {
  const tripId = randomUUID();
  expect((await post('/v1/trips', riderId, { tripId, ...place })).status).toBe(201);
  return tripId;
}

async function cancel(riderId: string, tripId: string): Promise<void> {
  expect((await post(`/v1/trips/${tripId}/cancel`, riderId, { commandId: randomUUID() })).status).toBe(200);
}

async function reasonOf(tripId: string, driverId: string): Promise<string | undefined> {
  const answer = await harness.call('GET', `/v1/trips/${tripId}/candidates`, {
    role: 'operator',
    subject: 'night',
  });
  const { drivers } = tripCandidatesSchema.parse(await answer.json());
  return drivers.find((driver) => driver.driverId === driverId)?.reason;
}

const offersOf = (cab: FreeDriver) =>
  new Set(cab.received<Offer>('offer:new').map(({ offerId }) => offerId)).size;

it('MATCH-44: riders who request and cancel ring one phone at most ten times a minute, with one notification; then the trips go to others', async () => {
  const { pickup, dropoff, name } = town();
  const cab = await harness.freeDriver(name('cab'), pickup);
  for (let n = 0; n < LIMITS.unacceptedOffers; n += 1) {
    const tripId = await request(name(`r${n}`), { pickup, dropoff });
    await cab.offer(tripId);
    await cancel(name(`r${n}`), tripId);
  }
  const limited = await request(name('late'), { pickup, dropoff });
  await vi.waitFor(async () => expect(await reasonOf(limited, cab.id)).toBe('offer_limit'), SOON);
  expect(offersOf(cab)).toBe(LIMITS.unacceptedOffers);
  // A driver further away gets the trip instead.
  const other = await harness.freeDriver(name('other'), { lat: pickup.lat + 0.004, lng: pickup.lng });
  await other.offer(limited);
  expect(offersOf(cab)).toBe(LIMITS.unacceptedOffers);
  const offers = { userId: cab.id as never, kind: 'offer' } as const;
  expect(await harness.db.collection(notificationCollection).countDocuments(offers)).toBeLessThanOrEqual(1);
  cab.close();
  other.close();
});

it('MATCH-45: the next trip of a rider who cancelled is offered to another driver', async () => {
  const { pickup, dropoff, name } = town();
  const nearest = await harness.freeDriver(name('nearest'), pickup);
  const next = await harness.freeDriver(name('next'), { lat: pickup.lat + 0.004, lng: pickup.lng });
  const rider = name('rider');
  const first = await request(rider, { pickup, dropoff });
  await nearest.offer(first);
  await cancel(rider, first);
  const second = await request(rider, { pickup, dropoff });
  await next.offer(second);
  expect(nearest.received<Offer>('offer:new').filter(({ tripId }) => tripId === second)).toEqual([]);
  await vi.waitFor(async () => expect(await reasonOf(second, nearest.id)).toBe('cooling_down'), SOON);
  // Other riders are not affected.
  const third = await request(name('other'), { pickup, dropoff });
  await nearest.offer(third);
  nearest.close();
  next.close();
});
