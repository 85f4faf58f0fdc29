import { randomUUID } from 'node:crypto';
import type {
  CommandId,
  DeadLetterList,
  DeadLetterView,
  DriverId,
  NotificationId,
  NotificationKind,
  NotificationList,
  RegionId,
  RiderId,
  Role,
  TripId,
  UserId,
} from '@rideline/contract';
import { tripRequestSchema } from '@rideline/contract';
import { deviceCollection } from '@rideline/fleet/notifications/device-collection';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { createNotifier, type NotificationJob } from '@rideline/fleet/notifications/notification-queue';
import { offerIdOf } from '@rideline/fleet/trips/trip';
import { cancelByOthers, offerTrip } from '@rideline/fleet/trips/trip-commands';
import { relayTrip } from '@rideline/fleet/trips/trip-relay';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { QueueProducer } from '@rideline/platform/queues/queues';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { callApi } from '../harness/clients/api-request.ts';
import { connectPhone, type NotifiedPhone } from '../harness/clients/notified-phone.ts';
import { type TokenOf, tokensOf } from '../harness/clients/tokens.ts';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { openTestQueue } from '../harness/notifications/test-queue.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../harness/notifications/webhook-receiver.ts';
import { urlOf } from '../harness/processes/process-address.ts';
import { REGION } from '../harness/test-process.ts';
import { relayOf, tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };

let harness: WorkersHarness;
let webhook: WebhookReceiver;
let queue: QueueProducer<'notification'>;
let token: TokenOf;
let phones: NotifiedPhone[] = [];

beforeAll(async () => {
  webhook = await startWebhookReceiver();
  harness = await startWorkersHarness({
    gateways: 2,
    apis: 1,
    env: {
      RIDELINE_ROLES: 'notifications',
      RIDELINE_PUSH: 'webhook',
      RIDELINE_PUSH_WEBHOOK_URL: webhook.url,
      RIDELINE_PUSH_WEBHOOK_SECRET: 'a secret of sixteen',
    },
  });
  queue = openTestQueue(harness);
  token = await tokensOf(harness.env);
});
afterAll(async () => {
  await queue?.close();
  await harness?.stop();
  await webhook?.close();
});
beforeEach(() => {
  for (const { socket } of phones) socket.disconnect();
  phones = [];
  webhook.refuses = () => false;
  webhook.hangs = () => false;
});

const newUser = () => `user-${randomUUID().slice(0, 8)}` as UserId;

function jobFor(
  userId: UserId,
  more: { kind?: NotificationKind; role?: Role; version?: number; createdAt?: number } = {},
): NotificationJob {
  const { kind = 'driver_arrived', role = 'rider', version = 3, createdAt = Date.now() } = more;
  const tripId = randomUUID();
  return {
    v: 1,
    notificationId: `${tripId}-${version}-${role}` as NotificationId,
    region: REGION as RegionId,
    userId,
    role,
    kind,
    data: { tripId, version },
    createdAt,
  };
}

async function add(job: NotificationJob): Promise<NotificationId> {
  await queue.add('notify', job, { jobId: job.notificationId });
  return job.notificationId;
}

const stored = (id: NotificationId) =>
  harness.db.collection(notificationCollection).findOne({ _id: id as never });

async function storedSoon(id: NotificationId): Promise<void> {
  await vi.waitFor(async () => expect(await stored(id)).not.toBeNull(), SOON);
}

async function connect(
  userId: UserId,
  options: { role?: 'rider' | 'driver'; gateway?: string; acknowledges?: boolean } = {},
): Promise<NotifiedPhone> {
  const { role = 'rider', gateway = 'gateway-1', acknowledges = true } = options;
  const phone = await connectPhone(
    urlOf(harness.cluster, gateway),
    `/${role}`,
    await token(role, userId),
    acknowledges,
  );
  phones.push(phone);
  return phone;
}

