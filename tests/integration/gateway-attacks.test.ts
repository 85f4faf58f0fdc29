import { randomUUID } from 'node:crypto';
import {
  driverIdSchema,
  type GatewayId,
  type Goodbye,
  offerIdSchema,
  type RegionId,
  tripRequestSchema,
} from '@rideline/contract';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConnectRefused, connectRaw } from '../harness/clients/raw-client.ts';
import { fixAt, newRawDriver } from '../harness/clients/raw-driver.ts';
import { openRawWebSocket, type RawWebSocket } from '../harness/clients/raw-websocket.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';
import { openFollowedTrip } from '../harness/trips/followed-trip.ts';

const REGION = 'main' as RegionId;
const WAIT = { timeout: 60_000, interval: 20 };
const HERE = { lat: 47.1, lng: 8.1 };
const ALLOWED = 'https://app.example.com';
let harness: GatewayHarness;
let gateway: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness({ env: { RIDELINE_ALLOWED_ORIGINS: ALLOWED } });
  gateway = await harness.startGateway('gateway-1');
});
afterAll(() => harness.stop());
/** After each attack: no other client is affected, and no error went unhandled. */
afterEach(async () => {
  const honest = await newRawDriver(harness, gateway);
  expect(await honest.askFixes([fixAt(0)])).toEqual({ ok: true });
  honest.close();
  expect(gateway.output()).not.toMatch(/unhandled|uncaught|"level":(50|60)/i);
});

async function refusalOf(namespace: string, auth: Record<string, unknown>): Promise<unknown> {
  try {
    (await connectRaw(gateway.url, namespace, undefined, { auth })).close();
  } catch (error) {
    if (error instanceof ConnectRefused) return error.data;
    throw error;
  }
  return 'let in';
}
const withToken = (token: unknown) => ({ token, protocol: 1, sdk: 'test' });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('SEC-12: a handshake without a valid token for this namespace never reaches a listener', () => {
  const claims = {
    sub: 'driver-1',
    aud: 'driver',
    iss: 'rideline',
    region: 'main',
    jti: 'x',
    exp: Date.now() / 1000 + 60,
  };

  test('no token, no auth, wrong shapes', async () => {
    expect(await refusalOf('/driver', {})).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
    expect(await refusalOf('/driver', { token: '', protocol: 1, sdk: 'x' })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await refusalOf('/driver', { token: { a: 1 }, protocol: 1, sdk: 'x' })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await refusalOf('/driver', { token: 'x'.repeat(5000), protocol: 1, sdk: 'x' })).toMatchObject({
      code: 'VALIDATION',
    });
    const token = await harness.token('driver', 'driver-1');
    expect(await refusalOf('/driver', { ...withToken(token), role: 'admin' })).toMatchObject({
      code: 'VALIDATION',
    });
  });

  test('a session id of another client recovers nothing', async () => {
    const token = await harness.token('driver', 'driver-1');
    expect(
      await refusalOf('/driver', { ...withToken(token), pid: randomUUID(), offset: '1-1' }),
    ).toMatchObject({
      code: 'VALIDATION',
    });
  });

  test('alg none, HS256 with the public key, unknown and path-like kids, foreign jku', async () => {
    const forged = [
      `${base64({ alg: 'none', typ: 'at+jwt' })}.${base64(claims)}.`,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: harness.keys.signing?.kid ?? '' })
        .sign(new Uint8Array(32)),
      `${base64({ alg: 'EdDSA', typ: 'at+jwt', kid: '../../etc/passwd', jku: 'http://127.0.0.1:1/' })}.${base64(claims)}.AAAA`,
      `${base64({ alg: 'EdDSA', typ: 'at+jwt', kid: "' OR 1=1" })}.${base64(claims)}.AAAA`,
      'not.a.token',
    ];
    for (const token of forged)
      expect(await refusalOf('/driver', withToken(token))).toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('a token of another role, another region, an expired one', async () => {
    expect(await refusalOf('/driver', withToken(await harness.token('rider', 'r')))).toMatchObject({
      code: 'WRONG_AUDIENCE',
    });
    expect(await refusalOf('/rider', withToken(await harness.token('driver', 'd')))).toMatchObject({
      code: 'WRONG_AUDIENCE',
    });
    expect(await refusalOf('/operator', withToken(await harness.token('driver', 'd')))).toMatchObject({
      code: 'WRONG_AUDIENCE',
    });
    expect(await refusalOf('/driver', withToken(await harness.token('driver', 'd', -120)))).toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });

  test('an unsupported protocol is refused with the supported ones; an unknown namespace is refused', async () => {
    const token = await harness.token('driver', 'driver-1');
    expect(await refusalOf('/driver', { token, protocol: 99, sdk: 'x' })).toMatchObject({
      code: 'PROTOCOL_UNSUPPORTED',
      min: 1,
      max: 1,
    });
    await expect(connectRaw(gateway.url, '/admin', token)).rejects.toThrow('Invalid namespace');
  });
});

