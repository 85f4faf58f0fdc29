import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceId, UserId } from '@rideline/contract';
import { createDeviceStore } from '@rideline/fleet/notifications/device-store';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { openTestQueue } from '../harness/notifications/test-queue.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 50 };

interface Push {
  readonly token: string;
  readonly title: string;
  readonly body: Record<string, unknown>;
}

let harness: WorkersHarness;
let folder: string;
const pushed = { fcm: [] as Push[], apns: [] as Push[] };
/** Responses of FCM, in order; then 200. */
let answers: { status: number; body: unknown }[] = [];

function startFcm() {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.url === '/token') {
      response.end(JSON.stringify({ access_token: 'a', expires_in: 3600 }));
      return;
    }
    const { message } = JSON.parse(text);
    pushed.fcm.push({ token: message.token, title: message.notification.title, body: message.data });
    const { status, body } = answers.shift() ?? { status: 200, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return server;
}

function startApns() {
  const server = createHttp2Server();
  server.on('stream', async (stream, headers) => {
    let text = '';
    for await (const chunk of stream) text += chunk;
    const { aps, ...body } = JSON.parse(text);
    const token = String(headers[':path']).split('/').at(-1) ?? '';
    pushed.apns.push({ token, title: aps.alert.title, body });
    stream.respond({ ':status': token === 'gone' ? 410 : 200 });
    stream.end();
  });
  return server;
}

const fcm = startFcm();
const apns = startApns();

async function listen(server: typeof fcm | typeof apns): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function privateKey(type: 'rsa' | 'ec'): string {
  const { privateKey: key } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-devices-'));
  const [fcmUrl, apnsUrl] = await Promise.all([listen(fcm), listen(apns)]);
  const account = {
    project_id: 'p',
    client_email: 'push@p.example',
    private_key: privateKey('rsa'),
    token_uri: `${fcmUrl}/token`,
  };
  await writeFile(join(folder, 'account.json'), JSON.stringify(account));
  await writeFile(join(folder, 'key.p8'), privateKey('ec'));
  harness = await startWorkersHarness({
    env: {
      RIDELINE_ROLES: 'notifications',
      RIDELINE_PUSH: 'fcm,apns',
      RIDELINE_FCM_URL: fcmUrl,
      RIDELINE_FCM_SERVICE_ACCOUNT_FILE: join(folder, 'account.json'),
      RIDELINE_APNS_URL: apnsUrl,
      RIDELINE_APNS_KEY_FILE: join(folder, 'key.p8'),
      RIDELINE_APNS_KEY_ID: 'KEY1234567',
      RIDELINE_APNS_TEAM_ID: 'TEAM123456',
      RIDELINE_APNS_TOPIC: 'example.ride',
    },
  });
});
afterAll(async () => {
  await harness?.stop();
  fcm.closeAllConnections();
  fcm.close();
  apns.close();
  await rm(folder, { recursive: true });
});

it('NOTE-11: a retry goes only to phones that have not accepted it; each phone gets its locale, and one that is gone is removed', async () => {
  const userId = `user-${randomUUID().slice(0, 8)}` as UserId;
  const owner = { userId, role: 'rider' } as const;
  const devices = createDeviceStore(harness.db, REGION);
  const put = (deviceId: string, platform: 'android' | 'ios', token: string, locale?: string) =>
    devices.put(owner, deviceId as DeviceId, { platform, token, ...(locale ? { locale } : {}) }, new Date());
  await put('a1', 'android', 'android-1', 'de-DE');
  await put('i1', 'ios', 'ios-1');
  await put('i2', 'ios', 'gone');
  answers = [{ status: 503, body: {} }];

  const tripId = randomUUID();
  const notificationId = `${tripId}-4-rider`;
  const queue = openTestQueue(harness);
  const job = {
    v: 1,
    notificationId,
    region: REGION,
    ...owner,
    kind: 'driver_arrived',
    data: { tripId, version: 4, driverId: 'd-1', pickup: { lat: 37.77, lng: -122.41 } },
    createdAt: Date.now(),
  };
  await vi.waitFor(() => queue.add('notify', job, { jobId: notificationId }), SOON);
  await vi.waitFor(async () => {
    const stored = await harness.db
      .collection(notificationCollection)
      .findOne({ _id: notificationId as never });
    expect(stored?.pushedBy.toSorted()).toEqual(['apns:i1', 'apns:i2', 'fcm:a1']);
  }, SOON);
  await queue.close();

  expect(pushed.fcm.map(({ token }) => token)).toEqual(['android-1', 'android-1']);
  expect(pushed.fcm[0]?.title).toBe('Ihr Fahrer ist da');
  expect(pushed.apns.map(({ token }) => token).sort()).toEqual(['gone', 'ios-1']);
  expect(pushed.apns[0]?.title).toBe('Your driver is here');
  expect(pushed.apns[0]?.body).toEqual({ tripId, notificationId, kind: 'driver_arrived', seq: 4 });
  expect((await devices.of(owner)).map(({ deviceId }) => deviceId).sort()).toEqual(['a1', 'i1']);
  expect(await harness.metric('workers-1', 'queue_jobs_total', { outcome: 'retried' })).toBe(1);
});