it('NOTE-3: a notification is stored once and pushed once even if its job runs twice', async () => {
  const job = jobFor(newUser());
  const id = await add(job);
  await vi.waitFor(async () => expect(await stored(id)).toMatchObject({ pushedBy: ['webhook'] }), SOON);
  expect(await stored(id)).toMatchObject({
    userId: job.userId,
    role: 'rider',
    title: 'Your driver is here',
    data: job.data,
    createdAt: new Date(job.createdAt),
  });
  const key = `${REGION}:{bull}:notification`;
  await add(job);
  const before = await harness.metric('workers-1', 'notifications_total', { outcome: 'again' });
  await harness.state.del(`${key}:${id}`);
  await harness.state.zrem(`${key}:completed`, id);
  await add({ ...job, kind: 'trip_failed' });
  await vi.waitFor(async () => {
    expect(await harness.metric('workers-1', 'notifications_total', { outcome: 'again' })).toBe(before + 1);
  }, SOON);
  expect(await stored(id)).toMatchObject({ kind: 'driver_arrived' });
  expect(webhook.accepted.filter((taken) => taken === id)).toHaveLength(1);
});

it("NOTE-4: a notification goes to its user's sockets, on whichever gateway, and to no others; the acknowledgement is recorded", async () => {
  const [userId, other] = [newUser(), newUser()];
  const phone = await connect(userId, { gateway: 'gateway-2' });
  const another = await connect(other);
  // The same id in the other role is another user.
  const namesake = await connect(userId, { role: 'driver' });
  const id = await add(jobFor(userId));
  await vi.waitFor(() => expect(phone.received).toEqual([id]), SOON);
  await vi.waitFor(async () => expect(await stored(id)).toHaveProperty('ackedAt'), SOON);
  const forDriver = await add(jobFor(userId, { role: 'driver', kind: 'trip_promoted' }));
  await vi.waitFor(() => expect(namesake.received).toEqual([forDriver]), SOON);
  expect(phone.received).toEqual([id]);
  expect(another.received).toEqual([]);
});

it('NOTE-15: a wake-up whose trip has ended meanwhile is pushed to nobody', async () => {
  const withdrawn = () => harness.metric('workers-1', 'notifications_total', { outcome: 'withdrawn' });
  const before = await withdrawn();
  const id = await add(jobFor(newUser(), { kind: 'wake', role: 'driver' }));
  await vi.waitFor(async () => expect(await withdrawn()).toBe(before + 1), SOON);
  expect(webhook.posted.get(id)).toBeUndefined();
});

it('NOTE-5: an unacknowledged notification is sent again while the socket lives, then to the next connection, then no more', async () => {
  const userId = newUser();
  const deaf = await connect(userId, { acknowledges: false });
  const id = await add(jobFor(userId));
  await vi.waitFor(() => expect(deaf.received).toEqual([id, id]), SOON);
  expect(await stored(id)).not.toHaveProperty('ackedAt');
  deaf.socket.disconnect();
  const phone = await connect(userId, { gateway: 'gateway-2' });
  await vi.waitFor(() => expect(phone.received).toEqual([id]), SOON);
  await vi.waitFor(async () => expect(await stored(id)).toHaveProperty('ackedAt'), SOON);
  phone.socket.disconnect();
  const asked = await harness.metric('gateway-1', 'notification_lookups_total');
  const again = await connect(userId);
  await vi.waitFor(async () => {
    expect(await harness.metric('gateway-1', 'notification_lookups_total')).toBeGreaterThan(asked);
  }, SOON);
  expect(again.received).toEqual([]);
});

it('TRACK-42: a rider with nothing unacknowledged is not looked for; a notification that is stored meanwhile reaches the next connection', async () => {
  const userId = newUser();
  const known = () => harness.metric('gateway-1', 'notification_lookups_total', { outcome: 'known' });
  /** Connects until Redis alone has answered. */
  const untilKnown = async () => {
    const before = await known();
    await vi.waitFor(async () => {
      (await connect(userId)).socket.disconnect();
      expect(await known()).toBeGreaterThan(before);
    }, SOON);
  };
  await untilKnown();
  const id = await add(jobFor(userId));
  await storedSoon(id);
  const phone = await connect(userId, { gateway: 'gateway-2' });
  await vi.waitFor(() => expect(phone.received).toEqual([id]), SOON);
  await vi.waitFor(async () => expect(await stored(id)).toHaveProperty('ackedAt'), SOON);
  // Acknowledged: the gateway looks once more, so that the next connection need not.
  await vi.waitFor(
    async () => expect(await harness.cache.get(`${REGION}:{u:rider:${userId}}:unseen`)).toBe('none'),
    SOON,
  );
  phone.socket.disconnect();
  await untilKnown();
});

