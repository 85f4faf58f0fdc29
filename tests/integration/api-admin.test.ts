import { randomUUID } from 'node:crypto';
import {
  adminDriverListSchema,
  adminLimitsSchema,
  adminRiderListSchema,
  auditListSchema,
  driverBatchAnswerSchema,
  regionListSchema,
  regionSettingsSchema,
  revocationListSchema,
  tripListAnswerSchema,
  tripListSchema,
  tripStatusSchema,
  VERDICTS,
} from '@rideline/contract';
import { driverCollection } from '@rideline/fleet/accounts/driver-collection';
import { userCollection } from '@rideline/fleet/accounts/user-collection';
import { documentCollection } from '@rideline/fleet/documents/document-collection';
import { erasureCollection } from '@rideline/fleet/privacy/erasure-collection';
import { continueRetentionChange } from '@rideline/fleet/privacy/retention';
import { requestLimit } from '@rideline/fleet/redis/redis-keys';
import { configurationCollection } from '@rideline/fleet/settings/configuration-collection';
import { regionCollection } from '@rideline/fleet/settings/region-collection';
import { watchRegion } from '@rideline/fleet/settings/region-settings';
import { createIdempotency } from '@rideline/fleet/store/idempotency';
import { idempotencyCollection } from '@rideline/fleet/store/idempotency-collection';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { LIMIT_NAMES } from '@rideline/platform/limits/request-limits';
import { manualClock } from '@rideline/platform/process/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdminHarness, problemOf, startAdminHarness } from '../harness/cluster/admin-harness.ts';
import { REGION, testLogger } from '../harness/test-process.ts';

let harness: AdminHarness;
beforeAll(async () => {
  harness = await startAdminHarness({ gateways: 0, workers: 0 });
});
afterAll(() => harness.stop());

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const here = { lat: 37.77, lng: -122.42 };

describe('idempotency keys', () => {
  const ask = (key: string, subject: string, body: object) =>
    harness.call('POST', '/v1/trips', { role: 'rider', subject, body, headers: { 'Idempotency-Key': key } });
  const wish = () => ({ tripId: randomUUID(), pickup: here, dropoff: { lat: 37.8, lng: -122.42 } });

  it('ADM-4: the same request under the same key is done once, and its response is repeated and marked', async () => {
    const key = randomUUID();
    const body = wish();
    const first = await ask(key, 'rider-a', body);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    const status = tripStatusSchema.parse(await first.json());
    // Without the key this repeat would be a 200.
    const again = await ask(key, 'rider-a', body);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(tripStatusSchema.parse(await again.json())).toEqual(status);
  });

  it('ADM-101: a key in quotes, as the IETF draft writes it, is the same key as without them', async () => {
    const key = randomUUID();
    const body = wish();
    expect((await ask(`"${key}"`, 'rider-q', body)).status).toBe(201);
    for (const header of [key, `"${key.toUpperCase()}"`]) {
      const again = await ask(header, 'rider-q', body);
      expect([header, again.status, again.headers.get('idempotent-replayed')]).toEqual([header, 201, 'true']);
    }
    for (const header of [`"${key}`, `"${key}";a=1`, `'${key}'`, '""', `"${key}", "${key}"`])
      expect([header, (await problemOf(await ask(header, 'rider-q', wish()))).code]).toEqual([
        header,
        'VALIDATION',
      ]);
  });

  it('ADM-4: another request under the key fails with KEY_REUSED; another caller has separate keys', async () => {
    const key = randomUUID();
    expect((await ask(key, 'rider-b', wish())).status).toBe(201);
    const other = await ask(key, 'rider-b', wish());
    expect([other.status, (await problemOf(other)).code]).toEqual([422, 'KEY_REUSED']);
    expect((await ask(key, 'rider-c', wish())).status).toBe(201);
    const nonsense = await ask('no key!', 'rider-b', wish());
    expect((await problemOf(nonsense)).code).toBe('VALIDATION');
  });

  it('ADM-4: of twenty simultaneous requests under one key one is done; the others get a retry code or its response', async () => {
    const key = randomUUID();
    const body = wish();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(key, 'rider-d', body)));
    const fresh = answers.filter((one) => one.status === 201 && !one.headers.has('idempotent-replayed'));
    expect(fresh.length).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '1']);
      expect((await problemOf(answer)).code).toBe('CONFLICT');
    }
  });

  it('ADM-5: a refusal frees the key; a stored response cannot be read without the key', async () => {
    const key = randomUUID();
    const body = wish();
    await ask(randomUUID(), 'rider-e', wish());
    const refused = await ask(key, 'rider-e', body);
    expect((await problemOf(refused)).code).toBe('CONFLICT');
    await harness.db.collection(tripCollection).updateMany({ riderId: 'rider-e' } as never, {
      $set: { open: false },
    });
    expect((await ask(key, 'rider-e', body)).status).toBe(201);
    const stored = await harness.db.collection(idempotencyCollection).find({}).toArray();
    const text = stored.map((one) => JSON.stringify(one)).join();
    expect(text).not.toContain(body.tripId);
    expect(text).not.toContain(key);
    expect(stored.every((one) => (one.expireAt as Date).getTime() > Date.now() + 23 * 3_600_000)).toBe(true);
  });
});

