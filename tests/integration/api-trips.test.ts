import { randomUUID } from 'node:crypto';
import {
  LIMITS,
  problemSchema,
  type Role,
  tripAuditSchema,
  tripCandidatesSchema,
  tripEventsSchema,
  tripListSchema,
  tripStatusSchema,
  tripViewSchema,
} from '@rideline/contract';
import { putCatalogueTier } from '@rideline/fleet/pricing/catalogue';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 50 };
let harness: TripHarness;
let area = 0;

beforeAll(async () => {
  harness = await startTripHarness({ apis: 1 });
});
afterAll(() => harness.stop());

function town() {
  area += 1;
  const pickup = { lat: 30 + area, lng: -100 };
  return {
    pickup,
    dropoff: { lat: pickup.lat + 0.02, lng: pickup.lng },
    name: (role: string) => `${role}-${area}`,
  };
}

const call = (method: string, path: string, role: Role, subject: string, body?: unknown) =>
  harness.call(method, path, { role, subject, body });
const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;
const asked = (rider: string, wish: object) => call('POST', '/v1/trips', 'rider', rider, wish);

it('TRIP-40: a request creates one trip by its id, however often and simultaneously it is sent', async () => {
  const { pickup, dropoff, name } = town();
  const tripId = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => asked(name('rider'), { tripId, pickup, dropoff })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
  for (const answer of answers) {
    expect(answer.headers.get('Location')).toBe(`/v1/trips/${tripId}`);
    expect(tripStatusSchema.parse(await answer.json())).toMatchObject({ tripId, state: 'searching' });
  }
  expect(await harness.db.collection(tripCollection).countDocuments({ _id: tripId as never })).toBe(1);
  const other = await asked(name('rider'), { tripId, pickup: dropoff, dropoff });
  expect([other.status, await codeOf(other)]).toEqual([422, 'KEY_REUSED']);
  const foreign = await asked(name('thief'), { tripId, pickup, dropoff });
  expect(await codeOf(foreign)).toBe('KEY_REUSED');
  const second = await asked(name('rider'), { tripId: randomUUID(), pickup, dropoff });
  expect([second.status, await codeOf(second)]).toEqual([409, 'CONFLICT']);
});

it('TRIP-41: malformed requests fail with VALIDATION and the offending path; operators name the rider, riders must not', async () => {
  const { pickup, dropoff, name } = town();
  const tripId = randomUUID();
  for (const [wish, path] of [
    [{ tripId: 'mine', pickup, dropoff }, 'body.tripId'],
    [{ tripId, pickup: { $gt: '' }, dropoff }, 'body.pickup'],
    [{ tripId, pickup, dropoff, state: 'completed' }, 'body'],
    [{ tripId, pickup, dropoff, riderId: 'another' }, 'body.riderId'],
    [{ tripId, pickup, dropoff, stops: Array(9).fill(pickup) }, 'body.stops'],
    [{ tripId, pickup, dropoff, tier: 'golden' }, 'body.tier'],
  ] as const) {
    const problem = problemSchema.parse(await (await asked(name('rider'), wish)).json());
    expect(problem.code).toBe('VALIDATION');
    expect(problem.issues?.[0]?.path).toContain(path);
  }
  const operator = (wish: object) => call('POST', '/v1/trips', 'operator', 'night', wish);
  expect(await codeOf(await operator({ tripId, pickup, dropoff }))).toBe('VALIDATION');
  expect((await operator({ tripId, pickup, dropoff, riderId: name('caller') })).status).toBe(201);
  expect(await codeOf(await call('POST', '/v1/trips', 'driver', 'cab', { tripId, pickup, dropoff }))).toBe(
    'WRONG_AUDIENCE',
  );
});

it('TRIP-42: a trip requested for later is scheduled, and its rider can still request another one now', async () => {
  const { pickup, dropoff, name } = town();
  const scheduledAt = new Date(Date.now() + 7_200_000).toISOString();
  const later = await asked(name('rider'), { tripId: randomUUID(), pickup, dropoff, scheduledAt });
  expect(tripStatusSchema.parse(await later.json())).toMatchObject({ state: 'scheduled' });
  expect((await asked(name('rider'), { tripId: randomUUID(), pickup, dropoff })).status).toBe(201);
});