it('NOTE-5: a new connection receives the newest 20 that are still useful, oldest first', async () => {
  const userId = newUser();
  const now = Date.now();
  const ids: NotificationId[] = [];
  for (let index = 0; index < 25; index += 1)
    ids.push(await add(jobFor(userId, { createdAt: now - 60_000 + index })));
  const offer = await add(jobFor(userId, { kind: 'offer', createdAt: now - 59_000 }));
  for (const id of [...ids, offer]) await storedSoon(id);
  const phone = await connect(userId);
  await vi.waitFor(() => expect(phone.received).toHaveLength(20), SOON);
  expect(phone.received).toEqual(ids.slice(5));
});

it('NOTE-6: over REST users read and acknowledge their own notifications, and learn nothing of those of others', async () => {
  const userId = newUser();
  const now = Date.now();
  const ids: NotificationId[] = [];
  for (let index = 0; index < 5; index += 1) ids.push(await add(jobFor(userId, { createdAt: now + index })));
  for (const id of ids) await storedSoon(id);
  const mine = await token('rider', userId);
  const first = await callApi<NotificationList>(harness, mine, 'GET', '/v1/notifications?limit=3');
  expect(first.status).toBe(200);
  const rest = `/v1/notifications?limit=3&cursor=${first.body.next}`;
  const second = await callApi<NotificationList>(harness, mine, 'GET', rest);
  const listed = [...first.body.notifications, ...second.body.notifications];
  expect(listed.map(({ notificationId }) => notificationId)).toEqual(ids.toReversed());
  expect(second.body.next).toBeNull();
  expect(listed[0]).toMatchObject({ kind: 'driver_arrived', ackedAt: null });

  const path = `/v1/notifications/${ids[0]}/ack`;
  for (let time = 0; time < 2; time += 1)
    expect(await callApi(harness, mine, 'POST', path)).toMatchObject({ status: 200, body: { acked: true } });
  expect(await stored(ids[0] as NotificationId)).toHaveProperty('ackedAt');
  const stranger = await token('rider', newUser());
  expect((await callApi(harness, stranger, 'POST', path)).status).toBe(404);
  expect((await callApi(harness, await token('driver', userId), 'POST', path)).status).toBe(404);
  expect((await callApi(harness, stranger, 'GET', '/v1/notifications')).body.notifications).toEqual([]);
  expect((await callApi(harness, mine, 'GET', '/v1/notifications?cursor=nonsense')).status).toBe(400);
});

it('NOTE-7: a provider that is down is tried five times, then the job is a dead letter that is replayed once', async () => {
  const userId = newUser();
  const job = jobFor(userId);
  webhook.refuses = (eventId) => eventId === job.notificationId;
  const id = await add(job);
  const other = await add(jobFor(newUser()));
  const operator = await token('operator', 'night');
  await vi.waitFor(() => expect(webhook.accepted).toContain(other), SOON);
  const listed = await vi.waitFor(async () => {
    const { body } = await callApi<DeadLetterList>(harness, operator, 'GET', '/v1/dead-letters/notification');
    expect(body.letters).toHaveLength(1);
    return body.letters[0] as DeadLetterView;
  }, SOON);
  expect(listed).toMatchObject({ id, cause: 'attempts', attempts: 5, job: 'notify', replayable: true });
  expect(listed.reason).toContain('503');
  expect(webhook.posted.get(id)).toBe(5);
  expect(await harness.metric('workers-1', 'queue_jobs_total', { outcome: 'dead' })).toBe(1);
  // It is stored all the same, and a phone that connects receives it.
  expect((await connect(userId, { acknowledges: false })).received.length).toBeLessThanOrEqual(1);

  webhook.refuses = () => false;
  const replay = () =>
    callApi(harness, operator, 'POST', `/v1/dead-letters/notification/${id}/replay`, {
      reason: 'it is up again',
    });
  expect((await replay()).body).toEqual({ id, outcome: 'replayed' });
  await vi.waitFor(() => expect(webhook.accepted.filter((taken) => taken === id)).toHaveLength(1), SOON);
  await vi.waitFor(async () => {
    const { body } = await callApi(harness, operator, 'GET', '/v1/dead-letters');
    expect(body.sources).toContainEqual(expect.objectContaining({ source: 'notification', count: 0 }));
  }, SOON);
  expect((await replay()).body).toEqual({ id, outcome: 'already' });
  expect(webhook.posted.get(id)).toBe(6);
});

