import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DriverHealth,
  type DriverSync,
  driverHealthSchema,
  fixesAnswerSchema,
  type UplinkPolicy,
  type UserId,
} from '@rideline/contract';
import { healthCollection } from '@rideline/fleet/health/health-collection';
import { HEALTH_RETENTION_MS, healthDaysOf } from '@rideline/fleet/health/health-store';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { eraseAccount } from '@rideline/fleet/privacy/erase-account';
import { exportPerson } from '@rideline/fleet/privacy/export-person';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RawClient } from '../harness/clients/raw-client.ts';
import { type FreeDriver, startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };

let harness: TripHarness;
let folder: string;
let area = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-phone-'));
  harness = await startTripHarness({
    apis: 1,
    env: {
      RIDELINE_ROLES: 'history,matching,relay,sweepers,notifications',
      RIDELINE_HISTORY_BLOCK_MS: '300',
      RIDELINE_WAKE_AFTER_MS: '2500',
      RIDELINE_PUSH: 'file',
      RIDELINE_PUSH_FILE: join(folder, 'pushes.jsonl'),
    },
  });
});
afterAll(async () => {
  await harness?.stop();
  await rm(folder, { recursive: true });
});

interface Ride {
  readonly tripId: string;
  readonly rider: RawClient;
  readonly cab: FreeDriver;
}

/** A trip that a driver has accepted far from its pick-up. */
async function ride(): Promise<Ride> {
  area += 1;
  const place = { lat: 10 + area, lng: 60 };
  const cab = await harness.freeDriver(`phone-${area}`, place);
  const tripId = randomUUID();
  const rider = await harness.phone('rider', `watcher-${area}`);
  const pickup = { lat: place.lat + 0.015, lng: place.lng };
  const dropoff = { lat: place.lat + 0.1, lng: place.lng };
  expect(await rider.ask('trip:request', { tripId, pickup, dropoff })).toMatchObject({ ok: true });
  expect(await cab.answer((await cab.offer(tripId)).offerId, true)).toMatchObject({ ok: true });
  return { tripId, rider, cab };
}

it('SDK-89: a phone gets the policy of its trip, a denser one while somebody follows or the next place is near, and its own again after the trip', async () => {
  const { tripId, rider, cab } = await ride();
  const { policy } = await cab.ask<DriverSync>('sync', {});
  expect(policy).toMatchObject({ name: 'on_trip', intervalMs: 1000, reason: 'default' });
  const newest = () => cab.received<UplinkPolicy>('uplink:policy').at(-1);
  const alone = policy.triggers?.intervalMs ?? 0;
  expect(await rider.ask('track:subscribe', { tripId })).toMatchObject({ ok: true });
  await vi.waitFor(() => {
    expect(newest()).toMatchObject({ name: 'on_trip' });
    expect(newest()?.triggers?.intervalMs).toBeLessThan(alone);
  }, SOON);
  await rider.ask('track:unsubscribe', { tripId });
  await vi.waitFor(() => expect(newest()?.triggers?.intervalMs).toBe(alone), SOON);
  // The pick-up is 1.7 km away; a jump there needs a second fix to be believed, which follows.
  cab.moveTo({ lat: 10 + area + 0.014, lng: 60 });
  await vi.waitFor(() => expect(newest()?.triggers?.intervalMs).toBeLessThan(alone), SOON);
  for (const action of ['arrived', 'start', 'complete'])
    expect(await cab.command(tripId, action)).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(newest()).toMatchObject({ name: 'available' }), SOON);
  rider.close();
});