test('SEC-13: a token in the URL is refused before a session exists, by polling and by websocket', async () => {
  const polling = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&token=secret-in-url`);
  expect(polling.status).toBe(403);
  expect(await polling.json()).toMatchObject({ message: 'TOKEN_IN_URL' });
  const websocket = await openRawWebSocket(gateway.url, {
    path: '/socket.io/?EIO=4&transport=websocket&access_token=x',
  });
  expect([websocket.status, websocket.refusal]).toEqual([403, '{"code":"TOKEN_IN_URL"}']);
  expect(gateway.output()).not.toContain('secret-in-url');
});

describe('SEC-14: a foreign web origin is refused on websocket and on polling', () => {
  test.each([
    ['https://evil.example', 403],
    ['https://app.example.com.evil.example', 403],
    ['https://evil-app.example.com', 403],
    ['http://app.example.com', 403],
    ['https://app.example.com:8443', 403],
    ['null', 403],
    ['file://', 403],
    [ALLOWED, 101],
  ])('%s', async (origin, status) => {
    expect((await openRawWebSocket(gateway.url, { headers: { origin } })).status).toBe(status);
    const polling = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    expect(polling.status).toBe(status === 101 ? 200 : status);
  });

  test("the gateway's own host, and no origin at all (no browser)", async () => {
    expect((await openRawWebSocket(gateway.url, { headers: { origin: gateway.url } })).status).toBe(101);
    expect((await openRawWebSocket(gateway.url)).status).toBe(101);
  });
});

test('SEC-15: when a token expires during a connection the client is notified, the socket is closed, and nothing more is accepted', async () => {
  const driver = await newRawDriver(harness, gateway, { ttlSeconds: 2 });
  await vi.waitFor(() => {
    expect(driver.received<Goodbye>('goodbye')).toEqual([{ code: 'TOKEN_EXPIRED' }]);
    expect(driver.socket.connected).toBe(false);
  }, WAIT);
});

test('SEC-16: the sockets of a revoked user are closed', async () => {
  const userId = `driver-${randomUUID().slice(0, 8)}`;
  const driver = await newRawDriver(harness, gateway, { name: userId });
  await sendToInbox(harness.cache.client, REGION, gateway.name as GatewayId, [
    { type: 'revoke', userId: userId as never },
  ]);
  await vi.waitFor(() => {
    expect(driver.received<Goodbye>('goodbye')).toEqual([{ code: 'TOKEN_REVOKED' }]);
    expect(driver.socket.connected).toBe(false);
  }, WAIT);
});

test("SEC-17: another rider's trip and an unknown trip are refused in the same way, also malformed ids", async () => {
  const trip = await openFollowedTrip(harness, { driverId: 'driver-x' });
  const rider = await connectRaw(gateway.url, '/rider', await harness.token('rider', 'stranger'));
  const foreign = await rider.ask('track:subscribe', { tripId: trip.tripId });
  expect(foreign).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  // MongoDB is away in this test: an unknown trip needs it, a known one does not.
  expect(await rider.ask('track:subscribe', { tripId: 'no-such-trip' })).toMatchObject({
    ok: false,
    code: 'UNAVAILABLE',
  });
  expect(await rider.ask('track:subscribe', { tripId: { $ne: null } })).toMatchObject({
    ok: false,
    code: 'VALIDATION',
  });
  expect(await rider.ask('track:subscribe', { tripId: '../x' })).toMatchObject({
    ok: false,
    code: 'VALIDATION',
  });
  rider.close();
});

test('SEC-14: an origin is compared as a browser compares it: the default port may stand in the Host header', async () => {
  const statusOf = async (host: string, origin: string) =>
    (await openRawWebSocket(gateway.url, { headers: { host, origin } })).status;
  expect(await statusOf('fleet.example:443', 'https://fleet.example')).toBe(101);
  expect(await statusOf('fleet.example:80', 'http://fleet.example')).toBe(101);
  expect(await statusOf('Fleet.Example', 'https://fleet.example')).toBe(101);
  expect(await statusOf('fleet.example:443', 'http://fleet.example')).toBe(403);
  expect(await statusOf('fleet.example:8443', 'https://fleet.example')).toBe(403);
  expect(await statusOf('x@fleet.example', 'https://fleet.example')).toBe(403);
});

test('SEC-31: a refused handshake and a refused frame name what is wrong', async () => {
  const token = await harness.token('driver', 'driver-1');
  expect(await refusalOf('/driver', { token, protocol: 1 })).toMatchObject({
    code: 'VALIDATION',
    detail: expect.stringContaining('sdk: '),
  });
  const driver = await newRawDriver(harness, gateway);
  const detailOf = async (body: object) => (await driver.ask('location:update', body)).detail;
  const many = Array.from({ length: 201 }, (_, seq) => fixAt(seq));
  expect(await detailOf({ boot: 'b', fixes: many })).toMatch(/^fixes: /);
  expect(await detailOf({ boot: 'b', fixes: [{ seq: 0, t: 1, lat: 1, lng: 1 }] })).toMatch(/^fixes\.0: /);
  expect(await detailOf({ boot: 'b', fixes: [[0, 1, 1, [1]]] })).toMatch(/^fixes\.0\.3: /);
  driver.close();
});

test('SEC-38: a UUID is the same in upper case, by socket as by schema; other ids are compared exactly', async () => {
  const trip = await openFollowedTrip(harness, { driverId: 'driver-case' });
  const rider = await connectRaw(gateway.url, '/rider', await harness.token('rider', trip.riderId));
  expect(await rider.ask('track:subscribe', { tripId: trip.tripId.toUpperCase() })).toMatchObject({
    ok: true,
    snapshot: { tripId: trip.tripId },
  });
  rider.close();
  const offer = `${trip.tripId}_2`;
  expect(offerIdSchema.parse(offer.toUpperCase())).toBe(offer);
  expect(driverIdSchema.parse('D-1')).toBe('D-1');
  expect(
    tripRequestSchema.parse({ tripId: trip.tripId.toUpperCase(), pickup: HERE, dropoff: HERE }).tripId,
  ).toBe(trip.tripId);
});

describe('SEC-18: events and packets that no honest client sends', () => {
  test('unknown events are refused, and the third closes the socket', async () => {
    const driver = await newRawDriver(harness, gateway);
    expect(await driver.ask('__proto__', {})).toMatchObject({ ok: false, code: 'UNKNOWN_EVENT' });
    expect(await driver.ask('constructor')).toMatchObject({ code: 'UNKNOWN_EVENT' });
    driver.socket.emit('error', {});
    await vi.waitFor(
      () => expect(driver.received<Goodbye>('goodbye')).toEqual([{ code: 'UNKNOWN_EVENT' }]),
      WAIT,
    );
  });

  test('invalid bodies fail with VALIDATION; without an acknowledgement nothing happens', async () => {
    const driver = await newRawDriver(harness, gateway);
    for (const body of [
      null,
      5,
      'x',
      [],
      { status: 'asleep' },
      { status: 'busy', role: 'admin' },
      { status: { $ne: 1 } },
    ]) {
      expect(await driver.ask('driver:status', body)).toMatchObject({ ok: false, code: 'VALIDATION' });
      driver.socket.emit('driver:status', body);
    }
    for (const body of [
      null,
      { boot: 'b', fixes: [], driverId: 'other' },
      { boot: 'b', fixes: [[1, 2, 3]] },
    ]) {
      expect(await driver.ask('location:update', body)).toMatchObject({ ok: false, code: 'VALIDATION' });
    }
    driver.socket.emit('location:update');
    driver.socket.emit('sync');
    expect(await driver.ask('time', {})).toMatchObject({ ok: true, rate: 1 });
    driver.close();
  });

  async function connected(): Promise<RawWebSocket> {
    const websocket = await openRawWebSocket(gateway.url);
    websocket.send(
      `40/driver,${JSON.stringify(withToken(await harness.token('driver', `driver-${randomUUID()}`)))}`,
    );
    await vi.waitFor(
      () => expect(websocket.messages.some((message) => message.startsWith('40/driver'))).toBe(true),
      WAIT,
    );
    return websocket;
  }

  test.each([
    ['1e9 attachments', '451000000000-/driver,["location:update",{"_placeholder":true,"num":0}]'],
    ['11 attachments that are other packets', '4511-/driver,["x",{"_placeholder":true,"num":99}]'],
    ['an invalid placeholder', '451-/driver,["x",{"_placeholder":true,"num":"splice"}]'],
    ['invalid JSON', '42/driver,["location:update",{'],
    ['an unknown packet type', '49/driver,[]'],
    ['an event that is not a list', '42/driver,{"a":1}'],
    ['a reserved event', '42/driver,["disconnecting"]'],
    ['an unknown Engine.IO packet type', '9'],
    ['65 KB', `42/driver,["sync","${'x'.repeat(66_000)}"]`],
  ])('%s: closed', async (_, packet) => {
    const websocket = await connected();
    websocket.send(packet);
    if (packet.startsWith('45')) websocket.send('42/driver,["sync",{}]');
    await vi.waitFor(() => expect(websocket.closing).toBe(true), WAIT);
  });

  test('a new boot with every frame is refused after a few', async () => {
    const driver = await newRawDriver(harness, gateway);
    for (let boot = 0; boot < 16; boot++) {
      expect(await driver.ask('location:update', { boot: `boot-${boot}`, fixes: [fixAt(0)] })).toEqual({
        ok: true,
      });
    }
    expect(await driver.ask('location:update', { boot: 'boot-16', fixes: [fixAt(0)] })).toMatchObject({
      code: 'VALIDATION',
    });
    expect(await driver.ask('location:update', { boot: 'boot-3', fixes: [fixAt(1)] })).toEqual({ ok: true });
    driver.close();
  });

  test('a thousand levels of JSON are VALIDATION', async () => {
    const driver = await newRawDriver(harness, gateway);
    let deep: unknown = 1;
    for (let level = 0; level < 1000; level++) deep = { deep };
    expect(await driver.ask('driver:status', deep)).toMatchObject({ code: 'VALIDATION' });
    driver.close();
  });

  test('a message in 100,000 fragments ends within its limit', async () => {
    const websocket = await connected();
    websocket.frame(Buffer.from('42/driver,["sync","'), { opcode: 1, last: false });
    for (let fragment = 0; fragment < 100_000 && !websocket.closed; fragment++) {
      websocket.frame(Buffer.from('x'), { opcode: 0, last: false });
      if (fragment % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(websocket.closed).toBe(true), WAIT);
  });

  test('10 MB by polling and 2,000 headers are refused', async () => {
    const open = await (await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`)).text();
    const { sid } = JSON.parse(open.slice(1)) as { sid: string };
    const posted = fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
      method: 'POST',
      body: 'x'.repeat(10_000_000),
    }).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(await posted);
    const headers = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`x-h${at}`, '1']));
    expect([0, 400, 431]).toContain((await openRawWebSocket(gateway.url, { headers })).status);
  });
});