it('ADM-5: a repeat after a failure, or after the first holder died, creates under the id reserved first', async () => {
  const clock = manualClock(Date.now());
  const keys = createIdempotency({ db: harness.db, region: REGION, clock, log: testLogger });
  const request = { caller: 'rider:x', key: randomUUID(), request: 'the same' };
  const ids: string[] = [];
  const fails = keys.once(request, async (id) => {
    ids.push(id);
    throw new Error('the answer is lost');
  });
  await expect(fails).rejects.toThrow('the answer is lost');
  // This holder died and never answers.
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  void keys.once(request, async (id) => {
    ids.push(id);
    resolve();
    return new Promise(() => undefined);
  });
  await dead;
  const work = async (id: string) => {
    ids.push(id);
    return { status: 201, headers: {}, body: { id } };
  };
  await expect(keys.once(request, work)).rejects.toMatchObject({ code: 'CONFLICT' });
  clock.advance(61_000);
  const { answer, replayed } = await keys.once(request, work);
  expect([answer.body, replayed, new Set(ids).size, ids.length]).toEqual([{ id: ids[0] }, false, 1, 3]);
  expect((await keys.once(request, work)).replayed).toBe(true);
});

describe('lists', () => {
  it('ADM-10: drivers are listed newest first, page by page without a gap or a repeat while some are added', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await harness.storeDriver(daysAgo(100 - n)));
    const seen: unknown[] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await harness.ask('GET', `/v1/admin/drivers?limit=3${from}`, adminDriverListSchema);
      seen.push(...page.drivers.map(({ driverId }) => driverId));
      cursor = page.next;
      await harness.storeDriver(new Date());
    } while (cursor !== null);
    expect(seen).toEqual(ids.reverse());
    const [driver] = (await harness.ask('GET', '/v1/admin/drivers?limit=1', adminDriverListSchema)).drivers;
    expect(driver).toMatchObject({ state: 'active', status: null, vehicle: { description: 'white Prius' } });
    expect(JSON.stringify(driver)).not.toContain('argon2');
  });

  it('ADM-11: `fields` returns only the named fields; an unknown field, cursor or filter fails with VALIDATION', async () => {
    const page = await harness.ask(
      'GET',
      '/v1/admin/drivers?fields=driverId,name&limit=2',
      adminDriverListSchema,
    );
    expect(page.drivers.map((driver) => Object.keys(driver).sort())).toEqual([
      ['driverId', 'name'],
      ['driverId', 'name'],
    ]);
    const trips = await harness.ask('GET', '/v1/trips?fields=tripId,state&limit=1', tripListAnswerSchema);
    expect(trips.trips.map((trip) => Object.keys(trip))).toEqual([['tripId', 'state']]);
    for (const query of [
      'fields=passwordHash',
      'fields=name,',
      'fields=',
      'cursor=x',
      'limit=101',
      'tier[$ne]=x',
    ]) {
      const refused = await harness.call('GET', `/v1/admin/drivers?${query}`);
      expect([query, (await problemOf(refused)).code]).toEqual([query, 'VALIDATION']);
    }
  });

  it('ADM-12: riders are found by state and by login, regardless of case', async () => {
    const login = `Rider-${randomUUID()}@Example.org`;
    const id = await harness.storeRider(new Date(), { state: 'suspended', login: login.toLowerCase() });
    const byLogin = `/v1/admin/riders?login=${encodeURIComponent(login)}`;
    expect((await harness.ask('GET', byLogin, adminRiderListSchema)).riders).toMatchObject([{ riderId: id }]);
    const suspended = await harness.ask('GET', '/v1/admin/riders?state=suspended', adminRiderListSchema);
    expect(suspended.riders.map(({ riderId }) => riderId)).toEqual([id]);
    const active = await harness.ask('GET', '/v1/admin/riders?state=active', adminRiderListSchema);
    expect(active.riders).toEqual([]);
  });

  it('ADM-13: administration is for admins, its harmless routes also for operators, and none of it for riders and drivers', async () => {
    const code = async (path: string, role: 'rider' | 'driver' | 'operator') =>
      (await harness.call('GET', path, { role })).status;
    for (const path of ['/v1/admin/drivers', '/v1/admin/riders', '/v1/admin/audit', '/v1/admin/regions']) {
      expect([path, await code(path, 'rider'), await code(path, 'driver')]).toEqual([path, 403, 403]);
    }
    expect(await code('/v1/admin/drivers', 'operator')).toBe(200);
    expect(await code('/v1/admin/audit', 'operator')).toBe(403);
    expect(await code('/v1/admin/riders', 'operator')).toBe(403);
  });
});

