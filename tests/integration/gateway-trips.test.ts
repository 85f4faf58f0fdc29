import { randomUUID } from 'node:crypto';
import type { DriverId, DriverSync, TrackSubscribed, TripEvent, TripsFrame } from '@rideline/contract';
import { driver, geo } from '@rideline/fleet/redis/redis-keys';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RawClient } from '../harness/clients/raw-client.ts';
import { startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 25 };
let harness: TripHarness;
let area = 0;

beforeAll(async () => {
  harness = await startTripHarness({ gateways: 2 });
});
afterAll(() => harness.stop());

/** A separate part of town for each test, so that tests do not take each other's drivers. */
function town() {
  area += 1;
  const pickup = { lat: 30 + area, lng: -120 };
  return {
    pickup,
    dropoff: { lat: pickup.lat + 0.02, lng: pickup.lng },
    name: (role: string) => `${role}-${area}`,
  };
}

function request(rider: RawClient, wish: object, tripId: string = randomUUID()) {
  return rider.ask('trip:request', { tripId, ...wish });
}

it('TRIP-30: a whole ride by sockets: requested, offered, accepted, arrived, started, paused, resumed, a stop, completed', async () => {
  const { pickup, dropoff, name } = town();
  const stop = { lat: pickup.lat + 0.01, lng: pickup.lng };
  const rider = await harness.phone('rider', name('rider'), 1);
  const cab = await harness.freeDriver(name('driver'), pickup, 2);
  const tripId = randomUUID();
  const asked = await request(rider, { pickup, dropoff, stops: [stop] }, tripId);
  expect(asked).toEqual({ ok: true, tripId, state: 'searching', version: 1 });
  await vi.waitFor(async () => {
    expect(await rider.ask('track:subscribe', { tripId })).toMatchObject({ ok: true });
  }, SOON);
  const offer = await cab.offer(tripId);
  expect(offer).toMatchObject({ pickup, dropoff, stops: [stop], currency: 'USD', queued: false });
  expect(await cab.answer(offer.offerId, true)).toMatchObject({ ok: true, state: 'accepted' });
  for (const [action, state] of [
    ['arrived', 'arrived'],
    ['start', 'in_progress'],
    ['pause', 'at_stop'],
    ['resume', 'in_progress'],
    ['stop_reached', 'at_stop'],
    ['resume', 'in_progress'],
    ['complete', 'completed'],
  ] as const) {
    expect(await cab.command(tripId, action)).toMatchObject({ ok: true, state });
  }
  const types = [
    'requested',
    'offered',
    'accepted',
    'arrived',
    'started',
    'paused',
    'resumed',
    'stop_reached',
    'resumed',
    'completed',
  ];
  await vi.waitFor(() => {
    const seen = rider.received<TripEvent>('trip:event').map(({ version }) => version);
    // Events before the subscription are in its snapshot.
    expect(seen.at(-1)).toBe(types.length);
    expect(cab.events(tripId).map(({ type }) => type)).toEqual(types.slice(2));
  }, SOON);
  rider.close();
});

it('TRIP-31: a repeated request is the same trip; other request data under the same id is KEY_REUSED; one open trip per rider', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const tripId = randomUUID();
  const answers = await Promise.all([1, 2, 3].map(() => request(rider, { pickup, dropoff }, tripId)));
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, true]);
  expect(await request(rider, { pickup: dropoff, dropoff }, tripId)).toMatchObject({ code: 'KEY_REUSED' });
  expect(await request(rider, { pickup, dropoff })).toMatchObject({ ok: false, code: 'CONFLICT' });
  expect(await request(rider, { pickup, dropoff }, 'no-uuid')).toMatchObject({ code: 'VALIDATION' });
  expect(await request(rider, { pickup: { lat: 91, lng: 0 }, dropoff })).toMatchObject({
    code: 'VALIDATION',
  });
  const cancel = { commandId: randomUUID(), tripId, action: 'cancel', at: Date.now() };
  const cancelled = await rider.ask('trip:command', cancel);
  expect(cancelled).toMatchObject({ ok: true, state: 'cancelled' });
  expect(await rider.ask('trip:command', cancel)).toEqual(cancelled);
  const stranger = await harness.phone('rider', name('stranger'));
  expect(await stranger.ask('trip:command', { ...cancel, commandId: randomUUID() })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await request(rider, { pickup, dropoff })).toMatchObject({ ok: true });
  rider.close();
  stranger.close();
});