test('LIM-2: events beyond the rate are refused with SCALE_003 and a time; ten seconds of excess close the socket', async () => {
  const driver = await newRawDriver(harness, gateway);
  const replies = await Promise.all(Array.from({ length: 60 }, () => driver.ask('time', {})));
  const refused = replies.filter(({ ok }) => !ok);
  expect(refused.length).toBeGreaterThanOrEqual(15);
  expect(refused[0]).toMatchObject({ code: 'SCALE_003', retryAfterMs: 1000 });
  const flood = setInterval(() => {
    for (let count = 0; count < 10; count++) driver.socket.emit('time', {});
  }, 20);
  await vi
    .waitFor(() => expect(driver.received<Goodbye>('goodbye')).toMatchObject([{ code: 'SCALE_003' }]), {
      timeout: 20_000,
      interval: 50,
    })
    .finally(() => clearInterval(flood));
});

test('LIM-3: a user has five sockets; the sixth is refused with a retry time', async () => {
  const token = await harness.token('rider', 'busy-rider');
  const clients = await Promise.all(
    Array.from({ length: 5 }, () => connectRaw(gateway.url, '/rider', token)),
  );
  expect(await refusalOf('/rider', withToken(token))).toMatchObject({
    code: 'CONNECTION_LIMIT',
    retryAfterMs: 5000,
  });
  clients[0]?.close();
  await vi.waitFor(async () => {
    const again = await connectRaw(gateway.url, '/rider', token);
    clients.push(again);
  }, WAIT);
  for (const client of clients) client.close();
});

