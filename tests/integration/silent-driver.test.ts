import { randomUUID } from 'node:crypto';
import { type DriverId, type TripEvent, type TripId, tripAuditSchema } from '@rideline/contract';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type FreeDriver, startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
/** The steps of a silence in seconds instead of minutes. */
const TIMES = {
  RIDELINE_DRIVER_SILENT_MS: '3000',
  RIDELINE_DRIVER_SILENT_REASSIGN_MS: '6000',
  RIDELINE_DRIVER_SILENT_RIDER_ENDS_MS: '6000',
  RIDELINE_DRIVER_SILENT_ENDS_MS: '30000',
};

let harness: TripHarness;
let area = 0;
beforeAll(async () => {
  harness = await startTripHarness({
    apis: 1,
    env: { ...TIMES, RIDELINE_ROLES: 'matching,relay,sweepers,notifications' },
  });
});
afterAll(() => harness.stop());

const stored = (tripId: string) => harness.db.collection(tripCollection).findOne({ _id: tripId as TripId });

interface Ride {
  readonly tripId: string;
  readonly riderId: string;
  readonly cab: FreeDriver;
}

/** A trip that a driver has accepted, and after `actions` of theirs. */
async function ride(...actions: string[]): Promise<Ride> {
  area += 1;
  const pickup = { lat: 20 + area, lng: 40 };
  const riderId = `silent-rider-${area}`;
  const cab = await harness.freeDriver(`silent-driver-${area}`, pickup);
  const tripId = randomUUID();
  const dropoff = { lat: pickup.lat + 0.02, lng: pickup.lng };
  const answer = await harness.call('POST', '/v1/trips', {
    role: 'rider',
    subject: riderId,
    body: { tripId, pickup, dropoff },
  });
  expect(answer.status).toBe(201);
  await cab.answer((await cab.offer(tripId)).offerId, true);
  for (const action of actions) expect(await cab.command(tripId, action)).toMatchObject({ ok: true });
  return { tripId, riderId, cab };
}

const attention = async (kind: string): Promise<string[]> => {
  const answer = await harness.call('GET', `/v1/trips?attention=${kind}&limit=100`, {
    role: 'operator',
    subject: 'night',
  });
  const { trips } = (await answer.json()) as { trips: { tripId: string }[] };
  return trips.map(({ tripId }) => tripId);
};
/** Rows of the finance export: trip, start and kind. */
async function financeOf(tripId: string): Promise<string[][]> {
  const [from, to] = [Date.now() - 3_600_000, Date.now() + 3_600_000].map((at) => new Date(at).toISOString());
  const answer = await harness.call('GET', `/v1/admin/finance.csv?from=${from}&to=${to}`, {
    role: 'admin',
    subject: 'books',
  });
  const rows = (await answer.text()).split('\r\n').map((line) => line.split(','));
  return rows.filter(([id]) => id === tripId).map((row) => [row[2] ?? '', row.at(-1) ?? '']);
}

/** Marks the fare as reviewed, twice under one id and once more, and checks what everyone then sees. */
async function reviewFareOf(tripId: string): Promise<void> {
  const review = (body: object, role: 'operator' | 'rider' = 'operator') =>
    harness.call('POST', `/v1/trips/${tripId}/fare-review`, { role, subject: 'night', body });
  const trip = await stored(tripId);
  if (trip === null || !('startedAt' in trip.state)) throw new Error('the ride is not stored with its start');
  const { version } = trip;
  const { startedAt = 0 } = trip.state;
  const started = new Date(startedAt).toISOString();
  expect(await financeOf(tripId)).toEqual([[started, 'review']]);
  const body = { commandId: randomUUID(), reason: 'half of the estimate was agreed', version };
  expect((await review(body, 'rider')).status).toBe(403);
  expect((await review({ ...body, reason: undefined })).status).toBe(400);
  const stale = await review({ ...body, commandId: randomUUID(), version: version - 1 });
  expect([stale.status, await stale.json()]).toMatchObject([409, { code: 'CONFLICT', version }]);
  for (const again of [body, body, { ...body, commandId: randomUUID() }]) {
    const answer = await review(again);
    expect([answer.status, await answer.json()]).toMatchObject([200, { version: version + 1 }]);
  }
  const reused = await review({ ...body, reason: 'another' });
  expect(await reused.json()).toMatchObject({ code: 'KEY_REUSED' });
  expect(await attention('fare_review')).not.toContain(tripId);
  const by = { role: 'operator', subject: 'night' } as const;
  const view = await harness.call('GET', `/v1/trips/${tripId}`, by);
  expect(await view.json()).toMatchObject({ attention: null, reason: 'driver_silent', version: version + 1 });
  const audit = tripAuditSchema.parse(
    await (await harness.call('GET', `/v1/trips/${tripId}/audit`, by)).json(),
  );
  expect(audit.entries.map(({ action }) => action)).toContain('trip.fare_review');
  expect(await financeOf(tripId)).toEqual([[started, 'reviewed']]);
  await vi.waitFor(async () => expect((await stored(tripId))?.outbox).toEqual([]), SOON);
}

const cancel = ({ tripId, riderId }: Ride) =>
  harness.call('POST', `/v1/trips/${tripId}/cancel`, {
    role: 'rider',
    subject: riderId,
    body: { commandId: randomUUID() },
  });

