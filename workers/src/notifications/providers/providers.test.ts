import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { NotificationId, UserId } from '@rideline/contract';
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApnsProvider } from './apns-provider.ts';
import { createFcmProvider } from './fcm-provider.ts';
import { createFileProvider } from './file-provider.ts';
import type { PushMessage } from './push-provider.ts';
import { createWebhookProvider } from './webhook-provider.ts';

const message: PushMessage = {
  notificationId: 'trip-1-3-rider' as NotificationId,
  collapseId: 'trip-1-3-rider',
  userId: 'ann' as UserId,
  role: 'rider',
  kind: 'driver_arrived',
  seq: 3,
  occurredAt: Date.UTC(2026, 5, 6, 7, 8, 9),
  title: 'Your driver is here',
  body: 'Please come to the pick-up.',
  silent: false,
  data: { tripId: 'trip-1' },
  expiresAt: Date.now() + 60_000,
};

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closers: (() => Promise<unknown> | unknown)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-push-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await rm(folder, { recursive: true });
});

async function bodyOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** An HTTP server that records its requests; `answer` answers them. */
async function serve(answer: (received: Received, response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const one = { path: request.url ?? '', headers: request.headers, body: await bodyOf(request) };
    received.push(one);
    answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

it('NOTE-10: the file provider appends one line of JSON for each push', async () => {
  const file = join(folder, 'pushes.jsonl');
  const provider = createFileProvider(file);
  await provider.push(message);
  await provider.push({ ...message, seq: 4 });
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([3, 4]);
});

it('NOTE-10: the webhook provider signs its body and names its event', async () => {
  const { url, received } = await serve((_one, response) => response.writeHead(204).end());
  const secret = 'a secret of sixteen';
  await createWebhookProvider({ url: `${url}/hook`, secret, timeoutMs: 1000 }).push(message);
  const [{ headers, body, path }] = received as [Received];
  expect(path).toBe('/hook');
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  expect(headers['rideline-signature']).toBe(`sha256=${expected}`);
  expect(headers['rideline-event-id']).toBe(message.notificationId);
  expect(JSON.parse(body)).toMatchObject({
    event_id: message.notificationId,
    seq: 3,
    occurred_at: '2026-06-06T07:08:09.000Z',
    user_id: 'ann',
    kind: 'driver_arrived',
    data: { tripId: 'trip-1' },
  });
});

it('NOTE-10: an error, a redirect and a missing answer of the webhook are failures', async () => {
  const answers = [500, 302];
  const { url } = await serve((_one, response) => {
    const status = answers.shift();
    if (status) response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end();
  });
  const provider = createWebhookProvider({ url, secret: 'a secret of sixteen', timeoutMs: 200 });
  await expect(provider.push(message)).rejects.toThrow('500');
  await expect(provider.push(message)).rejects.toThrow('302');
  await expect(provider.push(message)).rejects.toThrow(/timeout/i);
});

const rsaKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

/** Google's two servers in one: tokens, and messages. */
async function startFcm(statuses: number[], tokenSeconds = 3600, errorCode?: string) {
  const { privateKey, publicKey } = rsaKeys();
  let given = 0;
  const server = await serve((one, response) => {
    if (one.path === '/token') {
      given += 1;
      json(response, 200, {
        access_token: `access-${given}`,
        expires_in: tokenSeconds,
        token_type: 'Bearer',
      });
      return;
    }
    const status = statuses.shift() ?? 200;
    const error = {
      error: { code: status, details: [{ '@type': 'x', errorCode: errorCode ?? 'UNREGISTERED' }] },
    };
    json(
      response,
      status,
      status === 200 ? { name: 'projects/p/messages/1' } : status === 404 || errorCode ? error : {},
    );
  });
  const file = join(folder, 'account.json');
  const account = {
    project_id: 'ride-1',
    client_email: 'push@ride-1.example',
    private_key: privateKey,
    private_key_id: 'k1',
    token_uri: `${server.url}/token`,
  };
  await writeFile(file, JSON.stringify(account));
  const provider = await createFcmProvider({ url: server.url, serviceAccountFile: file, timeoutMs: 1000 });
  return { provider, publicKey, account, received: server.received };
}

it('NOTE-10: the FCM provider asks for a token with a signed assertion and sends HTTP v1 messages', async () => {
  const { provider, publicKey, account, received } = await startFcm([]);
  const outcomes = await Promise.all(['d1', 'd2'].map((token) => provider.push(message, { token })));
  expect(outcomes).toEqual(['sent', 'sent']);
  const asked = received.filter(({ path }) => path === '/token');
  expect(asked).toHaveLength(1);
  const form = new URLSearchParams(asked[0]?.body);
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const assertion = form.get('assertion') ?? '';
  const { payload, protectedHeader } = await jwtVerify(assertion, await importSPKI(publicKey, 'RS256'), {
    issuer: account.client_email,
    audience: account.token_uri,
  });
  expect(payload.scope).toBe('https://www.googleapis.com/auth/firebase.messaging');
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  // google-auth-library sends no key id: Google finds the key by the issuer.
  expect(protectedHeader).toMatchObject({ alg: 'RS256' });
  const sent = received.filter(({ path }) => path === '/v1/projects/ride-1/messages:send');
  expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer access-1', 'Bearer access-1']);
  expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
    message: {
      notification: { title: message.title, body: message.body },
      data: { tripId: 'trip-1', kind: 'driver_arrived', notificationId: 'trip-1-3-rider', seq: '3' },
      android: { priority: 'HIGH', notification: { tag: 'trip-1-3-rider' } },
    },
  });
});

