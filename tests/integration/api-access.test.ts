import type { Route } from '@rideline/api/http/route';
import { problemSchema, type Role, roleSchema, signedInSchema, tripViewSchema } from '@rideline/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { declaredRoutes } from '../declared-routes.ts';
import { apiRequest } from '../harness/clients/api-request.ts';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { REGION } from '../harness/test-process.ts';

const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;

describe('trips and sign-in', () => {
  let harness: ApiHarness;
  beforeAll(async () => {
    harness = await startApiHarness();
  });
  afterAll(() => harness.stop());

  const trip = {
    tripId: 'trip-1',
    riderId: 'rider-1',
    driverId: 'cab-1',
    pickup: { lat: 37.7, lng: -122.4 },
    dropoff: { lat: 37.8, lng: -122.4 },
    at: '2026-06-01T10:00:00.000Z',
  };

  it('TRIP-20: an imported trip opens once and closes once, and sends the relay a hint', async () => {
    for (let time = 0; time < 2; time++) {
      const opened = await harness.post('/v1/dev/trips', trip, 'operator');
      expect(opened.status).toBe(201);
      expect(tripViewSchema.parse(await opened.json())).toMatchObject({
        state: 'in_progress',
        version: 1,
        open: true,
      });
    }
    const busy = await harness.post(
      '/v1/dev/trips',
      { ...trip, tripId: 'trip-2', riderId: 'rider-2' },
      'operator',
    );
    expect(await codeOf(busy)).toBe('CONFLICT');
    for (let time = 0; time < 2; time++) {
      const closed = await harness.post(
        '/v1/dev/trips/trip-1/close',
        { at: '2026-06-01T10:10:00.000Z' },
        'admin',
      );
      expect(tripViewSchema.parse(await closed.json())).toMatchObject({
        state: 'completed',
        version: 2,
        open: false,
      });
    }
    expect(await harness.redis('STATE').xlen(`${REGION}:{r:${REGION}}:trips`)).toBe(2);
    expect(await codeOf(await harness.post('/v1/dev/trips/nobody/close', { at: trip.at }, 'admin'))).toBe(
      'NOT_FOUND',
    );
  });

  it('TRIP-20: only operators import trips; unknown fields and foreign times fail with VALIDATION', async () => {
    for (const role of ['rider', 'driver'] as const) {
      expect(await codeOf(await harness.post('/v1/dev/trips', trip, role))).toBe('WRONG_AUDIENCE');
    }
    for (const body of [
      { ...trip, state: 'completed' },
      { ...trip, at: 5 },
      { ...trip, tripId: '../x' },
      { ...trip, pickup: { lat: 91, lng: 0 } },
    ]) {
      expect(await codeOf(await harness.post('/v1/dev/trips', body, 'operator'))).toBe('VALIDATION');
    }
  });

  it('TRIP-21: a trip is visible to its rider, its driver and operators; for others it is NOT_FOUND', async () => {
    const read = (role: 'rider' | 'driver' | 'operator', subject: string, tripId = 'trip-1') =>
      harness.get(`/v1/trips/${tripId}`, role, subject);
    for (const [role, subject] of [
      ['rider', 'rider-1'],
      ['driver', 'cab-1'],
      ['operator', 'anna'],
    ] as const) {
      expect(tripViewSchema.parse(await (await read(role, subject)).json()).tripId).toBe('trip-1');
    }
    const others = [
      read('rider', 'rider-2'),
      read('driver', 'cab-2'),
      read('rider', 'cab-1'),
      read('operator', 'anna', 'nobody'),
    ];
    for (const response of await Promise.all(others)) expect(await codeOf(response)).toBe('NOT_FOUND');
  });

  it('SEC-33: the right name and password return an operator token that the API accepts', async () => {
    const { RIDELINE_OPERATOR_NAME: name, RIDELINE_OPERATOR_PASSWORD: password } = harness.cluster.env;
    const response = await harness.post('/v1/sign-in', { name, password });
    const signedIn = signedInSchema.parse(await response.json());
    expect([signedIn.role, signedIn.id]).toEqual(['operator', name]);
    const headers = { Authorization: `Bearer ${signedIn.token}` };
    expect((await fetch(`${harness.url}/v1/drivers/search?lat=0&lng=0`, { headers })).status).toBe(200);
  });

  it('SEC-33: sign-in attempts are counted by account, whatever address is claimed, and refused with a retry time', async () => {
    const guess = (address: string, name = 'boss') =>
      fetch(`${harness.url}/v1/sign-in`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
        body: JSON.stringify({ name, password: 'guess' }),
      });
    const codes = [];
    for (let time = 0; time < 11; time++) codes.push(await codeOf(await guess(`10.0.0.${time}`)));
    expect(codes).toEqual([...Array<string>(10).fill('UNAUTHENTICATED'), 'SCALE_003']);
    const refused = await guess('10.0.0.99');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    const keys = await harness.redis('STATE').keys('*rl:sign-in*');
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.join()).not.toMatch(/boss|10\.0\.0/);
  });

  it('SEC-33: sign-in attempts are counted by address, whatever account is tried', async () => {
    const codes = [];
    for (let time = 0; time < 31; time++) {
      const response = await fetch(`${harness.url}/v1/sign-in`, {
        method: 'POST',
        // A client may send any value; the proxy appends the address that it saw, and that one counts.
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `192.0.2.${time}, 198.51.100.7` },
        body: JSON.stringify({ name: `name-${time}`, password: 'guess' }),
      });
      codes.push(await codeOf(response));
    }
    expect(codes.filter((code) => code === 'UNAUTHENTICATED').length).toBe(30);
    expect(codes.at(-1)).toBe('SCALE_003');
  });

  it('SEC-36: every route refuses requests without a token, and tokens of roles that it is not for, before it looks at anything else', async () => {
    const guarded = declaredRoutes().filter(({ access }) => access !== 'public');
    expect(guarded.length).toBeGreaterThan(60);
    const unexpected: string[] = [];
    const expectCode = async (route: Route, role: Role | undefined, code: string) => {
      const path = route.path.replace(/:\w+/g, 'x-1');
      const token = role && (await harness.token(role));
      const response = await apiRequest(route.method.toUpperCase(), harness.url + path, {
        body: undefined,
        token,
      });
      const found = await codeOf(response).catch(() => String(response.status));
      if (found !== code) unexpected.push(`${route.method} ${path} as ${role ?? 'nobody'}: ${found}`);
    };
    for (const route of guarded) {
      await expectCode(route, undefined, 'UNAUTHENTICATED');
      for (const role of roleSchema.options)
        if (!route.access.includes(role)) await expectCode(route, role, 'WRONG_AUDIENCE');
    }
    expect(unexpected).toEqual([]);
  });

  it('SEC-36: the description lists the routes of the running API', async () => {
    const { paths } = (await (await harness.get('/v1/openapi.json')).json()) as {
      paths: Record<string, object>;
    };
    // Each part of the API has its own tests; a route that is declared and forgotten in routes.ts is found by them.
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/.well-known/jwks.json',
        '/health',
        '/health/live',
        '/health/ready',
        '/v1/dead-letters',
        '/v1/dead-letters/{source}',
        '/v1/dead-letters/{source}/replay',
        '/v1/dead-letters/{source}/{id}/replay',
        '/v1/dev/trips',
        '/v1/dev/trips/{tripId}/close',
        '/v1/devices/{deviceId}',
        '/v1/drivers/me/fixes',
        '/v1/drivers/search',
        '/v1/drivers/{driverId}/ledger',
        '/v1/drivers/{driverId}/track',
        '/v1/errors',
        '/v1/notifications',
        '/v1/notifications/{notificationId}/ack',
        '/v1/accounts',
        '/v1/me',
        '/v1/offers/{offerId}/answer',
        '/v1/openapi.json',
        '/v1/sign-in',
        '/v1/sign-out',
        '/v1/sign-out-everywhere',
        '/v1/token',
        '/v1/users/{userId}/suspend',
        '/v1/time',
        '/v1/trips',
        '/v1/trips/{tripId}',
        '/v1/trips/{tripId}/audit',
        '/v1/trips/{tripId}/cancel',
        '/v1/trips/{tripId}/candidates',
        '/v1/trips/{tripId}/commands',
        '/v1/trips/{tripId}/events',
        '/v1/trips/{tripId}/fare-review',
        '/v1/trips/{tripId}/reassign',
      ]),
    );
  });
});

