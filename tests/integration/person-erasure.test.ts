import { randomUUID } from 'node:crypto';
import { type Erasure, erasureListSchema, erasureSchema, tripViewSchema } from '@rideline/contract';
import { sessionCollection } from '@rideline/fleet/accounts/session-collection';
import { documentCollection } from '@rideline/fleet/documents/document-collection';
import { deviceCollection } from '@rideline/fleet/notifications/device-collection';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AdminHarness, problemOf, startAdminHarness } from '../harness/cluster/admin-harness.ts';
import type { FreeDriver } from '../harness/cluster/trip-harness.ts';
import { openTestObjects, searchAllStores } from '../harness/servers/store-search.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
const pickup = { lat: 41.123456, lng: -8.654321 };
const dropoff = { lat: 41.15, lng: -8.65 };

let harness: AdminHarness;
let objects: ObjectStore;
let driver: string;
let rider: string;
let cab: FreeDriver;
let tripId: string;
/** Issued before the erasure, valid for an hour. */
let oldToken: string;

beforeAll(async () => {
  harness = await startAdminHarness({
    s3: true,
    env: { RIDELINE_ROLES: 'history,matching,relay,sweepers,notifications' },
  });
  objects = openTestObjects(harness.env);
  await objects.ensureBucket();
  driver = await harness.storeDriver(new Date());
  rider = await harness.storeRider(new Date());
  oldToken = await harness.token('rider', rider);
  cab = await harness.freeDriver(driver, pickup);
  await leaveTraces();
});
afterAll(async () => {
  objects?.close();
  await harness?.stop();
});

/** The data of a person that a ride alone does not create. */
async function leaveTraces(): Promise<void> {
  const { db, log, cache } = harness;
  const at = new Date();
  const documentId = randomUUID();
  const key = `quarantine/documents/${driver}/insurance/${at.getTime()}-0123456789abcdef01234567.jpg`;
  for (const name of [key, `clean/${documentId}/1.jpg`])
    await objects.putOnce(name, Buffer.from('x'), 'image/jpeg');
  await db.collection(documentCollection).insertOne({
    _id: documentId,
    v: 1,
    region: REGION,
    userId: driver,
    role: 'driver',
    type: 'insurance',
    state: { name: 'rejected', code: 'DAMAGED', rejectedAt: at.getTime() },
    version: 3,
    fence: 1,
    key,
    createdAt: at,
    updatedAt: at,
  } as never);
  const session = {
    _id: randomUUID(),
    v: 1,
    region: REGION,
    userId: rider,
    hash: 'secret-digest',
    expireAt: at,
  };
  await db
    .collection(sessionCollection)
    .insertOne({ ...session, expireAt: new Date(Date.now() + 1e9) } as never);
  const device = { v: 1, region: REGION, userId: rider, role: 'rider', token: 'push-token', updatedAt: at };
  await db.collection(deviceCollection).insertOne({
    _id: `rider:${rider}:phone`,
    deviceId: 'phone',
    ...device,
  } as never);
  const letter = { v: 1, cause: 'document', reason: 'a test', entry: '1-0', driverId: driver };
  await log.xadd(fixDeadLetters(REGION, 1, 0), '*', 'l', JSON.stringify(letter));
  await cache.set(`${REGION}:user:profile:${rider}`, '{}');
}

const erase = (userId: string, reason = 'asked by letter') =>
  harness.call('POST', `/v1/admin/people/${userId}/erasure`, { body: { reason } });
const report = (id: string) => harness.ask('GET', `/v1/admin/erasures/${id}`, erasureSchema);
const search = (id: string) =>
  searchAllStores(
    {
      mongo: harness.mongo,
      redis: { log: harness.log, state: harness.state, cache: harness.cache },
      objects,
    },
    id,
  );

async function rideOn(...actions: string[]): Promise<void> {
  for (const action of actions) expect(await cab.command(tripId, action)).toMatchObject({ ok: true });
}

it('ADM-40: an export holds everything about a person, line by line with an end, contains no secret, and is recorded', async () => {
  tripId = randomUUID();
  const asked = await harness.call('POST', '/v1/trips', {
    role: 'rider',
    subject: rider,
    body: { tripId, pickup, dropoff },
  });
  expect(asked.status).toBe(201);
  const { offerId } = await cab.offer(tripId);
  await cab.answer(offerId, true);
  await rideOn('arrived', 'start');
  await vi.waitFor(async () => {
    const stored = await Promise.all([
      harness.db.collection(trackCollection).countDocuments({ driverId: driver } as never),
      harness.db.collection(notificationCollection).countDocuments({ userId: rider } as never),
    ]);
    expect(Math.min(...stored)).toBeGreaterThan(0);
  }, SOON);
  const read = async (userId: string) => {
    const answer = await harness.call('POST', `/v1/admin/people/${userId}/export`, {
      body: { reason: 'GDPR 15' },
    });
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    expect(text).not.toMatch(/argon2|secret-digest|push-token/);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { what: string; lines?: number });
  };
  const ofDriver = await read(driver);
  expect(ofDriver.at(-1)).toEqual({ what: 'end', lines: ofDriver.length - 1 });
  const kinds = new Set(ofDriver.map(({ what }) => what));
  for (const kind of ['account', 'driver', 'vehicle', 'document', 'trip', 'track', 'audit', 'live_position'])
    expect([kind, kinds.has(kind)]).toEqual([kind, true]);
  const ofRider = new Set((await read(rider)).map(({ what }) => what));
  for (const kind of ['account', 'session', 'device', 'trip', 'notification'])
    expect([kind, ofRider.has(kind)]).toEqual([kind, true]);
  expect(
    (
      await harness.call('POST', `/v1/admin/people/${rider}/export`, {
        role: 'operator',
        body: { reason: 'x' },
      })
    ).status,
  ).toBe(403);
});