describe('regions', () => {
  const path = `/v1/admin/regions/${REGION}`;
  const wish = { retentionDays: 20, currency: 'EUR', zone: 'Europe/Lisbon', locale: 'pt-PT' };
  const put = (body: object) => harness.call('PUT', path, { body });

  it('ADM-14: settings are the defaults until they are set, with a reason and against the version that was read', async () => {
    const { regions } = await harness.ask('GET', '/v1/admin/regions', regionListSchema);
    expect(regions).toMatchObject([{ region: REGION, version: 0, retentionDays: 30, currency: 'USD' }]);
    expect((await problemOf(await put({ ...wish, version: 0 }))).code).toBe('VALIDATION');
    for (const wrong of [
      { zone: 'Mars/Olympus' },
      { currency: 'euro' },
      { currency: 'ZZZ' },
      { retentionDays: 0 },
    ]) {
      const refused = await put({ ...wish, ...wrong, version: 0, reason: 'x' });
      expect([wrong, (await problemOf(refused)).code]).toEqual([wrong, 'VALIDATION']);
    }
    const set = await put({ ...wish, version: 0, reason: 'we moved to Lisbon' });
    expect(regionSettingsSchema.parse(await set.json())).toMatchObject({ ...wish, version: 1 });
    const stale = await problemOf(await put({ ...wish, locale: 'en', version: 0, reason: 'again' }));
    expect([stale.code, stale.version]).toEqual(['CONFLICT', 1]);
    const other = await harness.call('PUT', '/v1/admin/regions/elsewhere', {
      body: { ...wish, version: 0, reason: 'x' },
    });
    expect(other.status).toBe(404);
  });

  it('ADM-15: a shorter retention also applies to stored data, after every process has read it', async () => {
    const tracks = harness.db.collection(trackCollection);
    const store = (_id: string, days: number) =>
      tracks.insertOne({ _id, region: REGION, driverId: 'd', expireAt: daysAgo(-days) } as never);
    await store('short', 5);
    await store('long', 29);
    const set = await put({ ...wish, retentionDays: 10, version: 1, reason: 'the regulator asks for it' });
    expect(set.status).toBe(200);
    const parts = { db: harness.db, region: REGION, defaults: { retentionDays: 30 } };
    expect(await continueRetentionChange({ ...parts, wallMs: Date.now })).toBe('waiting');
    const later = () => Date.now() + 61_000;
    while ((await continueRetentionChange({ ...parts, wallMs: later })) === 'more');
    const daysLeft = async (id: string) => {
      const found = await tracks.findOne({ _id: id as never });
      return Math.round((Number(found?.expireAt) - Date.now()) / DAY_MS);
    };
    expect([await daysLeft('short'), await daysLeft('long')]).toEqual([5, 10]);
    const watched = await watchRegion({
      db: harness.db,
      region: REGION,
      defaults: { retentionDays: 30 },
      onFailure: () => undefined,
    });
    expect(watched.retentionDays()).toBe(10);
    watched.stop();
  });

  it('ADM-16: each change is in the audit log with who, what and why, found by actor, target, action and time', async () => {
    const read = (query: string) => harness.ask('GET', `/v1/admin/audit?${query}`, auditListSchema);
    const { entries } = await read(`target=region:${REGION}&action=region.put`);
    expect(entries[0]).toMatchObject({
      actor: { role: 'admin', id: 'ada' },
      data: { reason: 'the regulator asks for it', retentionDays: 10 },
    });
    expect((await read('actor=ada&limit=1')).next).not.toBeNull();
    expect((await read('actor=nobody')).entries).toEqual([]);
    expect((await read(`to=${daysAgo(1).toISOString()}`)).entries).toEqual([]);
    expect((await read('fields=at,action&limit=1')).entries.map((one) => Object.keys(one))).toEqual([
      ['at', 'action'],
    ]);
    for (const method of ['DELETE', 'PATCH', 'PUT', 'POST'])
      expect((await harness.call(method, '/v1/admin/audit')).status).toBe(405);
  });
});