it('TRIP-32: an offer is sent again until the phone has acknowledged it, which is recorded; a revoked offer is announced', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const cab = await harness.freeDriver(name('driver'), pickup);
  // A phone that receives and does not answer.
  cab.socket.offAny();
  const received: string[] = [];
  cab.socket.on('offer:new', ({ offerId }: { offerId: string }, ack: () => void) => {
    received.push(offerId);
    if (received.length === 2) ack();
  });
  cab.socket.on('offer:revoked', ({ reason }: { reason: string }) => received.push(reason));
  const tripId = randomUUID();
  await request(rider, { pickup, dropoff }, tripId);
  await vi.waitFor(() => expect(received).toHaveLength(2), SOON);
  expect(new Set(received)).toEqual(new Set([`${tripId}_1`]));
  await vi.waitFor(async () => {
    expect(await harness.state.hget(driver(REGION, cab.id as DriverId), 'offerSeen')).toBe(`${tripId}_1`);
  }, SOON);
  await rider.ask('trip:command', { commandId: randomUUID(), tripId, action: 'cancel', at: Date.now() });
  await vi.waitFor(() => expect(received.at(-1)).toBe('cancelled'), SOON);
  expect(await cab.answer(`${tripId}_1`, true)).toMatchObject({ ok: false, code: 'GONE' });
  rider.close();
});

it("TRIP-33: a command has one effect by its id; another body is KEY_REUSED; a stranger's offer and trip are NOT_FOUND", async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const cab = await harness.freeDriver(name('driver'), pickup);
  const thief = await harness.phone('driver', name('thief'));
  const tripId = randomUUID();
  await request(rider, { pickup, dropoff }, tripId);
  const { offerId } = await cab.offer(tripId);
  const stolen = { commandId: randomUUID(), offerId, accept: true };
  expect(await thief.ask('offer:answer', stolen)).toMatchObject({ code: 'NOT_FOUND' });
  const commandId = randomUUID();
  const first = await cab.answer(offerId, true, commandId);
  expect(first).toMatchObject({ ok: true, state: 'accepted' });
  expect(await cab.answer(offerId, true, commandId)).toEqual(first);
  expect(await cab.answer(offerId, false, commandId)).toMatchObject({ code: 'KEY_REUSED' });
  expect(await cab.answer(offerId, true)).toMatchObject({ ok: true, version: first.version });
  expect(await cab.command(tripId, 'start')).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    version: first.version,
  });
  const command = { commandId: randomUUID(), tripId, action: 'arrived', at: Date.now() };
  expect(await thief.ask('trip:command', command)).toMatchObject({ code: 'NOT_FOUND' });
  cab.close();
  thief.close();
  rider.close();
});

it('TRIP-34: a driver who accepted is busy in the search at once, available again after the trip, and cannot go offline during it', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const cab = await harness.freeDriver(name('driver'), pickup);
  const tripId = randomUUID();
  await request(rider, { pickup, dropoff }, tripId);
  const { offerId } = await cab.offer(tripId);
  const isIn = async (status: 'available' | 'busy') =>
    (await harness.state.zscore(geo(REGION, status), cab.id)) !== null;
  expect(await isIn('available')).toBe(true);
  await cab.answer(offerId, true);
  await vi.waitFor(
    async () => expect([await isIn('available'), await isIn('busy')]).toEqual([false, true]),
    SOON,
  );
  expect(await cab.ask('driver:status', { status: 'offline' })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  for (const action of ['arrived', 'start', 'complete']) await cab.command(tripId, action);
  await vi.waitFor(
    async () => expect([await isIn('available'), await isIn('busy')]).toEqual([true, false]),
    SOON,
  );
  rider.close();
});

