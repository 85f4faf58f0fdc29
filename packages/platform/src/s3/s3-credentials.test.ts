import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openObjectStore } from './object-store.ts';
import { openS3Credentials } from './s3-credentials.ts';

const MINUTE_MS = 60_000;

/** No source of the chain but the one that the test names. */
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(() => vi.unstubAllEnvs());

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stands in for the credentials endpoint of ECS and EKS. */
async function startContainerEndpoint(livesMs: () => number): Promise<{ asked: () => number }> {
  let asked = 0;
  const url = await listen((request, response) => {
    if (request.headers.authorization !== 'pod-token') return response.writeHead(403).end();
    asked += 1;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(
      JSON.stringify({
        AccessKeyId: `ASIA${asked}`,
        SecretAccessKey: `secret-${asked}`,
        Token: `session-${asked}`,
        Expiration: new Date(Date.now() + livesMs()).toISOString(),
      }),
    );
  });
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', url);
  vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'pod-token');
  return { asked: () => asked };
}

test('DOC-26: static keys are used as they are, without the chain', async () => {
  const endpoint = await startContainerEndpoint(() => MINUTE_MS);
  const credentials = openS3Credentials({ accessKeyId: 'id', secretAccessKey: 'secret' });
  expect(await credentials()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  expect(endpoint.asked()).toBe(0);
});

test('DOC-26: without keys AWS_ACCESS_KEY_ID and its session token are used', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAENV');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'from-env');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session-env');
  expect(await openS3Credentials({})()).toMatchObject({
    accessKeyId: 'ASIAENV',
    secretAccessKey: 'from-env',
    sessionToken: 'session-env',
  });
});

test('DOC-26: container credentials are fetched once, and again from five minutes before they expire', async () => {
  let livesMs = 60 * MINUTE_MS;
  const endpoint = await startContainerEndpoint(() => livesMs);
  const longLived = openS3Credentials({});
  const calls = await Promise.all(Array.from({ length: 20 }, () => longLived()));
  expect(new Set(calls.map(({ sessionToken }) => sessionToken))).toEqual(new Set(['session-1']));
  expect(endpoint.asked()).toBe(1);

  // Inside the last five minutes: callers keep what is valid while the next is fetched.
  livesMs = 4 * MINUTE_MS;
  const ending = openS3Credentials({});
  expect(await ending()).toMatchObject({ sessionToken: 'session-2' });
  livesMs = 60 * MINUTE_MS;
  expect(await ending()).toMatchObject({ sessionToken: 'session-2' });
  await vi.waitFor(async () => expect(await ending()).toMatchObject({ sessionToken: 'session-3' }), 5000);
  expect(endpoint.asked()).toBe(3);
});

test('DOC-26: expired credentials are never handed out: callers wait for the next ones', async () => {
  let livesMs = -1;
  await startContainerEndpoint(() => livesMs);
  const credentials = openS3Credentials({});
  await credentials();
  livesMs = 60 * MINUTE_MS;
  const { sessionToken, expiration } = await credentials();
  expect(sessionToken).not.toBe('session-1');
  expect(expiration?.getTime()).toBeGreaterThan(Date.now());
});

test('DOC-26: a role is assumed with a web identity token', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rl-sts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'token'), 'identity-token');
  let form = '';
  const sts = await listen((request, response) => {
    request.on('data', (chunk) => {
      form += chunk;
    });
    request.on('end', () =>
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end(
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>of-the-role</SecretAccessKey><SessionToken>session-role</SessionToken>
        <Expiration>${new Date(Date.now() + 60 * MINUTE_MS).toISOString()}</Expiration></Credentials>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      ),
    );
  });
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/rideline');
  vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'token'));
  expect(await openS3Credentials({})()).toMatchObject({
    accessKeyId: 'ASIAROLE',
    secretAccessKey: 'of-the-role',
    sessionToken: 'session-role',
  });
  const sent = new URLSearchParams(form);
  expect([sent.get('RoleArn'), sent.get('WebIdentityToken')]).toEqual([
    'arn:aws:iam::123456789012:role/rideline',
    'identity-token',
  ]);
});

test('DOC-26: where no source gives credentials the error is UNAVAILABLE, and the next call tries again', async () => {
  const credentials = openS3Credentials({});
  await expect(credentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIALATER');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'later');
  expect(await credentials()).toMatchObject({ accessKeyId: 'AKIALATER' });
});

test('DOC-26: requests and signed URLs of an object store carry the session token, and the next one once it has changed', async () => {
  const seen: unknown[] = [];
  const endpoint = await listen((request, response) => {
    seen.push(request.headers['x-amz-security-token']);
    response.writeHead(200).end();
  });
  let livesMs = -1;
  await startContainerEndpoint(() => livesMs);
  const store = openObjectStore({ endpoint, publicEndpoint: endpoint, bucket: 'b', region: 'us-east-1' });
  onTestFinished(() => store.close());
  await store.ping();
  livesMs = 60 * MINUTE_MS;
  await store.ping();
  const options = { seconds: 60, fileName: 'a.jpg', contentType: 'image/jpeg' };
  const url = new URL((await store.presignGet('a.jpg', options)).url);
  expect(seen[0]).toMatch(/^session-\d+$/);
  expect(seen[1]).toMatch(/^session-\d+$/);
  expect(seen[1]).not.toBe(seen[0]);
  expect(url.searchParams.get('X-Amz-Security-Token')).toBe(seen[1]);
  const threeHours = { ...options, seconds: 3 * 3600 };
  expect((await store.presignGet('a.jpg', threeHours)).expiresAtMs).toBeLessThanOrEqual(
    Date.now() + 60 * MINUTE_MS,
  );
});
