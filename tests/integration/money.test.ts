import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  type DriverId,
  fareSchema,
  type RiderId,
  regionListSchema,
  type TripId,
  tripRequestSchema,
  tripViewSchema,
} from '@rideline/contract';
import { MIGRATIONS, migrateRestored } from '@rideline/fleet/migrations';
import { putCatalogueTier } from '@rideline/fleet/pricing/catalogue';
import { migrate } from '@rideline/fleet/store/migrations';
import { addFares } from '@rideline/fleet/trips/fare-migration';
import { offerMessage } from '@rideline/fleet/trips/offer-message';
import { offerIdOf } from '@rideline/fleet/trips/trip';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import {
  cancelByOthers,
  cancelByRider,
  offerTrip,
  reviewFare,
  settleDue,
} from '@rideline/fleet/trips/trip-commands';
import { effectsOf } from '@rideline/fleet/trips/trip-effects';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import { SILENCE_TIMES } from '@rideline/fleet/trips/trip-silence';
import { manualClock } from '@rideline/platform/process/clock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminHarness, startAdminHarness } from '../harness/cluster/admin-harness.ts';
import { REGION, testLogger } from '../harness/test-process.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const quiet = { say: () => undefined };

let harness: AdminHarness;
beforeAll(async () => {
  harness = await startAdminHarness({ gateways: 0, workers: 0 });
});
afterAll(() => harness.stop());

const pickup = { lat: 35.68, lng: 139.76 };
const dropoff = { lat: 35.7, lng: 139.7 };
const QUOTE = `/v1/fares?pickupLat=${pickup.lat}&pickupLng=${pickup.lng}&dropoffLat=${dropoff.lat}&dropoffLng=${dropoff.lng}`;

async function setCurrency(currency: string): Promise<void> {
  const { regions } = await harness.ask('GET', '/v1/admin/regions', regionListSchema);
  const { version, retentionDays, zone, locale } = regions[0] as (typeof regions)[number];
  const body = { version, retentionDays, zone, locale, currency, reason: 'test' };
  expect((await harness.call('PUT', `/v1/admin/regions/${REGION}`, { body })).status).toBe(200);
}

/** The last three columns of a trip in the finance export: amount, currency, kind. */
async function financeOf(tripId: string): Promise<string[]> {
  const answer = await harness.call('GET', '/v1/admin/finance.csv?from=2026-01-01&to=2026-12-31');
  const line = (await answer.text()).split('\r\n').find((one) => one.startsWith(tripId)) ?? '';
  return line.split(',').slice(-3);
}

const STARTED = '2026-06-01T10:00:00Z';

async function openedTrip(): Promise<TripId> {
  const tripId = randomUUID() as TripId;
  const ids = { tripId, riderId: `rider-${tripId}`, driverId: `driver-${tripId}` };
  const body = { ...ids, pickup, dropoff, at: STARTED };
  expect((await harness.call('POST', '/v1/dev/trips', { body })).status).toBe(201);
  return tripId;
}

async function finishedTrip(): Promise<string> {
  const tripId = await openedTrip();
  const body = { at: '2026-06-01T10:20:00Z' };
  expect((await harness.call('POST', `/v1/dev/trips/${tripId}/close`, { body })).status).toBe(200);
  return tripId;
}

const requestOf = (more: object = {}) =>
  tripRequestSchema.parse({ tripId: randomUUID(), pickup, dropoff, ...more });