it('TRIP-35: sync gives a reconnecting driver their open offer, their trip and its state', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const first = await harness.freeDriver(name('driver'), pickup, 1);
  const tripId = randomUUID();
  await request(rider, { pickup, dropoff }, tripId);
  const { offerId } = await first.offer(tripId);
  first.close();
  const second = await harness.phone('driver', name('driver'), 2);
  expect(await second.ask<DriverSync>('sync', {})).toMatchObject({
    status: 'available',
    offers: [{ offerId, tripId, pickup, dropoff }],
  });
  await second.ask('offer:answer', { commandId: randomUUID(), offerId, accept: true });
  await vi.waitFor(async () => {
    const sync = await second.ask<DriverSync>('sync', {});
    expect(sync).toMatchObject({ offers: [], trip: { tripId, state: 'accepted', pickup, dropoff } });
  }, SOON);
  second.close();
  rider.close();
});

it('TRACK-50: sync is answered from Redis: offer, trip and next trip; MongoDB is read after the loss of the driver hash, and between an answer and its delivery', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'), 1);
  const cab = await harness.freeDriver(name('driver'), pickup, 2);
  const syncs = (source: string) => harness.metric('gateway-2', 'driver_syncs_total', { source });
  /** Reconnects as after a cut, and tells from where the answer came. */
  const reconnect = async () => {
    const before = await syncs('mongo');
    const phone = await harness.phone('driver', cab.id, 2);
    const sync = await phone.ask<DriverSync>('sync', {});
    phone.close();
    return { ...sync, readMongo: (await syncs('mongo')) > before };
  };
  // Nobody has written yet that there is no next trip.
  expect(await reconnect()).toMatchObject({ offers: [], readMongo: true });
  expect(await reconnect()).toMatchObject({ offers: [], readMongo: false });
  const again = await harness.freeDriver(cab.id, pickup, 2);
  const tripId = randomUUID();
  await request(rider, { pickup, dropoff }, tripId);
  const { offerId } = await again.offer(tripId);
  const offered = await reconnect();
  expect(offered).toMatchObject({ offers: [{ offerId, tripId, pickup, dropoff }], readMongo: false });
  const back = await harness.phone('driver', cab.id, 2);
  await back.ask('offer:answer', { commandId: randomUUID(), offerId, accept: true });
  // From the answer on: the offer is over, whatever the relay has delivered.
  expect((await reconnect()).offers).toEqual([]);
  await vi.waitFor(async () => {
    expect(await reconnect()).toMatchObject({ trip: { tripId, state: 'accepted' }, readMongo: false });
  }, SOON);
  await harness.state.del(driver(REGION, cab.id as DriverId));
  expect(await reconnect()).toMatchObject({ trip: { tripId, state: 'accepted' }, readMongo: true });
  expect(await reconnect()).toMatchObject({ trip: { tripId, state: 'accepted' }, readMongo: false });
  rider.close();
});

it('TRACK-20: a follower sees every state across two drivers, from searching on, and positions of the current driver only', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'), 1);
  const one = await harness.freeDriver(name('one'), pickup, 1);
  const tripId = randomUUID();
  await request(rider, { pickup, dropoff }, tripId);
  await vi.waitFor(async () => {
    const subscribed = await rider.ask<TrackSubscribed>('track:subscribe', { tripId });
    expect(subscribed).toMatchObject({ ok: true, snapshot: { driver: null, pickup } });
  }, SOON);
  await one.answer((await one.offer(tripId)).offerId, true);
  const two = await harness.freeDriver(name('two'), { ...pickup, lat: pickup.lat + 0.001 }, 2);
  await vi.waitFor(() => expect(rider.received('location:update').length).toBeGreaterThan(0), SOON);
  await one.command(tripId, 'cancel');
  await two.answer((await two.offer(tripId)).offerId, true);
  await vi.waitFor(() => {
    const cars = rider.received<{ driverId: string }>('location:update').map(({ driverId }) => driverId);
    expect(cars.at(-1)).toBe(two.id);
  }, SOON);
  const positions = rider.received<{ driverId: string }>('location:update');
  const switched = positions.findIndex(({ driverId }) => driverId === two.id);
  expect(positions.slice(switched).every(({ driverId }) => driverId === two.id)).toBe(true);
  const versions = rider.received<TripEvent>('trip:event').map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, index) => (versions[0] as number) + index));
  rider.close();
});