it.each([
  [400, 'INVALID_ARGUMENT'],
  [403, 'SENDER_ID_MISMATCH'],
])(
  'NOTE-10: a token that FCM never accepts (%i %s) is refused once and not tried again',
  async (status, code) => {
    const { provider, received } = await startFcm([status], 3600, code);
    expect(await provider.push(message, { token: 'not a token' })).toBe('refused');
    expect(received.filter(({ path }) => path !== '/token')).toHaveLength(1);
  },
);

it('NOTE-10: the FCM provider does not use a token in its last minute', async () => {
  const { provider, received } = await startFcm([], 59);
  for (const token of ['d1', 'd2']) expect(await provider.push(message, { token })).toBe('sent');
  const sent = received.filter(({ path }) => path !== '/token');
  expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer access-1', 'Bearer access-2']);
});

it('NOTE-10: the FCM provider fails once when the token server fails, and names no secret', async () => {
  const { received, url } = await serve((_one, response) => json(response, 503, { error: 'unavailable' }));
  const { privateKey } = rsaKeys();
  const account = {
    project_id: 'p',
    client_email: 'a@p',
    private_key: privateKey,
    token_uri: `${url}/token`,
  };
  const file = join(folder, 'account.json');
  await writeFile(file, JSON.stringify(account));
  const provider = await createFcmProvider({ url, serviceAccountFile: file, timeoutMs: 1000 });
  const error = await provider.push(message, { token: 'd1' }).catch((one: unknown) => one);
  expect(String(error)).toContain('no access token for FCM');
  expect(inspect(error, { depth: 9 })).not.toContain('assertion');
  expect(received).toHaveLength(1);
});

/** Google's token exchange (STS) and FCM in one, for a pod with a token of its own cluster. */
it('NOTE-10: without a key file the FCM provider uses application default credentials, here workload identity', async () => {
  const { received, url } = await serve((one, response) =>
    one.path === '/sts'
      ? json(response, 200, {
          access_token: 'federated',
          expires_in: 3600,
          token_type: 'Bearer',
          issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        })
      : json(response, 200, { name: 'projects/p/messages/1' }),
  );
  const tokenFile = join(folder, 'pod-token');
  await writeFile(tokenFile, 'a-pod-token');
  const file = join(folder, 'workload.json');
  const workload = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/k8s',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${url}/sts`,
    credential_source: { file: tokenFile },
  };
  await writeFile(file, JSON.stringify(workload));
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'ride-2');
  closers.push(() => vi.unstubAllEnvs());
  const provider = await createFcmProvider({ url, serviceAccountFile: undefined, timeoutMs: 1000 });
  for (const token of ['d1', 'd2']) expect(await provider.push(message, { token })).toBe('sent');
  const [exchange, ...sent] = received as [Received, ...Received[]];
  const form = new URLSearchParams(exchange.body);
  expect([exchange.path, form.get('subject_token'), form.get('scope')]).toEqual([
    '/sts',
    'a-pod-token',
    'https://www.googleapis.com/auth/firebase.messaging',
  ]);
  expect(sent.map(({ path, headers }) => [path, headers.authorization])).toEqual(
    Array.from({ length: 2 }, () => ['/v1/projects/ride-2/messages:send', 'Bearer federated']),
  );
});

it('NOTE-10: the FCM provider renews a refused token once, reports a phone that is gone, and fails otherwise', async () => {
  const { provider, received } = await startFcm([401, 200, 404, 503]);
  expect(await provider.push(message, { token: 'd1' })).toBe('sent');
  expect(received.at(-1)?.headers.authorization).toBe('Bearer access-2');
  expect(await provider.push(message, { token: 'd1' })).toBe('gone');
  await expect(provider.push(message, { token: 'd1' })).rejects.toThrow('503');
});

