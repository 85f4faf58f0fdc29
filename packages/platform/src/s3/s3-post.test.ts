import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { expect, test, vi } from 'vitest';
import type { S3Credentials } from './s3-credentials.ts';
import { createPostSigner, type PostGrant, postFields } from './s3-post.ts';

const settings = {
  endpoint: 'http://127.0.0.1:9000',
  publicEndpoint: 'https://files.example',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a secret/with+signs',
  bucket: 'rideline',
  region: 'eu-central-1',
};

const grant: PostGrant = {
  key: 'quarantine/documents/u-1/driving_licence/1795246381334-0123456789abcdef01234567.jpg',
  size: 50_123,
  contentType: 'image/jpeg',
  sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
  meta: { userid: 'u-1', documenttype: 'driving_licence', uploadedat: '2026-11-21T07:33:01.334Z' },
  seconds: 300,
};

const { accessKeyId, secretAccessKey } = settings;

async function byTheSdk(nowMs: number, credentials: S3Credentials = { accessKeyId, secretAccessKey }) {
  const { publicEndpoint: endpoint, region, bucket } = settings;
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
  });
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] });
  try {
    const { url, fields } = await createPresignedPost(client, {
      Bucket: bucket,
      Key: grant.key,
      Expires: grant.seconds,
      Conditions: [['content-length-range', grant.size, grant.size]],
      Fields: postFields(grant),
    });
    return { url, fields, expiresAtMs: nowMs + grant.seconds * 1000 };
  } finally {
    vi.useRealTimers();
  }
}

test('DOC-2: a form equals, byte for byte, the form that the AWS SDK signs, on every day', async () => {
  const sign = createPostSigner(settings);
  const noon = Date.UTC(2026, 10, 21, 12, 0, 0, 250);
  for (const nowMs of [noon, noon + 1, noon + 12 * 3_600_000, noon + 40 * 24 * 3_600_000]) {
    expect(await sign(grant, nowMs)).toEqual(await byTheSdk(nowMs));
  }
});

test('DOC-2: a form with temporary credentials carries the session token as the AWS SDK does, also after they change', async () => {
  let current: S3Credentials = {
    accessKeyId: 'ASIAFIRST',
    secretAccessKey: 'one',
    sessionToken: 'token/one==',
  };
  const sign = createPostSigner(settings, async () => current);
  const nowMs = Date.UTC(2026, 10, 21, 12);
  const first = await sign(grant, nowMs);
  expect(first).toEqual(await byTheSdk(nowMs, current));
  expect(first.fields).toMatchObject({ 'X-Amz-Security-Token': 'token/one==' });
  const policy = JSON.parse(Buffer.from(first.fields.Policy ?? '', 'base64').toString());
  expect(policy.conditions).toContainEqual({ 'X-Amz-Security-Token': 'token/one==' });

  for (const next of [
    { accessKeyId: 'ASIASECOND', secretAccessKey: 'two', sessionToken: 'token/two==' },
    { accessKeyId: 'AKIASTATIC', secretAccessKey: 'three' },
  ]) {
    current = next;
    expect(await sign(grant, nowMs)).toEqual(await byTheSdk(nowMs, next));
  }
});

test('DOC-2: a form binds key, size, type, checksum and meta fields exactly', async () => {
  const { fields } = await createPostSigner(settings)(grant, Date.UTC(2026, 10, 21));
  const policy = JSON.parse(Buffer.from(fields.Policy ?? '', 'base64').toString());
  expect(policy.expiration).toBe('2026-11-21T00:05:00Z');
  expect(policy.conditions).toContainEqual(['content-length-range', 50_123, 50_123]);
  expect(policy.conditions).toContainEqual({ key: grant.key });
  expect(policy.conditions).toContainEqual({ 'Content-Type': 'image/jpeg' });
  expect(policy.conditions).toContainEqual({ 'x-amz-checksum-sha256': grant.sha256 });
  expect(policy.conditions).toContainEqual({ 'x-amz-meta-userid': 'u-1' });
  expect(JSON.stringify(policy)).not.toContain('starts-with');
});

test('DOC-2: a form says that it ends with the temporary credentials that signed it, when they expire first', async () => {
  const nowMs = Date.UTC(2026, 10, 21, 12);
  const signedUntil = async (expiration: Date | undefined) => {
    const temporary = { accessKeyId: 'ASIAFIRST', secretAccessKey: 'one', sessionToken: 'token' };
    const credentials = expiration === undefined ? temporary : { ...temporary, expiration };
    return (await createPostSigner(settings, async () => credentials)(grant, nowMs)).expiresAtMs;
  };
  expect(await signedUntil(new Date(nowMs + 90_000))).toBe(nowMs + 90_000);
  expect(await signedUntil(new Date(nowMs + 3_600_000))).toBe(nowMs + grant.seconds * 1000);
  expect(await signedUntil(undefined)).toBe(nowMs + grant.seconds * 1000);
});