it("TRIP-65: a finished trip keeps amount and currency when the region's currency changes; new trips, offers and fares have the new one", async () => {
  await setCurrency('USD');
  const finished = await finishedTrip();
  const before = await financeOf(finished);
  expect(before.slice(1)).toEqual(['USD', 'estimate']);
  await setCurrency('JPY');
  expect(await financeOf(finished)).toEqual(before);
  const shown = await harness.ask('GET', `/v1/trips/${finished}`, tripViewSchema);
  expect(shown.fare).toEqual({ minor: Number(before[0]), currency: 'USD', assumed: false });

  const tripStore = tripStoreOf(harness);
  const request = requestOf();
  await requestTrip(tripStore, `rider-${request.tripId}` as RiderId, request);
  const quote = await harness.ask('GET', QUOTE, fareSchema);
  const fare = { minor: quote.estimateMinor, currency: 'JPY' };
  expect((await harness.ask('GET', `/v1/trips/${request.tripId}`, tripViewSchema)).fare).toMatchObject(fare);
  expect((await harness.ask('GET', `/v1/trips/${await finishedTrip()}`, tripViewSchema)).fare).toMatchObject(
    fare,
  );

  await setCurrency('EUR');
  const now = Math.round(tripStore.clock.domainMs());
  const offered = await offerTrip(tripStore, request.tripId, () => ({
    offerId: offerIdOf(request.tripId, 1),
    driverId: 'driver-offer' as DriverId,
    attempt: 1,
    slot: 'active',
    state: 'open',
    offeredAt: now,
    expiresAt: now + TRIP_RULES.offerWindowMs,
    etaSeconds: 60,
    distanceMetres: 300,
  }));
  if (offered === null) throw new Error('the trip was not offered');
  const offer = offerMessage(offered.trip, offered.trip.offers[0] as (typeof offered.trip.offers)[number]);
  expect(offer).toMatchObject({ fareMinor: fare.minor, currency: 'JPY' });
  await setCurrency('USD');
});

it('ADM-81: a ride that its rider ended is in the export with its start, its end and the kind review, and reviewed once it is marked; a ride cancelled otherwise is not', async () => {
  const clock = manualClock(Date.parse(STARTED));
  const tripStore = tripStoreOf(harness, { clock });
  const [ended, cancelled] = [await openedTrip(), await openedTrip()];
  for (const silentMs of [SILENCE_TIMES.silentMs, SILENCE_TIMES.riderEndsMs - SILENCE_TIMES.silentMs]) {
    clock.advance(silentMs);
    const silent = { wasDelivered: async () => false, lastHeard: async () => null };
    expect(await settleDue(tripStore, ended, silent)).toBe(true);
  }
  const command = () => ({ commandId: randomUUID() as CommandId, reason: 'test' });
  const { version } = await cancelByRider(tripStore, `rider-${ended}` as RiderId, {
    tripId: ended,
    ...command(),
  });
  await cancelByOthers(tripStore, 'operator', { tripId: cancelled, ...command() });
  const lineOf = async (tripId: string) => {
    const answer = await harness.call('GET', '/v1/admin/finance.csv?from=2026-06-01&to=2026-06-02');
    return (await answer.text()).split('\r\n').find((one) => one.startsWith(tripId));
  };
  const times = [STARTED, '2026-06-01T10:10:00Z'].map((time) => time.replace('Z', '.000Z'));
  const line = await lineOf(ended);
  expect([line?.split(',').slice(2, 4), line?.split(',').at(-1)]).toEqual([times, 'review']);
  expect(await lineOf(cancelled)).toBeUndefined();
  await reviewFare(tripStore, { tripId: ended, version, ...command() });
  expect(await lineOf(ended)).toBe(`${line}ed`);
});

it("TRIP-65: a trip stored without a fare gets the exports' amount and the region's currency of the migration, marked as assumed", async () => {
  await setCurrency('EUR');
  const trips = harness.db.collection(tripCollection);
  const [old, damaged, kept] = [await finishedTrip(), await finishedTrip(), await finishedTrip()];
  const reference = await financeOf(kept);
  await trips.updateMany({ _id: { $in: [old, damaged] as never[] } }, { $unset: { fare: '' } });
  await trips.updateOne({ _id: damaged as never }, { $set: { pickup: null as never } });
  const unmigrated = await financeOf(old);
  expect(unmigrated.slice(1)).toEqual(['EUR', 'estimate_assumed_currency']);

  await addFares(harness.db, quiet);
  await setCurrency('JPY');
  await migrateRestored(harness.db, quiet);
  expect(await financeOf(old)).toEqual(unmigrated);
  expect(await financeOf(kept)).toEqual(reference);
  const stored = async (id: string) => (await trips.findOne({ _id: id as never }))?.fare;
  expect(await stored(old)).toEqual({ minor: Number(unmigrated[0]), currency: 'EUR', assumed: true });
  expect(await stored(kept)).not.toHaveProperty('assumed');
  expect(await stored(damaged)).toBeUndefined();
  await setCurrency('USD');
});