/** Apple's server, without TLS: HTTP/2 with prior knowledge. */
async function startApns(answers: { status: number; reason?: string; silent?: true }[]) {
  const received: Received[] = [];
  let sessions = 0;
  const server: Http2Server = createHttp2Server();
  server.on('session', (session) => {
    sessions += 1;
    closers.push(() => session.destroy());
  });
  server.on('stream', async (stream, headers) => {
    const answer = answers.shift() ?? { status: 200 };
    stream.on('error', () => undefined);
    received.push({ path: String(headers[':path']), headers, body: await bodyOf(stream) });
    if (answer.silent) return;
    stream.respond({ ':status': answer.status });
    stream.end(answer.reason ? JSON.stringify({ reason: answer.reason }) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const keyFile = join(folder, 'AuthKey.p8');
  await writeFile(keyFile, privateKey);
  const provider = await createApnsProvider({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyFile,
    keyId: 'KEY1234567',
    teamId: 'TEAM123456',
    topic: 'example.ride',
    timeoutMs: 300,
  });
  closers.push(() => provider.close());
  return { provider, publicKey, received, sessions: () => sessions };
}

it('NOTE-10: the APNs provider posts over one HTTP/2 connection with an ES256 provider token', async () => {
  const { provider, publicKey, received, sessions } = await startApns([]);
  expect(await provider.push(message, { token: 'aabb' })).toBe('sent');
  expect(await provider.push(message, { token: 'ccdd' })).toBe('sent');
  expect(sessions()).toBe(1);
  expect(received.map(({ path }) => path)).toEqual(['/3/device/aabb', '/3/device/ccdd']);
  const [{ headers, body }] = received as [Received];
  expect(headers).toMatchObject({
    ':method': 'POST',
    'apns-topic': 'example.ride',
    'apns-push-type': 'alert',
    'apns-priority': '10',
    'apns-collapse-id': message.notificationId,
    'apns-expiration': String(Math.ceil(message.expiresAt / 1000)),
  });
  const [scheme, token = ''] = String(headers.authorization).split(' ');
  expect(scheme).toBe('bearer');
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', kid: 'KEY1234567' });
  const { payload } = await jwtVerify(token, await importSPKI(publicKey, 'ES256'), { issuer: 'TEAM123456' });
  expect(payload.iat).toBeGreaterThan(0);
  expect(JSON.parse(body)).toEqual({
    aps: { alert: { title: message.title, body: message.body }, sound: 'default' },
    tripId: 'trip-1',
    notificationId: message.notificationId,
    kind: 'driver_arrived',
    seq: 3,
  });
  // One token is used for most of an hour.
  expect(received[1]?.headers.authorization).toBe(headers.authorization);
});

it('NOTE-10: the APNs provider reports phones that are gone or refused, fails otherwise, and survives a missing answer', async () => {
  const { provider, sessions } = await startApns([
    { status: 410, reason: 'Unregistered' },
    { status: 400, reason: 'BadDeviceToken' },
    { status: 429, reason: 'TooManyRequests' },
    { status: 200, silent: true },
  ]);
  expect(await provider.push(message, { token: 'aa' })).toBe('gone');
  expect(await provider.push(message, { token: 'aa' })).toBe('refused');
  await expect(provider.push(message, { token: 'aa' })).rejects.toThrow('429 TooManyRequests');
  await expect(provider.push(message, { token: 'aa' })).rejects.toThrow('in time');
  expect(await provider.push(message, { token: 'aa' })).toBe('sent');
  expect(sessions()).toBe(2);
});

it('NOTE-13: a message for the app alone is a data message for FCM, a background push for APNs, and marked for a webhook', async () => {
  const wake: PushMessage = { ...message, role: 'driver', kind: 'wake', collapseId: 'wake', silent: true };
  const fcm = await startFcm([]);
  await fcm.provider.push(wake, { token: 'd1' });
  const { message: sent } = JSON.parse(fcm.received.find(({ path }) => path !== '/token')?.body ?? '{}');
  expect(sent).toMatchObject({
    token: 'd1',
    data: { kind: 'wake', tripId: 'trip-1' },
    android: { priority: 'HIGH', collapse_key: 'wake' },
  });
  expect(JSON.stringify(sent)).not.toContain('"notification"');
  const apns = await startApns([]);
  await apns.provider.push(wake, { token: 'aabb' });
  const [{ headers, body }] = apns.received as [Received];
  expect(headers).toMatchObject({
    'apns-push-type': 'background',
    'apns-priority': '5',
    'apns-collapse-id': 'wake',
  });
  expect(JSON.parse(body)).toMatchObject({ aps: { 'content-available': 1 }, kind: 'wake' });
  expect(JSON.parse(body).aps.alert).toBeUndefined();
  const { url, received } = await serve((_one, response) => response.writeHead(204).end());
  await createWebhookProvider({ url, secret: 'a secret of sixteen', timeoutMs: 1000 }).push(wake);
  expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({ kind: 'wake', silent: true });
});