/** A stored trip, inserted into MongoDB directly. */
async function storeTrip(more: object = {}): Promise<string> {
  const _id = randomUUID();
  const at = Date.now();
  const trip = {
    _id,
    v: 1,
    region: REGION,
    version: 6,
    state: { name: 'completed', startedAt: at - 600_000, completedAt: at },
    riderId: 'rider-z',
    driverId: 'driver-z',
    open: false,
    pickup: here,
    dropoff: { lat: 37.8, lng: -122.42 },
    stops: [],
    tier: 'standard',
    origin: 'request',
    reallocations: 0,
    offers: [],
    events: [],
    outbox: [],
    commandIds: [],
    createdAt: new Date(at - 900_000),
    updatedAt: new Date(at),
  };
  await harness.db.collection(tripCollection).insertOne({ ...trip, ...more } as never);
  return _id;
}

describe('batches', () => {
  it('ADM-20: up to 100 drivers or trips by id get one result each, in order; a missing one is NOT_FOUND', async () => {
    const driver = await harness.storeDriver(new Date());
    const ask = (path: string, body: object, role: 'admin' | 'rider' = 'admin', subject = 'ada') =>
      harness.call('POST', path, { body, role, subject });
    const drivers = await ask('/v1/drivers/batch', { driverIds: ['nobody', driver, driver] });
    const { results } = driverBatchAnswerSchema.parse(await drivers.json());
    expect(results).toMatchObject([
      { ok: false, id: 'nobody', code: 'NOT_FOUND' },
      { ok: true, id: driver, value: { driverId: driver } },
      { ok: true, id: driver, value: { driverId: driver } },
    ]);
    const [mine, other] = [await storeTrip({ riderId: 'rider-y' }), await storeTrip()];
    const trips = await ask('/v1/trips/batch', { tripIds: [other, mine] }, 'rider', 'rider-y');
    expect(await trips.json()).toMatchObject({
      results: [
        { ok: false, id: other, code: 'NOT_FOUND' },
        { ok: true, id: mine, value: { tripId: mine, state: 'completed' } },
      ],
    });
    for (const tripIds of [[], Array.from({ length: 101 }, () => mine), ['a b']])
      expect((await problemOf(await ask('/v1/trips/batch', { tripIds }))).code).toBe('VALIDATION');
    expect((await ask('/v1/drivers/batch', { driverIds: [driver] }, 'rider')).status).toBe(403);
  });
});

describe('finance', () => {
  const read = (from: string, to: string) =>
    harness.call('GET', `/v1/admin/finance.csv?from=${from}&to=${to}`);

  it("ADM-30: completed trips of a period as CSV, each once, with the fare in minor units and the region's currency", async () => {
    const noon = Date.UTC(2025, 5, 1, 12);
    const ended = (at: number) => ({ name: 'completed', startedAt: at - 1000, completedAt: at });
    const ids: string[] = [];
    // Enough entries with the same time that the page ends among them.
    for (let n = 0; n < 603; n += 1) ids.push(`f-${String(n).padStart(4, '0')}`);
    const fare = { minor: 1298, currency: 'EUR' };
    const template = await harness.db
      .collection(tripCollection)
      .findOne({ _id: (await storeTrip()) as never });
    await harness.db.collection(tripCollection).insertMany(
      ids.map((_id, n) => ({
        ...template,
        _id,
        fare,
        state: ended(noon + Math.floor(n / 550)),
      })) as never[],
    );
    await storeTrip({ state: ended(noon - 1) });
    await storeTrip({ state: ended(noon + 1000) });
    await storeTrip({ state: { name: 'cancelled', by: 'rider', reason: null, cancelledAt: noon } });
    const answer = await read(new Date(noon).toISOString(), new Date(noon + 1000).toISOString());
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="finance-main-/);
    const [head, ...lines] = (await answer.text()).trimEnd().split('\r\n');
    expect(head).toContain('trip_id,requested_at,started_at,completed_at,completed_on,rider_id,driver_id');
    expect(lines.map((line) => line.split(',')[0])).toEqual(ids);
    expect(lines[0]).toMatch(/,1298,EUR,estimate$/);
    const { entries } = await harness.ask('GET', '/v1/admin/audit?action=finance.read', auditListSchema);
    expect(entries.length).toBe(1);
  });

  it('ADM-30: a period that ends before it begins, or is longer than a year, fails with VALIDATION', async () => {
    for (const to of ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2026-01-03T00:00:00Z']) {
      const refused = await read('2025-01-01T00:00:00Z', to);
      expect([to, (await problemOf(refused)).code]).toEqual([to, 'VALIDATION']);
    }
  });
});