test('LIM-4: sockets that have not authenticated after 10 s are disconnected, half open or in the root namespace', async () => {
  const halfOpen = await Promise.all(Array.from({ length: 50 }, () => openRawWebSocket(gateway.url)));
  const nameless = await connectRaw(gateway.url, '/', undefined);
  await vi.waitFor(
    () => {
      expect(halfOpen.every(({ closed }) => closed)).toBe(true);
      expect(nameless.socket.connected).toBe(false);
    },
    { timeout: 15_000, interval: 100 },
  );
});

test('LIM-5: a gateway at its capacity refuses a connection with SCALE_006 and a retry time', async () => {
  const small = await harness.startGateway('gateway-small', { RIDELINE_MAX_CONNECTIONS: '2' });
  const token = await harness.token('driver', 'driver-full');
  const clients = [
    await connectRaw(small.url, '/rider', await harness.token('rider', 'a')),
    await connectRaw(small.url, '/rider', await harness.token('rider', 'b')),
  ];
  const third = connectRaw(small.url, '/driver', token);
  await expect(third).rejects.toMatchObject({
    data: { ok: false, code: 'SCALE_006', retryAfterMs: expect.any(Number) },
  });
  for (const client of clients) client.close();
  await small.end();
});

test('LIM-6: a client that does not read is closed, and its waiting packets are bounded', async () => {
  const trip = await openFollowedTrip(harness, { driverId: 'driver-slow', gateway: gateway.name });
  const websocket = await openRawWebSocket(gateway.url);
  websocket.send(`40/rider,${JSON.stringify(withToken(await harness.token('rider', trip.riderId)))}`);
  await vi.waitFor(
    () => expect(websocket.messages.some((message) => message.startsWith('40/rider'))).toBe(true),
    WAIT,
  );
  websocket.send(
    `420/rider,["track:subscribe",{"tripId":"${trip.tripId}"}]`.replace('420/rider,', '42/rider,0'),
  );
  await vi.waitFor(async () => expect(await gateway.metric('followers')).toBe(1), WAIT);
  websocket.socket.pause();
  const event = await trip.event('at_stop', { silent: true });
  const big = { ...event, data: { padding: 'x'.repeat(200_000) } };
  await vi.waitFor(
    async () => {
      for (let count = 0; count < 10; count++) {
        await sendToInbox(harness.cache.client, REGION, gateway.name as GatewayId, [
          { type: 'tripEvent', event: big, driverId: null },
        ]);
      }
      expect(await gateway.metric('gateway_goodbyes_total', { code: 'SLOW_CONSUMER' })).toBe(1);
    },
    { timeout: 20_000, interval: 100 },
  );
  await vi.waitFor(async () => expect(await gateway.metric('followers')).toBe(0), WAIT);
  websocket.socket.destroy();
});

test('SEC-6: the tests of this file left no token and no coordinate in the log', () => {
  expect(gateway.output()).not.toMatch(/eyJ|37\.77|-122\.41/);
});