it('TRIP-42: a pick-up time further ahead than trips are scheduled fails with VALIDATION and its path', async () => {
  const { pickup, dropoff, name } = town();
  const scheduledAt = new Date(Date.now() + (LIMITS.scheduledDaysAhead + 1) * 86_400_000).toISOString();
  const far = await asked(name('rider'), { tripId: randomUUID(), pickup, dropoff, scheduledAt });
  expect(await far.json()).toMatchObject({ code: 'VALIDATION', issues: [{ path: 'body.scheduledAt' }] });
});

it('TRIP-53: a request for a closed tier is refused over REST and by socket; a repeat of an accepted one is not', async () => {
  const { pickup, dropoff, name } = town();
  const accepted = { tripId: randomUUID(), pickup, dropoff, tier: 'xl' };
  expect((await asked(name('early'), accepted)).status).toBe(201);
  const close = async (version: number, open: boolean) =>
    putCatalogueTier(harness.db, REGION, { tier: 'xl', open, version, now: new Date() });
  const version = await close(0, false);
  const refused = await asked(name('late'), { ...accepted, tripId: randomUUID() });
  expect([refused.status, await codeOf(refused)]).toEqual([409, 'CONFLICT']);
  const phone = await harness.phone('rider', name('late'));
  const wish = { ...accepted, tripId: randomUUID() };
  expect(await phone.ask('trip:request', wish)).toMatchObject({ ok: false, code: 'CONFLICT' });
  expect((await asked(name('early'), accepted)).status).toBe(200);
  await close(version, true);
  expect(await phone.ask('trip:request', wish)).toMatchObject({ ok: true });
  phone.close();
});

it('TRIP-51: a rider who cancelled five requests is refused the next one over REST and by socket; a repeat is answered', async () => {
  const { pickup, dropoff, name } = town();
  const rider = name('rider');
  const wish = () => ({ tripId: randomUUID(), pickup, dropoff });
  const first = wish();
  for (let n = 0; n < LIMITS.cancelledRequests; n += 1) {
    const body = n === 0 ? first : wish();
    expect((await asked(rider, body)).status).toBe(201);
    const cancel = { commandId: randomUUID(), reason: 'again and again' };
    expect((await call('POST', `/v1/trips/${body.tripId}/cancel`, 'rider', rider, cancel)).status).toBe(200);
  }
  const refused = await asked(rider, wish());
  expect([refused.status, await codeOf(refused)]).toEqual([429, 'SCALE_003']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const phone = await harness.phone('rider', rider);
  expect(await phone.ask('trip:request', wish())).toMatchObject({ ok: false, code: 'SCALE_003' });
  expect((await asked(rider, first)).status).toBe(200);
  expect((await asked(name('another'), wish())).status).toBe(201);
  phone.close();
});

it('TRIP-43: lists are paged newest first without a gap or a repeat while trips are added; riders and drivers see only their own', async () => {
  const { pickup, dropoff, name } = town();
  const ids: string[] = [];
  const add = async () => {
    const tripId = randomUUID();
    ids.push(tripId);
    const scheduledAt = new Date(Date.now() + 7_200_000).toISOString();
    await asked(name('rider'), { tripId, pickup, dropoff, scheduledAt });
  };
  for (let n = 0; n < 7; n += 1) await add();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? '' : `&cursor=${cursor}`;
    const answer = await call('GET', `/v1/trips?limit=3${from}`, 'rider', name('rider'));
    const page = tripListSchema.parse(await answer.json());
    seen.push(...page.trips.map(({ tripId }) => tripId));
    cursor = page.next;
    await add();
  } while (cursor !== null);
  expect(seen).toEqual(ids.slice(0, 7).reverse());
  const mine = await call('GET', `/v1/trips?riderId=${name('rider')}`, 'rider', name('other'));
  expect(tripListSchema.parse(await mine.json()).trips).toEqual([]);
  const all = await call(
    'GET',
    `/v1/trips?riderId=${name('rider')}&state=scheduled&open=false`,
    'operator',
    'o',
  );
  expect(tripListSchema.parse(await all.json()).trips.length).toBe(ids.length);
  expect(await codeOf(await call('GET', '/v1/trips?cursor=nonsense', 'operator', 'o'))).toBe('VALIDATION');
  expect(await codeOf(await call('GET', '/v1/trips?limit=101', 'operator', 'o'))).toBe('VALIDATION');
});