it('TRIP-60, TRIP-70: a phone that dies during a ride is raised to operators; later its rider is told, may end the ride, and requests another; the fare is reviewed', async () => {
  const dead = await ride('arrived', 'start');
  const alive = await ride('arrived', 'start');
  expect((await cancel(dead)).status).toBe(409);
  dead.cab.close();
  await vi.waitFor(async () => expect(await attention('driver_silent')).toContain(dead.tripId), SOON);
  await vi.waitFor(async () => {
    expect(await harness.metric('workers-1', 'silent_driver_trips')).toBeGreaterThan(0);
    expect(await harness.metric('workers-1', 'driver_silences_total', { step: 'raised' })).toBeGreaterThan(0);
  }, SOON);
  await vi.waitFor(async () => {
    const told = { userId: dead.riderId as never, kind: 'driver_silent' } as const;
    expect(await harness.db.collection(notificationCollection).countDocuments(told)).toBe(1);
  }, SOON);
  const ended = await cancel(dead);
  expect([ended.status, await ended.json()]).toMatchObject([200, { state: 'cancelled' }]);
  const view = await harness.call('GET', `/v1/trips/${dead.tripId}`, { role: 'operator', subject: 'night' });
  expect(await view.json()).toMatchObject({
    state: 'cancelled',
    reason: 'driver_silent',
    attention: 'fare_review',
    driverSilentSince: expect.any(String),
  });
  expect(await attention('fare_review')).toContain(dead.tripId);
  await reviewFareOf(dead.tripId);
  const another = await harness.call('POST', '/v1/trips', {
    role: 'rider',
    subject: dead.riderId,
    body: { tripId: randomUUID(), pickup: { lat: 80, lng: 1 }, dropoff: { lat: 80, lng: 2 } },
  });
  expect(another.status).toBe(201);
  // A driver who is heard is not silent, however long the ride takes.
  expect((await stored(alive.tripId))?.silence).toBeUndefined();
  expect(await alive.cab.command(alive.tripId, 'complete')).toMatchObject({ ok: true, state: 'completed' });
});

it('TRIP-57: a phone that dies at the pick-up loses the trip, which is searched again', async () => {
  const { tripId, cab } = await ride('arrived');
  cab.close();
  await vi.waitFor(async () => {
    const events = (await stored(tripId))?.events ?? [];
    expect(events.find(({ type }) => type === 'reassigned')?.data).toEqual({ reason: 'driver_silent' });
  }, SOON);
});

it('TRIP-58: a phone that comes back clears the silence, and its driver completes the ride', async () => {
  const { tripId, cab } = await ride('arrived', 'start');
  cab.close();
  await vi.waitFor(async () => expect((await stored(tripId))?.silence).toBeDefined(), SOON);
  const back = await harness.phone('driver', cab.id);
  const fixes = setInterval(() => {
    const n = Date.now() - startedAt;
    back.socket.emit('location:update', { boot: 'again', fixes: [[n, Date.now(), 20 + area, 40 + n / 1e9]] });
  }, 300);
  const startedAt = Date.now();
  try {
    await vi.waitFor(async () => {
      const trip = await stored(tripId);
      expect(trip?.silence).toBeUndefined();
      expect(trip?.events.map(({ type }: TripEvent) => type)).toContain('driver_heard');
    }, SOON);
    const complete = { commandId: randomUUID(), tripId, action: 'complete', at: Date.now() };
    expect(await back.ask('trip:command', complete)).toMatchObject({ ok: true, state: 'completed' });
  } finally {
    clearInterval(fixes);
    back.close();
  }
});

it('TRIP-55, TRIP-57, TRIP-70: a ride that nobody ends is completed in the end, and an operator reviews its fare', async () => {
  const { tripId, cab } = await ride('arrived', 'start');
  cab.close();
  await vi.waitFor(async () => {
    expect(await stored(tripId)).toMatchObject({
      open: false,
      state: { name: 'completed', review: { reason: 'driver_silent' } },
    });
  }, SOON);
  await reviewFareOf(tripId);
});

it('TRIP-57: a phone that is connected and sends no fixes is not silent: its gateway stores that it is there', async () => {
  const { tripId, cab } = await ride('arrived', 'start');
  const before = Date.now();
  await vi.waitFor(async () => {
    const heardAt = await harness.state.hget(driver(REGION, cab.id as DriverId), 'heardAt');
    expect(Number(heardAt)).toBeGreaterThan(before);
  }, SOON);
  expect(await cab.command(tripId, 'complete')).toMatchObject({ ok: true });
});

it('TRIP-55: what a process of an older version writes beside this one leaves no ride without a due time and no ended one silent', async () => {
  const { tripId, cab } = await ride('arrived', 'start');
  cab.close();
  const trips = harness.db.collection(tripCollection);
  const ofTrip = { _id: tripId as TripId };
  await vi.waitFor(async () => expect((await stored(tripId))?.outbox).toEqual([]), SOON);
  // Its relay removed the due time of a ride in progress.
  await trips.updateOne(ofTrip, { $unset: { nextCheckAt: '' } });
  await vi.waitFor(async () => expect((await stored(tripId))?.silence).toBeDefined(), {
    ...SOON,
    timeout: 120_000,
  });
  const state = { name: 'completed', startedAt: Date.now() - 60_000, completedAt: Date.now() } as const;
  // Its transitions do not know the silence.
  await trips.updateOne(ofTrip, { $set: { state, open: false }, $unset: { nextCheckAt: '', slot: '' } });
  await vi.waitFor(async () => expect(await attention('driver_silent')).not.toContain(tripId), SOON);
  const view = await harness.call('GET', `/v1/trips/${tripId}`, { role: 'operator', subject: 'night' });
  expect(await view.json()).toMatchObject({ attention: null, driverSilentSince: null, riderMayEnd: false });
});