it('NOTE-14: a driver of an open trip who falls silent is woken on their socket and by one push; nobody else is, and nothing is stored', async () => {
  const pushed = async () => {
    const text = await readFile(join(folder, 'pushes.jsonl'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map(
      (line) => JSON.parse(line) as { userId: string; kind: string; silent: boolean; data: object },
    );
  };
  const wakesOf = async (id: string) =>
    (await pushed()).filter(({ userId, kind }) => userId === id && kind === 'wake');
  const idle = await harness.freeDriver('phone-idle', { lat: -40, lng: 60 });
  const first = await ride();
  const busy = await ride();
  first.cab.close();
  idle.close();
  // Its socket lives, and no fix comes: a location source that is dead.
  const phone = await harness.phone('driver', first.cab.id);
  await vi.waitFor(async () => {
    expect(await wakesOf(first.cab.id)).toMatchObject([{ silent: true, data: { tripId: first.tripId } }]);
    expect(phone.received('notification')).toContainEqual(expect.objectContaining({ kind: 'wake' }));
  }, SOON);
  // Rounds later, when another driver is woken, there is still one for each; who sends fixes, or has no trip, got none.
  const second = await ride();
  second.cab.close();
  await vi.waitFor(async () => expect(await wakesOf(second.cab.id)).toHaveLength(1), SOON);
  expect(await wakesOf(first.cab.id)).toHaveLength(1);
  expect([...(await wakesOf(busy.cab.id)), ...(await wakesOf(idle.id))]).toEqual([]);
  const stored = await harness.db.collection(notificationCollection).find({ region: REGION }).toArray();
  expect(stored.filter(({ kind }) => kind === 'wake')).toEqual([]);
  for (const client of [phone, first.rider, second.rider, busy.rider, busy.cab]) client.close();
});

describe("a driver's health", () => {
  const healthOf = async (id: string, by = { role: 'operator', subject: 'night' } as const, query = '') =>
    harness.call('GET', `/v1/drivers/${id}/health${query}`, by);
  const read = async (id: string): Promise<DriverHealth> => {
    const answer = await healthOf(id);
    expect(answer.status).toBe(200);
    return driverHealthSchema.parse(await answer.json());
  };
  const report = (phone: RawClient, changes: object = {}) =>
    phone.ask('driver:health', {
      boot: 'b1',
      at: Date.now(),
      battery: 42,
      charging: false,
      conditions: [],
      ...changes,
    });

  /** A driver on duty with fixes of the last minutes but for a pause of two, which ended a minute ago. */
  async function withPause(id: string): Promise<RawClient> {
    const phone = await harness.phone('driver', id);
    expect(await phone.ask('driver:status', { status: 'available' })).toMatchObject({ ok: true });
    const now = Date.now();
    const [from, to] = [now - 180_000, now - 60_000];
    const fixes: unknown[] = [];
    for (let t = now - 300_000; t <= now; t += 5000)
      if (t <= from || t >= to) fixes.push([fixes.length, t, 50 + fixes.length / 1e5, 7]);
    expect(await phone.ask('location:update', { boot: 'b1', fixes })).toMatchObject({ ok: true });
    // On duty since before the fixes: as if the gateway had seen the driver come five minutes ago.
    await harness.db.collection(healthCollection).updateOne(
      { _id: `${id}:${new Date(now - 300_000).toISOString().slice(0, 10)}` },
      {
        $push: { events: { at: now - 300_000, what: 'status', epoch: 0, status: 'available' } },
        $setOnInsert: { v: 1, region: REGION, driverId: id, conditions: [], expireAt: new Date(now + 1e9) },
      } as never,
      { upsert: true },
    );
    return phone;
  }

  it('SDK-92: the tracking rate, and outages whose reason the phone reported or the server concluded', async () => {
    const quiet = await withPause('quiet');
    await vi.waitFor(async () => {
      const { outages, trackingRate, device } = await read('quiet');
      expect(outages).toMatchObject([{ reason: 'silent_source', reported: false, ongoing: false }]);
      expect(trackingRate).toBeGreaterThan(0.5);
      expect(trackingRate).toBeLessThan(0.7);
      expect(device).toBeNull();
    }, SOON);
    const told = await withPause('told');
    const conditions = [{ code: 'gps_off', from: Date.now() - 170_000, to: Date.now() - 62_000 }];
    expect(await report(told, { gps: 'on', permission: 'always', conditions })).toEqual({ ok: true });
    await vi.waitFor(async () => {
      const { outages, outageCount, device } = await read('told');
      expect(outages).toMatchObject([{ reason: 'gps_off', reported: true }]);
      expect(outageCount).toBe(1);
      expect(device).toMatchObject({ battery: 42, gps: 'on', permission: 'always', boot: 'b1' });
    }, SOON);
    quiet.close();
    told.close();
  });

  it('SDK-92: only operators and the driver themself read it, for a day at most', async () => {
    expect((await healthOf('told', { role: 'driver', subject: 'told' } as never)).status).toBe(200);
    expect((await healthOf('told', { role: 'driver', subject: 'quiet' } as never)).status).toBe(404);
    expect((await healthOf('told', { role: 'rider', subject: 'told' } as never)).status).toBe(403);
    const from = new Date(Date.now() - 2 * 86_400_000).toISOString();
    const to = new Date(Date.now() - 3_600_000).toISOString();
    for (const query of [`?from=${from}`, `?from=${to}&to=${from}`, '?from=now'])
      expect((await healthOf('told', undefined, query)).status, query).toBe(400);
    const yesterday = await healthOf('told', undefined, `?to=${to}`);
    expect(await yesterday.json()).toMatchObject({ trackingRate: null, outages: [], outageCount: 0 });
  });

  it('SDK-92: a report is validated and limited in rate, and its battery changes the policy', async () => {
    const phone = await harness.phone('driver', 'tired');
    await phone.ask('driver:status', { status: 'available' });
    const { policy } = await phone.ask<DriverSync>('sync', {});
    const many = Array.from({ length: 17 }, () => ({ code: 'gps_off', from: Date.now(), to: null }));
    for (const wrong of [{ battery: 101 }, { conditions: many }, { at: 5 }, { place: 'home' }])
      expect(await report(phone, wrong)).toMatchObject({ ok: false, code: 'VALIDATION' });
    expect(await report(phone, { battery: 9 })).toEqual({ ok: true });
    await vi.waitFor(
      () =>
        expect(phone.received<UplinkPolicy>('uplink:policy').at(-1)).toMatchObject({
          reason: 'low_battery',
          triggers: { intervalMs: 2 * (policy.triggers?.intervalMs ?? 0) },
        }),
      SOON,
    );
    const answers = await Promise.all(Array.from({ length: 8 }, () => report(phone)));
    expect(answers.filter(({ ok }) => ok === true).length).toBeLessThanOrEqual(6);
    expect(answers).toContainEqual(
      expect.objectContaining({ ok: false, code: 'SCALE_003', retryAfterMs: expect.any(Number) }),
    );
    phone.close();
  });

  it('SDK-93: it is part of the export, expires, and is erased with the person', async () => {
    const { db, state } = harness;
    const days = db.collection(healthCollection);
    const stored = await days.find(healthDaysOf('told')).toArray();
    expect(stored.length).toBeGreaterThan(0);
    for (const { expireAt } of stored)
      expect(expireAt.getTime() - Date.now()).toBeLessThanOrEqual(HEALTH_RETENTION_MS);
    const within = <T>(work: () => Promise<T>) => work();
    const parts = {
      db,
      state,
      region: REGION,
      within,
      withinState: within,
      onUnpresentable: () => undefined,
    };
    const lines: object[] = [];
    for await (const line of exportPerson(parts, 'told' as UserId, new Date())) lines.push(line);
    expect(lines).toContainEqual(expect.objectContaining({ what: 'driver_health', driverId: 'told' }));
    await eraseAccount({ db, region: REGION } as never, 'told' as UserId);
    expect(await days.countDocuments(healthDaysOf('told'))).toBe(0);
    expect(await days.countDocuments(healthDaysOf('quiet'))).toBeGreaterThan(0);
  });
});

describe("the upload of a plugin's own", () => {
  /** A record as react-native-background-geolocation 5 posts it without a template; `params` of the app stand beside `location`. */
  const record = (uuid: string, ageMs: number, changes: object = {}) => ({
    event: 'motionchange',
    is_moving: true,
    uuid,
    timestamp: new Date(Date.now() - ageMs).toISOString(),
    age: 134,
    odometer: 4616.5,
    coords: {
      latitude: 45.519264,
      longitude: -73.616931 - ageMs / 1e8,
      accuracy: 15.2,
      speed: 8.3,
      speed_accuracy: 1.1,
      heading: 271.9,
      heading_accuracy: 4.5,
      altitude: 41.8,
      altitude_accuracy: 6.1,
      ellipsoidal_altitude: 10.5,
    },
    activity: { type: 'in_vehicle', confidence: 92 },
    battery: { is_charging: false, level: 0.92 },
    extras: {},
    ...changes,
  });
  const post = (subject: string, location: unknown, params: object = {}) =>
    harness.call('POST', '/v1/drivers/me/fixes', {
      role: 'driver',
      subject,
      body: { location, ...params },
    });
  const answerOf = async (response: Response) => {
    expect(response.status).toBe(200);
    return fixesAnswerSchema.parse(await response.json());
  };
  const track = async (id: string) => {
    const to = new Date(Date.now() + 60_000).toISOString();
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const query = `from=${from}&to=${to}&refused=true`;
    const answer = await harness.call('GET', `/v1/drivers/${id}/track?${query}`, {
      role: 'operator',
      subject: 'night',
    });
    const { features } = (await answer.json()) as {
      features: {
        properties: { seq: number; boot: string; flags: string[]; verdict: string; time: string };
      }[];
    };
    return features.map(({ properties }) => properties);
  };

  it('FIX-31: records are numbered by their uuids: a repeat, alone or in another batch, is the same fix', async () => {
    const id = 'plugin';
    const [a, b, c, d] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    // One record, as with the defaults; then a batch with it, newest first, and once more as after a lost answer.
    const first = await answerOf(await post(id, record(a, 40_000), { device: { model: 'SM-G930W8' } }));
    expect(first.ack).toMatchObject({ boot: expect.stringMatching(/^bg-/), received: 0, gaps: [] });
    const batch = [record(c, 20_000), record(b, 30_000), record(a, 40_000), record(b, 30_000)];
    for (let again = 0; again < 2; again++)
      expect((await answerOf(await post(id, batch))).ack).toMatchObject({
        boot: first.ack.boot,
        received: 2,
      });
    const rolledOver = new Date(Date.now() - 10_000 - 1024 * 7 * 86_400_000).toISOString();
    await answerOf(
      await post(id, record(d, 0, { event: 'heartbeat', is_moving: false, timestamp: rolledOver })),
    );
    await vi.waitFor(async () => {
      const fixes = await track(id);
      expect(fixes.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
      expect(fixes.every(({ verdict }) => verdict === 'ok')).toBe(true);
      expect(fixes.at(-1)?.flags).toEqual(['still', 'rollover']);
      expect(Date.now() - Date.parse(fixes.at(-1)?.time ?? '')).toBeLessThan(60_000);
    }, SOON);
  });

  it('FIX-31: a record that is no position is refused with a verdict and not repeated for ever; one without a uuid is a fault', async () => {
    const id = 'plugin-odd';
    const odd = [
      record(randomUUID(), 5000, { coords: { latitude: null, longitude: 'x' } }),
      record(randomUUID(), 4000, { timestamp: 'yesterday' }),
      record(randomUUID(), 3000, { mock: true }),
      record(randomUUID(), 2000),
    ];
    const { refused } = await answerOf(await post(id, odd));
    expect(refused.map(({ verdict }) => verdict).sort()).toEqual(['mock', 'range', 'range']);
    const wrong = await post(id, { ...record('x', 0), uuid: undefined });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { issues: [{ path: 'body.location.uuid' }] },
    ]);
    const many = Array.from({ length: 201 }, (_, n) => record(`r${n}`, n));
    expect((await post(id, many)).status).toBe(400);
    expect((await post(id, many.slice(1))).status).toBe(200);
  });
});