it('TRIP-43: a cursor that no page returned fails with VALIDATION and its path, also when it holds a time that no date can represent', async () => {
  const cursors = [[9e15, 'x'], [-9e15, 'x'], [0.5, 'x'], [0, 7], {}, null].map((held) =>
    Buffer.from(JSON.stringify(held)).toString('base64url'),
  );
  for (const cursor of [...cursors, 'nonsense', '']) {
    const answer = await call('GET', `/v1/trips?cursor=${cursor}`, 'operator', 'o');
    expect([cursor, answer.status]).toEqual([cursor, 400]);
    expect(await answer.json()).toMatchObject({ code: 'VALIDATION', issues: [{ path: 'query.cursor' }] });
  }
});

it('TRIP-44: a whole ride over REST, its events, and for operators why each driver did or did not get an offer', async () => {
  const { pickup, dropoff, name } = town();
  const near = await harness.freeDriver(name('near'), pickup);
  const next = await harness.freeDriver(name('next'), { ...pickup, lat: pickup.lat + 0.001 });
  const tripId = randomUUID();
  await asked(name('rider'), { tripId, pickup, dropoff });
  const { offerId } = await near.offer(tripId);
  const answer = (accept: boolean) => ({ commandId: randomUUID(), accept });
  const declined = await call('POST', `/v1/offers/${offerId}/answer`, 'driver', near.id, answer(false));
  expect(declined.status).toBe(200);
  const again = await next.offer(tripId);
  await call('POST', `/v1/offers/${again.offerId}/answer`, 'driver', next.id, answer(true));
  for (const action of ['arrived', 'start', 'complete']) {
    const body = { commandId: randomUUID(), action, at: new Date().toISOString() };
    const done = await call('POST', `/v1/trips/${tripId}/commands`, 'driver', next.id, body);
    expect(done.status).toBe(200);
  }
  const view = await call('GET', `/v1/trips/${tripId}`, 'operator', 'o');
  expect(tripViewSchema.parse(await view.json())).toMatchObject({
    state: 'completed',
    driverId: next.id,
    offers: [{ state: 'declined' }, { state: 'accepted' }],
  });
  const forRider = await call('GET', `/v1/trips/${tripId}`, 'rider', name('rider'));
  expect(tripViewSchema.parse(await forRider.json()).offers).toBeUndefined();
  const events = await call('GET', `/v1/trips/${tripId}/events`, 'rider', name('rider'));
  const listed = tripEventsSchema.parse(await events.json()).events;
  expect(listed.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  // Nothing that the rider may not see: who declined.
  expect(JSON.stringify(listed)).not.toContain(near.id);
  await vi.waitFor(async () => {
    const found = tripCandidatesSchema.parse(
      await (await call('GET', `/v1/trips/${tripId}/candidates`, 'operator', 'o')).json(),
    );
    expect(found).toMatchObject({ considered: 2, byReason: { declined: 1, accepted: 1 } });
    expect(Object.values(found.byReason).reduce((sum, count) => sum + count, 0)).toBe(found.drivers.length);
  }, SOON);
});

it('TRIP-45: for another rider, and for a driver who is not on the trip, the trip is NOT_FOUND for every verb', async () => {
  const { pickup, dropoff, name } = town();
  const tripId = randomUUID();
  await asked(name('rider'), { tripId, pickup, dropoff });
  const cancel = { commandId: randomUUID() };
  const command = { commandId: randomUUID(), action: 'start', at: new Date().toISOString() };
  for (const [method, path, role, body] of [
    ['GET', '', 'rider', undefined],
    ['GET', '', 'driver', undefined],
    ['GET', '/events', 'rider', undefined],
    ['POST', '/cancel', 'rider', cancel],
    ['POST', '/commands', 'driver', command],
  ] as const) {
    const refused = await call(method, `/v1/trips/${tripId}${path}`, role, name('stranger'), body);
    expect([method, path, refused.status, await codeOf(refused)]).toEqual([method, path, 404, 'NOT_FOUND']);
  }
  const answer = { commandId: randomUUID(), accept: true };
  const offer = await call('POST', `/v1/offers/${tripId}_1/answer`, 'driver', name('stranger'), answer);
  expect(await codeOf(offer)).toBe('NOT_FOUND');
  for (const path of ['/candidates', '/audit']) {
    const refused = await call('GET', `/v1/trips/${tripId}${path}`, 'rider', name('rider'));
    expect(await codeOf(refused)).toBe('WRONG_AUDIENCE');
  }
});

it('TRIP-46: an operator cancels and reassigns with a reason, once by its id, and each attempt is in the audit log', async () => {
  const { pickup, dropoff, name } = town();
  const cab = await harness.freeDriver(name('driver'), pickup);
  const tripId = randomUUID();
  await asked(name('rider'), { tripId, pickup, dropoff });
  const { offerId } = await cab.offer(tripId);
  await cab.answer(offerId, true);
  const operator = (path: string, body: unknown) =>
    call('POST', `/v1/trips/${tripId}/${path}`, 'operator', 'night-shift', body);
  expect(await codeOf(await operator('reassign', { commandId: randomUUID() }))).toBe('VALIDATION');
  expect(await codeOf(await operator('cancel', { commandId: randomUUID() }))).toBe('VALIDATION');
  const reassign = { commandId: randomUUID(), reason: 'the car broke down' };
  for (let time = 0; time < 2; time += 1) {
    const done = await operator('reassign', reassign);
    expect(await done.json()).toMatchObject({ state: 'searching', version: 4 });
  }
  await vi.waitFor(() => expect(cab.events(tripId).at(-1)).toMatchObject({ type: 'reassigned' }), SOON);
  const cancel = { commandId: randomUUID(), reason: 'the rider called' };
  expect(await (await operator('cancel', cancel)).json()).toMatchObject({ state: 'cancelled' });
  const again = await operator('cancel', { ...cancel, reason: 'something else' });
  expect([again.status, await codeOf(again)]).toEqual([422, 'KEY_REUSED']);
  const late = await operator('reassign', { commandId: randomUUID(), reason: 'too late' });
  expect([late.status, await codeOf(late)]).toEqual([409, 'ILLEGAL_TRANSITION']);
  const audit = await call('GET', `/v1/trips/${tripId}/audit`, 'admin', 'a');
  const { entries } = tripAuditSchema.parse(await audit.json());
  expect(entries.map(({ action }) => action)).toEqual([
    'trip.reassign',
    'trip.cancel',
    'trip.cancel',
    'trip.reassign',
    'trip.reassign',
  ]);
  expect(entries.at(-1)).toMatchObject({
    actor: { role: 'operator', id: 'night-shift' },
    data: { reason: 'the car broke down' },
  });
});

it('TRIP-47: with Mongo paused a request is refused within its deadline, and its repeat is the same trip', async () => {
  const { pickup, dropoff, name } = town();
  const tripId = randomUUID();
  await harness.cluster.pause('mongo');
  const refused = await asked(name('rider'), { tripId, pickup, dropoff });
  await harness.cluster.resume('mongo');
  expect([503, 504]).toContain(refused.status);
  await vi.waitFor(async () => {
    expect([200, 201]).toContain((await asked(name('rider'), { tripId, pickup, dropoff })).status);
  }, SOON);
  expect(await harness.db.collection(tripCollection).countDocuments({ _id: tripId as never })).toBe(1);
});

it('TRIP-59: a cancellation over REST that MongoDB, frozen, does not answer says that its effect is unknown; one that was not begun says none; repeats return the result', async () => {
  const { pickup, dropoff, name } = town();
  const [tripId, other] = [randomUUID(), randomUUID()];
  expect((await asked(name('rider'), { tripId, pickup, dropoff })).status).toBe(201);
  expect((await asked(name('other'), { tripId: other, pickup, dropoff })).status).toBe(201);
  const body = { commandId: randomUUID() };
  const byOperator = { commandId: randomUUID(), reason: 'rider called' };
  const rider = () => call('POST', `/v1/trips/${tripId}/cancel`, 'rider', name('rider'), body);
  const operator = () => call('POST', `/v1/trips/${other}/cancel`, 'operator', 'night', byOperator);
  await harness.cluster.pause('mongo');
  const [cancelled, notBegun] = await Promise.all([rider(), operator()]);
  await harness.cluster.resume('mongo');
  expect([503, 504]).toContain(cancelled.status);
  expect(problemSchema.parse(await cancelled.json()).effect).toBe('unknown');
  // The operator's trip could not even be read.
  expect(problemSchema.parse(await notBegun.json()).effect).toBe('none');
  await vi.waitFor(async () => {
    const answers = await Promise.all([rider(), operator()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    for (const answer of answers)
      expect(await answer.json()).toMatchObject({ state: 'cancelled', version: 2 });
  }, SOON);
});