it('TRIP-65: the migration runs once by itself, more trips than it reads at a time included', async () => {
  const trips = harness.db.collection(tripCollection);
  const template = await trips.findOne({ _id: (await finishedTrip()) as never });
  const ids = Array.from({ length: 600 }, (_, n) => `many-${String(n).padStart(5, '0')}`);
  const { fare: _fare, ...without } = template as NonNullable<typeof template>;
  const copies = ids.map((_id) => ({
    ...without,
    _id,
    open: false,
    driverId: `d-${_id}`,
    riderId: `r-${_id}`,
  }));
  await trips.insertMany(copies as never[]);
  const left = () => trips.countDocuments({ _id: { $in: ids as never[] }, fare: { $exists: false } });
  expect(await left()).toBe(ids.length);
  await migrateRestored(harness.db, quiet);
  expect(await left()).toBe(0);
  const again = { holder: 'test', clock: manualClock(Date.now()), log: testLogger, migrations: MIGRATIONS };
  expect(await migrate(harness.db, again)).toEqual([]);
});

it('TRIP-66: a scheduled trip whose tier is closed when its search would begin is cancelled, and its rider is notified; an open tier is searched', async () => {
  const clock = manualClock(Date.now());
  const tripStore = tripStoreOf(harness, { clock });
  const scheduledAt = clock.wallMs() + 7_200_000;
  const closing = requestOf({ tier: 'comfort', scheduledAt });
  const other = requestOf({ tier: 'standard', scheduledAt });
  for (const request of [closing, other])
    await requestTrip(tripStore, `rider-${request.tripId}` as RiderId, request);
  const set = (version: number, open: boolean) =>
    putCatalogueTier(harness.db, REGION, { tier: 'comfort', open, version, now: new Date() });
  const version = await set(0, false);
  const settle = (tripId: TripId) => settleDue(tripStore, tripId, { wasDelivered: async () => false });
  expect(await settle(closing.tripId)).toBe(false);
  clock.advance(7_200_000 - TRIP_RULES.scheduledLeadMs);
  expect([await settle(closing.tripId), await settle(other.tripId)]).toEqual([true, true]);
  const trip = await tripStore.trips.find(closing.tripId);
  if (trip === null) throw new Error('the trip is gone');
  expect(trip.state).toMatchObject({ name: 'cancelled', by: 'system', reason: 'tier_closed' });
  expect(effectsOf(trip, trip.outbox)).toContainEqual(
    expect.objectContaining({ type: 'notify', role: 'rider', userId: trip.riderId, kind: 'trip_cancelled' }),
  );
  expect((await tripStore.trips.find(other.tripId))?.state.name).toBe('searching');
  expect(await settle(closing.tripId)).toBe(false);

  const reopened = requestOf({ tier: 'comfort', scheduledAt: clock.wallMs() + 7_200_000 });
  const openVersion = await set(version, true);
  await requestTrip(tripStore, `rider-${reopened.tripId}` as RiderId, reopened);
  await set(await set(openVersion, false), true);
  clock.advance(7_200_000 - TRIP_RULES.scheduledLeadMs);
  expect(await settle(reopened.tripId)).toBe(true);
  expect((await tripStore.trips.find(reopened.tripId))?.state.name).toBe('searching');
});