describe('documents that cannot be presented', () => {
  // Beyond 8.64e15 ms no Date exists.
  const NO_DATE = 9e15;

  it('ADM-62: a trip with a time that no date can hold is left out of lists and exports, and counted; all others are there', async () => {
    const riderId = 'rider-unpresentable';
    const at = Date.UTC(2024, 2, 1, 12);
    const completed = { name: 'completed', startedAt: at - 1000, completedAt: at };
    const good = await storeTrip({ riderId, state: completed });
    const bad = await storeTrip({ riderId, state: completed, scheduledAt: NO_DATE });
    const unreadable = await storeTrip({ riderId, state: { ...completed, startedAt: NO_DATE } });
    const list = await harness.ask('GET', `/v1/trips?riderId=${riderId}`, tripListSchema);
    expect(list.trips.map(({ tripId }) => tripId).sort()).toEqual([good, unreadable].sort());

    const [from, to] = [new Date(at).toISOString(), new Date(at + 1).toISOString()];
    const finance = await harness.call('GET', `/v1/admin/finance.csv?from=${from}&to=${to}`);
    const lines = (await finance.text()).trimEnd().split('\r\n').slice(1);
    expect(lines.map((line) => line.split(',')[0]).sort()).toEqual([bad, good].sort());

    const body = { reason: 'GDPR 15' };
    const exported = await harness.call('POST', `/v1/admin/people/${riderId}/export`, { body });
    const objects = (await exported.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects.at(-1)).toMatchObject({ what: 'end' });
    expect(objects.filter(({ what }) => what === 'trip')).toHaveLength(3);
    expect(objects).toContainEqual(expect.objectContaining({ tripId: bad, unpresentable: true }));
    const left = (route: string) => harness.metric('api-1', 'unpresentable_documents_total', { route });
    expect([await left('/v1/trips'), await left('/v1/admin/finance.csv')]).toEqual([1, 1]);
  });

  it('ADM-67: a single document that cannot be presented is refused with a code that names it, wherever it is read', async () => {
    const codeOf = async (path: string, by: object = {}) => {
      const answer = await harness.call('GET', path, by);
      const { code, detail } = await problemOf(answer);
      return [path, answer.status, code, detail];
    };
    const refused = (path: string, what: string) => [
      path,
      422,
      'UNPRESENTABLE',
      `The stored ${what} cannot be presented.`,
    ];
    const bad = await storeTrip({ riderId: 'rider-bad', scheduledAt: NO_DATE });
    const eventless = await storeTrip({ events: null });
    const offered = await storeTrip({ offers: [{ driverId: 'd', state: 'open', offeredAt: NO_DATE }] });
    for (const [path, id] of [
      [`/v1/trips/${bad}`, bad],
      [`/v1/trips/${eventless}/events`, eventless],
      [`/v1/trips/${offered}`, offered],
      [`/v1/trips/${offered}/candidates`, offered],
    ] as const)
      expect(await codeOf(path)).toEqual(refused(path, `trip ${id}`));

    const at = daysAgo(1);
    const driver = await harness.storeDriver(at);
    await harness.db
      .collection(driverCollection)
      .updateOne({ _id: driver as never }, { $set: { createdAt: 'never' as never } });
    await harness.db
      .collection(userCollection)
      .updateOne({ _id: driver as never }, { $set: { createdAt: 'never' as never } });
    const me = { role: 'driver', subject: driver } as const;
    expect(await codeOf('/v1/me', me)).toEqual(refused('/v1/me', `account ${driver}`));
    const batch = async (path: string, body: object) =>
      (await harness.call('POST', path, { body })).json() as Promise<{ results: object[] }>;
    expect((await batch('/v1/drivers/batch', { driverIds: [driver] })).results).toMatchObject([
      { ok: false, id: driver, code: 'UNPRESENTABLE' },
    ]);
    expect((await batch('/v1/trips/batch', { tripIds: [bad] })).results).toMatchObject([
      { ok: false, id: bad, code: 'UNPRESENTABLE' },
    ]);

    const documentId = randomUUID();
    const document = {
      _id: documentId,
      v: 1,
      region: REGION,
      userId: 'driver-doc',
      role: 'driver',
      type: 'insurance',
    };
    const state = { name: 'processed', review: { name: 'waiting' }, facts: null };
    await harness.db
      .collection(documentCollection)
      .insertOne({ ...document, state, version: 1, createdAt: at, updatedAt: at } as never);
    await harness.db
      .collection(documentCollection)
      .updateOne({ _id: documentId as never }, { $set: { createdAt: 'never' as never } });
    for (const path of [`/v1/documents/${documentId}`, `/v1/jobs/${documentId}`])
      expect(await codeOf(path)).toEqual(refused(path, `document ${documentId}`));

    const erasureId = randomUUID();
    await harness.db
      .collection(erasureCollection)
      .insertOne({ _id: erasureId, region: REGION, v: 1 } as never);
    const erasure = `/v1/admin/erasures/${erasureId}`;
    expect(await codeOf(erasure)).toEqual(refused(erasure, `erasure ${erasureId}`));
    const left = (route: string) => harness.metric('api-1', 'unpresentable_documents_total', { route });
    expect(await left('/v1/trips/:tripId')).toBe(2);
    expect((await harness.call('GET', '/v1/trips?riderId=rider-bad')).status).toBe(200);
  });

  it('ADM-67: region settings and configurations that cannot be presented are refused with a code, for requests of trips too', async () => {
    const regions = harness.db.collection(regionCollection);
    const configurations = harness.db.collection(configurationCollection);
    const settings = await regions.findOne({ _id: REGION });
    const _id = `${REGION}:catalogue`;
    try {
      await regions.updateOne({ _id: REGION }, { $set: { zone: 'Mars/Olympus' } });
      const finance = await harness.call('GET', '/v1/admin/finance.csv?from=2025-01-01&to=2025-02-01');
      expect([finance.status, (await problemOf(finance)).code]).toEqual([422, 'UNPRESENTABLE']);
      await regions.updateOne({ _id: REGION }, { $set: { updatedAt: 'never' as never } });
      const read = await harness.call('GET', '/v1/admin/regions');
      expect([read.status, (await problemOf(read)).code]).toEqual([422, 'UNPRESENTABLE']);
      await configurations.updateOne(
        { _id },
        { $set: { v: 1, region: REGION, version: 900, data: {}, updatedAt: new Date() } },
        { upsert: true },
      );
      const body = { tripId: randomUUID(), pickup: here, dropoff: { lat: 37.8, lng: -122.42 } };
      const asked = await harness.call('POST', '/v1/trips', { role: 'rider', subject: 'rider-config', body });
      expect([asked.status, (await problemOf(asked)).detail]).toEqual([
        422,
        `The stored configuration ${_id} cannot be presented.`,
      ]);
    } finally {
      await configurations.deleteOne({ _id });
      if (settings !== null) await regions.replaceOne({ _id: REGION }, settings);
    }
  });

  it('ADM-62: the export of a driver holds a refused fix with an impossible time, as the number that it is', async () => {
    const driverId = 'driver-unpresentable';
    const fix = [NO_DATE, 1, 2, null, null, null, 0, Date.now(), VERDICTS.indexOf('future')];
    const track = { _id: `${driverId}:boot:0`, v: 1, region: REGION, driverId, boot: 'boot', block: 0 };
    const dates = { expireAt: new Date(Date.now() + 86_400_000) };
    await harness.db.collection(trackCollection).insertOne({ ...track, ...dates, f: { 0: fix } } as never);
    const body = { reason: 'GDPR 15' };
    const answer = await harness.call('POST', `/v1/admin/people/${driverId}/export`, { body });
    const lines = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ what: 'track', fixes: [expect.objectContaining({ at: null, t: NO_DATE })] }),
    );
    expect(lines.at(-1)).toMatchObject({ what: 'end' });
  });
});