describe('servers that are away', () => {
  let harness: ApiHarness;
  beforeAll(async () => {
    harness = await startApiHarness();
  });
  afterAll(() => harness.stop());

  const search = () => harness.get('/v1/drivers/search?lat=0&lng=0', 'operator');
  const ledger = () => harness.get('/v1/drivers/cab-1/ledger', 'operator');
  const fixes = () =>
    harness.post('/v1/drivers/me/fixes', { boot: 'b', fixes: [[1, Date.now(), 37.7, -122.4]] }, 'driver');
  const health = async () =>
    (await harness.get('/health')).json() as Promise<{ reasons: { dependency: string }[] }>;
  const reasons = async () => (await health()).reasons.map(({ dependency }) => dependency);

  it('DEG-10: without Mongo the API stays ready and reports it; only requests that need MongoDB are refused, within their deadline', async () => {
    await harness.cluster.kill('mongo');
    await vi.waitFor(async () => expect(await reasons()).toContain('mongo'), {
      timeout: 15_000,
      interval: 100,
    });
    expect((await harness.get('/health/ready')).status).toBe(200);
    expect((await search()).status).toBe(200);
    expect((await fixes()).status).toBe(200);
    expect(['UNAVAILABLE', 'TIMEOUT']).toContain(await codeOf(await ledger()));
    await harness.cluster.start('mongo');
    await vi.waitFor(async () => expect((await ledger()).status).toBe(200), {
      timeout: 30_000,
      interval: 200,
    });
    await vi.waitFor(async () => expect(await reasons()).toEqual([]), { timeout: 15_000, interval: 100 });
  });

  it('DEG-10: without the state Redis fixes are still accepted and history is read; the search is refused with a retry time', async () => {
    await harness.cluster.kill('redis-state');
    await vi.waitFor(async () => expect(await reasons()).toContain('redis-state'), {
      timeout: 20_000,
      interval: 50,
    });
    expect((await harness.get('/health/ready')).status).toBe(200);
    const refused = await search();
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await codeOf(refused)).toBe('UNAVAILABLE');
    expect((await fixes()).status).toBe(200);
    expect((await ledger()).status).toBe(200);
    expect(await codeOf(await harness.post('/v1/sign-in', { name: 'x', password: 'y' }))).toBe(
      'UNAUTHENTICATED',
    );
    const { RIDELINE_OPERATOR_NAME: name, RIDELINE_OPERATOR_PASSWORD: password } = harness.cluster.env;
    expect((await harness.post('/v1/sign-in', { name, password })).status).toBe(200);
    await harness.cluster.start('redis-state');
    await vi.waitFor(async () => expect((await search()).status).toBe(200), {
      timeout: 10_000,
      interval: 100,
    });
  });

  it('DEG-10: a Redis that stopped answering costs a request its deadline and no more', async () => {
    await harness.cluster.pause('redis-state');
    expect(await codeOf(await search())).toBe('TIMEOUT');
    await harness.cluster.resume('redis-state');
    await vi.waitFor(async () => expect((await search()).status).toBe(200), {
      timeout: 10_000,
      interval: 100,
    });
  });

  it('DEG-10: without the log fixes are not acknowledged', async () => {
    await harness.cluster.kill('redis-log');
    await vi.waitFor(async () => expect(await reasons()).toContain('redis-log'), {
      timeout: 20_000,
      interval: 50,
    });
    expect(await codeOf(await fixes())).toBe('TIMEOUT');
    expect((await search()).status).toBe(200);
    await harness.cluster.start('redis-log');
    await vi.waitFor(async () => expect((await fixes()).status).toBe(200), {
      timeout: 10_000,
      interval: 100,
    });
  });

  it('DEG-10: the API starts while all servers are away, and connects to them when they are back', async () => {
    await harness.cluster.kill('api-1', 'SIGTERM');
    for (const name of ['mongo', 'redis-state', 'redis-log']) await harness.cluster.kill(name);
    await harness.cluster.start('api-1');
    expect((await harness.get('/health/ready')).status).toBe(200);
    expect(await codeOf(await search())).toBe('UNAVAILABLE');
    expect(await codeOf(await fixes())).toBe('UNAVAILABLE');
    for (const name of ['mongo', 'redis-state', 'redis-log']) await harness.cluster.start(name);
    for (const ask of [search, fixes, ledger]) {
      await vi.waitFor(async () => expect((await ask()).status).toBe(200), {
        timeout: 30_000,
        interval: 200,
      });
    }
  });
});