it('NOTE-12: a worker that dies in the middle of a job delays it by its lock; the next worker does it, once', async () => {
  const job = jobFor(newUser());
  let hang = true;
  webhook.hangs = (eventId) => hang && eventId === job.notificationId;
  const id = await add(job);
  await vi.waitFor(() => expect(webhook.posted.get(id)).toBe(1), SOON);
  await harness.cluster.kill('workers-1');
  hang = false;
  await harness.cluster.start('workers-1');
  await vi.waitFor(() => expect(webhook.accepted).toContain(id), { timeout: 60_000, interval: 100 });
  await vi.waitFor(async () => expect(await stored(id)).toMatchObject({ pushedBy: ['webhook'] }), SOON);
  expect(await harness.db.collection(notificationCollection).countDocuments({ _id: id as never })).toBe(1);
  expect(webhook.accepted.filter((taken) => taken === id)).toHaveLength(1);
});

it('NOTE-8: a phone is registered and removed by its own user, and a token has one owner', async () => {
  const [userId, next] = [newUser(), newUser()];
  const mine = await token('rider', userId);
  const device = { platform: 'ios', token: `token-of-${userId}`, locale: 'de-AT' };
  expect(await callApi(harness, mine, 'PUT', '/v1/devices/phone-1', device)).toMatchObject({
    status: 200,
    body: { deviceId: 'phone-1', platform: 'ios' },
  });
  const devices = (owner: UserId) =>
    harness.db
      .collection(deviceCollection)
      .find({ region: REGION, userId: owner as never })
      .toArray();
  expect(await devices(userId)).toMatchObject([{ token: device.token, locale: 'de-AT', role: 'rider' }]);
  const theirs = await token('rider', next);
  await callApi(harness, theirs, 'DELETE', '/v1/devices/phone-1');
  expect(await devices(userId)).toHaveLength(1);
  await callApi(harness, theirs, 'PUT', '/v1/devices/phone-1', device);
  expect(await devices(userId)).toEqual([]);
  for (let index = 0; index < 12; index += 1)
    await callApi(harness, theirs, 'PUT', `/v1/devices/p-${index}`, {
      platform: 'ios',
      token: `t-${index}-${next}`,
    });
  expect(await devices(next)).toHaveLength(10);
  expect((await callApi(harness, theirs, 'DELETE', '/v1/devices/p-11')).body).toMatchObject({
    removed: true,
  });
  expect(await devices(next)).toHaveLength(9);
  const bad = await callApi(harness, theirs, 'PUT', '/v1/devices/p-1', { platform: 'ios', token: 'a b' });
  expect(bad).toMatchObject({ status: 400, body: { code: 'VALIDATION' } });
  expect(JSON.stringify(bad.body)).not.toContain('a b');
});