it('TRIP-36: operators receive the newest state of every trip, at most twice a second; other roles do not', async () => {
  const { pickup, dropoff, name } = town();
  const operator = await harness.phone('operator', 'night-shift');
  const rider = await harness.phone('rider', name('rider'));
  const tripId = randomUUID();
  await vi.waitFor(async () => {
    expect(await harness.cache.pubsub('NUMSUB', `${REGION}:trip-feed`)).toEqual([`${REGION}:trip-feed`, 1]);
  }, SOON);
  await request(rider, { pickup, dropoff }, tripId);
  const trips = () => operator.received<TripsFrame>('trips:frame').flatMap((frame) => frame.trips);
  await vi.waitFor(() => {
    expect(trips().filter((trip) => trip.tripId === tripId)).toMatchObject([{ state: 'searching', pickup }]);
  }, SOON);
  await rider.ask('trip:command', { commandId: randomUUID(), tripId, action: 'cancel', at: Date.now() });
  await vi.waitFor(() => expect(trips().at(-1)).toMatchObject({ tripId, state: 'cancelled' }), SOON);
  expect(rider.received('trips:frame')).toEqual([]);
  operator.close();
  await vi.waitFor(async () => {
    expect(await harness.cache.pubsub('NUMSUB', `${REGION}:trip-feed`)).toEqual([`${REGION}:trip-feed`, 0]);
  }, SOON);
  rider.close();
});

it('TRIP-36: a gateway understands the summaries of a relay of the release before, which has fewer fields', async () => {
  const operator = await harness.phone('operator', 'early-shift');
  await vi.waitFor(async () => {
    expect(await harness.cache.pubsub('NUMSUB', `${REGION}:trip-feed`)).toEqual([`${REGION}:trip-feed`, 1]);
  }, SOON);
  const { pickup, dropoff, name } = town();
  const older = {
    tripId: randomUUID(),
    version: 1,
    state: 'searching',
    riderId: name('rider'),
    driverId: null,
    slot: null,
    tier: 'standard',
    pickup,
    dropoff,
    stops: [],
    requestedAt: Date.now(),
    endedAt: null,
    reason: null,
    offers: [],
  };
  await harness.cache.publish(`${REGION}:trip-feed`, JSON.stringify(older));
  await vi.waitFor(() => {
    const trips = operator.received<TripsFrame>('trips:frame').flatMap((frame) => frame.trips);
    expect(trips).toContainEqual({ ...older, attention: null, driverSilentSince: null });
  }, SOON);
  operator.close();
});

it('TRIP-37: with Mongo paused a request is refused with UNAVAILABLE in bounded time, and its repeat is the same trip', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const tripId = randomUUID();
  await harness.cluster.pause('mongo');
  const refused = await rider.socket.timeout(12_000).emitWithAck('trip:request', { tripId, pickup, dropoff });
  await harness.cluster.resume('mongo');
  expect(refused).toMatchObject({ ok: false, code: 'UNAVAILABLE', retryAfterMs: expect.any(Number) });
  await vi.waitFor(async () => {
    expect(await request(rider, { pickup, dropoff }, tripId)).toMatchObject({ ok: true });
  }, SOON);
  expect(await harness.db.collection(tripCollection).countDocuments({ _id: tripId as never })).toBe(1);
  rider.close();
});

it('TRIP-59: a cancellation that MongoDB, frozen, does not answer is refused with an unknown effect; its repeat returns the result', async () => {
  const { pickup, dropoff, name } = town();
  const rider = await harness.phone('rider', name('rider'));
  const tripId = randomUUID();
  expect(await request(rider, { pickup, dropoff }, tripId)).toMatchObject({ ok: true });
  const cancel = { commandId: randomUUID(), tripId, action: 'cancel', at: Date.now() };
  await harness.cluster.pause('mongo');
  const refused = await rider.socket.timeout(12_000).emitWithAck('trip:command', cancel);
  await harness.cluster.resume('mongo');
  expect(refused).toMatchObject({ ok: false, code: 'UNAVAILABLE', effect: 'unknown' });
  await vi.waitFor(async () => {
    expect(await rider.ask('trip:command', cancel)).toMatchObject({
      ok: true,
      state: 'cancelled',
      version: 2,
    });
  }, SOON);
  const stored = await harness.db.collection(tripCollection).findOne({ _id: tripId as never });
  expect(stored?.events.filter(({ type }: TripEvent) => type === 'cancelled')).toHaveLength(1);
  rider.close();
});