it('ADM-41: an erasure waits for the ride in progress, survives a kill of its worker, and leaves the id nowhere', async () => {
  expect(
    (await problemOf(await harness.call('POST', '/v1/admin/people/ada/erasure', { body: { reason: 'x' } })))
      .code,
  ).toBe('FORBIDDEN');
  const lastAdmin = await harness.storeRider(new Date(), { role: 'admin' });
  expect((await problemOf(await erase(lastAdmin))).code).toBe('FORBIDDEN');
  const ids: string[] = [];
  for (const person of [driver, rider]) {
    const asked = await erase(person);
    expect(asked.status).toBe(202);
    const { erasureId } = erasureSchema.parse(await asked.json());
    expect(asked.headers.get('location')).toBe(`/v1/admin/erasures/${erasureId}`);
    // A second request returns the erasure in progress.
    expect(erasureSchema.parse(await (await erase(person)).json()).erasureId).toBe(erasureId);
    ids.push(erasureId);
  }
  const [ofDriver, ofRider] = ids as [string, string];
  await vi.waitFor(async () => {
    const blocked = await report(ofDriver);
    expect([blocked.state, blocked.blockedBy]).toEqual(['blocked', `trip ${tripId} is under way`]);
  }, SOON);
  // One that waits keeps no other from running (TRIP-50).
  const another = await harness.storeRider(new Date());
  const { erasureId: beside } = erasureSchema.parse(await (await erase(another)).json());
  await vi.waitFor(async () => expect((await report(beside)).state).toBe('done'), SOON);
  expect((await report(ofDriver)).state).not.toBe('done');
  const cancelled = await harness.call('POST', `/v1/trips/${tripId}/cancel`, {
    body: { commandId: randomUUID(), reason: 'the driver is leaving' },
  });
  expect(cancelled.status).toBe(200);
  await harness.cluster.kill('workers-1');
  await harness.cluster.start('workers-1');
  const done: Erasure[] = [];
  for (const id of [ofDriver, ofRider]) {
    done.push(
      await vi.waitFor(async () => {
        const found = await report(id);
        expect([found.state, found.blockedBy]).toEqual(['done', null]);
        return found;
      }, SOON),
    );
  }
  for (const { proof, steps } of done) {
    expect(steps.every(({ state }) => state === 'done')).toBe(true);
    expect(proof?.clean).toBe(true);
    const kept = proof?.stores.filter(({ found }) => found > 0).map(({ store }) => store);
    expect(kept?.sort()).toEqual([
      'mongo:audit',
      'mongo:erasures',
      'mongo:revocations',
      'redis:state:revocations',
    ]);
    expect(proof?.stores.reduce((sum, { searched }) => sum + searched, 0)).toBeGreaterThan(20);
  }
  for (const id of [driver, rider])
    expect(await search(id)).toEqual([
      'mongo audit',
      'mongo erasures',
      'mongo revocations',
      `redis state ${REGION}:{r:${REGION}}:revocations`,
    ]);
  const { erasures } = await harness.ask('GET', `/v1/admin/erasures?userId=${rider}`, erasureListSchema);
  expect(erasures.map(({ erasureId }) => erasureId)).toEqual([ofRider]);
});

it('ADM-42: the trip stays, without either person, with coarsened places and its fare unchanged', async () => {
  const trip = await harness.ask('GET', `/v1/trips/${tripId}`, tripViewSchema);
  expect(trip.riderId).toMatch(/^erased-/);
  expect(trip.pickup).toEqual({ lat: 41.12, lng: -8.65 });
  const stored = await harness.db.collection(tripCollection).findOne({ _id: tripId as never });
  expect(stored?.fare).toEqual({ minor: expect.any(Number), currency: 'USD' });
});

it('ADM-43: the tokens of an erased person are invalid', async () => {
  const refused = await fetch(`${harness.apiUrl}/v1/trips`, {
    headers: { Authorization: `Bearer ${oldToken}` },
  });
  expect([refused.status, (await problemOf(refused)).code]).toEqual([401, 'TOKEN_REVOKED']);
  await vi.waitFor(() => expect(cab.socket.connected).toBe(false), SOON);
});