describe('limits and revocations', () => {
  it('ADM-17: the table of limits as it is in force, and the callers that exceed one of them now', async () => {
    const key = requestLimit(REGION, 'standard');
    await harness.state.set(`${key}:u-greedy`, '999999999', 'PX', 60_000);
    await harness.state.set(`${key}:u-modest`, '1', 'PX', 60_000);
    const { limits, complete } = await harness.ask('GET', '/v1/admin/limits', adminLimitsSchema);
    expect(complete).toBe(true);
    expect(limits.map(({ name }) => name)).toEqual([...LIMIT_NAMES]);
    const over = limits.find(({ name }) => name === 'standard')?.blocked;
    expect(over).toMatchObject([{ key: 'u-greedy', used: 999_999_999 }]);
    expect(over?.[0]?.resetMs).toBeLessThanOrEqual(60_000);
  });

  it('ADM-18: revoked tokens are listed, newest first, also by user, until they have expired', async () => {
    for (const user of ['rev-1', 'rev-2']) {
      const done = await harness.call('POST', `/v1/users/${user}/revoke`, {
        body: { reason: 'a lost phone' },
      });
      expect(done.ok).toBe(true);
    }
    const { revocations } = await harness.ask('GET', '/v1/admin/revocations', revocationListSchema);
    expect(revocations.map(({ subject }) => subject)).toEqual(['rev-2', 'rev-1']);
    const one = await harness.ask(
      'GET',
      '/v1/admin/revocations?subject=rev-1&fields=kind',
      revocationListSchema,
    );
    expect(one.revocations).toEqual([{ kind: 'user' }]);
  });
});