it('NOTE-2: a trip event notifies each person it concerns once; while the queue does not accept it, it stays in the outbox', async () => {
  const tripStore = tripStoreOf(harness);
  const riderId = newUser() as string as RiderId;
  const tripId = randomUUID();
  const request = { tripId, pickup: { lat: 37.7, lng: -122.4 }, dropoff: { lat: 37.8, lng: -122.5 } };
  await requestTrip(tripStore, riderId, tripRequestSchema.parse(request));
  const { tripId: id } = tripRequestSchema.parse(request);
  await cancelByOthers(tripStore, 'operator', {
    tripId: id,
    commandId: randomUUID() as never,
    reason: 'flooded road',
  });
  const refusing = { ...relayOf(harness), notify: () => Promise.reject(new Error('no queue')) };
  await expect(relayTrip(refusing, id)).rejects.toThrow('no queue');
  expect((await tripStore.trips.find(id))?.outbox).toHaveLength(2);

  const relay = { ...relayOf(harness), notify: createNotifier(queue, REGION) };
  await relayTrip(relay, id);
  await relayTrip(relay, id);
  await vi.waitFor(async () => {
    const found = await harness.db
      .collection(notificationCollection)
      .find({ userId: riderId as never })
      .toArray();
    expect(found).toMatchObject([{ _id: `${id}-2-rider`, kind: 'trip_cancelled', role: 'rider' }]);
  }, SOON);
});

it('NOTE-9: while Mongo does not respond positions flow; connections and pushes wait, and nothing is lost', async () => {
  const userId = newUser();
  const job = jobFor(userId);
  await harness.cluster.pause('mongo');
  try {
    const driver = await connect(newUser(), { role: 'driver', acknowledges: true });
    const phone = await connect(userId);
    await add(job);
    for (let seq = 0; seq < 20; seq += 1) {
      const fixes = [[seq, Date.now(), 37.77 + seq * 1e-4, -122.41, 8, 0, 5]];
      // Longer than Mongo's deadline of 5 s: an acknowledgement that waited for Mongo would not come at all.
      const answer = await driver.socket
        .timeout(10_000)
        .emitWithAck('location:update', { boot: 'b1', fixes });
      expect(answer).toMatchObject({ ok: true });
    }
    // It is stored first: if Mongo responded, the phone would have received it by now.
    expect(phone.received).toEqual([]);
  } finally {
    await harness.cluster.resume('mongo');
  }
  await storedSoon(job.notificationId);
  await vi.waitFor(async () => expect(await stored(job.notificationId)).toHaveProperty('ackedAt'), SOON);
});

it('MATCH-46: an offer that was withdrawn is not delivered, and an offer replaces the earlier one of the same driver', async () => {
  const driverId = newUser();
  const tripStore = tripStoreOf(harness);
  /** A trip with an open offer to the driver, and the job of its notification. */
  const offered = async (): Promise<NotificationJob> => {
    const job = jobFor(driverId, { kind: 'offer', role: 'driver' });
    const tripId = job.data.tripId as TripId;
    const wish = { tripId, pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } };
    await requestTrip(tripStore, newUser() as string as RiderId, tripRequestSchema.parse(wish));
    const offerId = offerIdOf(tripId, 1);
    const now = Date.now();
    await offerTrip(tripStore, tripId, () => ({
      offerId,
      driverId: driverId as string as DriverId,
      attempt: 1,
      slot: 'active',
      state: 'open',
      offeredAt: now,
      expiresAt: now + 15_000,
      etaSeconds: 1,
      distanceMetres: 1,
    }));
    return { ...job, data: { ...job.data, attempt: 1 } };
  };
  const first = await offered();
  await storedSoon(await add(first));
  const cancel = { tripId: first.data.tripId as TripId, commandId: randomUUID() as string as CommandId };
  await cancelByOthers(tripStore, 'operator', { ...cancel, reason: 'x' });
  const withdrawn = await harness.metric('workers-1', 'notifications_total', { outcome: 'withdrawn' });
  const late = { ...first, notificationId: `${first.data.tripId}-4-driver` as NotificationId };
  await add(late);
  await vi.waitFor(async () => {
    expect(await harness.metric('workers-1', 'notifications_total', { outcome: 'withdrawn' })).toBe(
      withdrawn + 1,
    );
  }, SOON);
  expect(await stored(late.notificationId)).toBeNull();
  const second = await offered();
  await storedSoon(await add(second));
  const offers = harness.db.collection(notificationCollection).find({ userId: driverId, kind: 'offer' });
  expect((await offers.toArray()).map(({ _id }) => _id)).toEqual([second.notificationId]);
});