it('ADM-21: document reviews in a batch are decided one after the other, each with its own result', async () => {
  const id = randomUUID();
  const at = Date.now();
  await harness.db.collection(documentCollection).insertOne({
    _id: id,
    v: 1,
    region: REGION,
    userId: 'driver-r',
    role: 'driver',
    type: 'profile_photo',
    state: {
      name: 'processed',
      uploadedAt: at,
      processedAt: at,
      fence: 1,
      clean: { key: `clean/${id}/1.jpg`, contentType: 'image/jpeg', size: 5, thumbnailKey: null },
      facts: {},
      review: { name: 'pending' },
    },
    version: 4,
    fence: 1,
    revivals: 0,
    size: 5,
    contentType: 'image/jpeg',
    sha256: 'x',
    key: `quarantine/documents/driver-r/profile_photo/${at}-0123456789abcdef01234567.jpg`,
    told: 0,
    createdAt: new Date(at),
    updatedAt: new Date(at),
  } as never);
  const review = { documentId: id, decision: 'approve', version: 4 };
  const missing = { ...review, documentId: randomUUID() };
  const answer = await harness.call('POST', '/v1/document-reviews/batch', {
    body: { reviews: [missing, review, review] },
    role: 'operator',
  });
  expect(await answer.json()).toMatchObject({
    results: [
      { ok: false, id: missing.documentId, code: 'NOT_FOUND' },
      { ok: true, id, value: { review: { state: 'approved' } } },
      { ok: false, id, code: 'CONFLICT' },
    ],
  });
});

it.each(['1189-02-01T08:17:41Z', '1999-12-31T23:59:59Z', '2100-01-01T00:00:01Z', '9999-12-31T23:59:59Z'])(
  'ADM-61: the time %s fails with VALIDATION over REST as it does on sockets',
  async (at) => {
    const trip = { tripId: randomUUID(), pickup: here, dropoff: { lat: 37.8, lng: -122.42 } };
    for (const [path, body] of [
      ['/v1/trips', { ...trip, riderId: 'rider-t', scheduledAt: at }],
      ['/v1/dev/trips', { ...trip, riderId: 'rider-t', driverId: 'driver-t', at }],
    ] as const) {
      const refused = await problemOf(await harness.call('POST', path, { body }));
      expect([path, refused.code]).toEqual([path, 'VALIDATION']);
    }
    const command = { commandId: randomUUID(), action: 'start', at };
    const refused = await harness.call('POST', `/v1/trips/${trip.tripId}/commands`, {
      role: 'driver',
      body: command,
    });
    expect((await problemOf(refused)).code).toBe('VALIDATION');
  },
);
