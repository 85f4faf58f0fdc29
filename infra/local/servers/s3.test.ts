import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { PlanContext } from './managed-server.ts';
import { planS3, s3Settings, s3Sources } from './s3.ts';
import { propertyValue } from './s3proxy.ts';

afterEach(() => vi.unstubAllEnvs());

function contextOf(env: PlanContext['env']): PlanContext {
  const dataDir = mkdtempSync(join(tmpdir(), 'rl-s3-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, env, fsync: 'everysec', onProgress: () => undefined, ports: async () => [9123] };
}

test('DOC-23: an S3 server is S3_ENDPOINT, else versitygw on the PATH, else S3Proxy by Maven', async () => {
  const kinds = s3Sources(contextOf({})).map(({ kind, describes }) => `${kind}: ${describes}`);
  expect(kinds).toEqual([
    'environment: S3_ENDPOINT',
    'path: versitygw on the PATH',
    'package: S3Proxy by Maven',
  ]);
  const given = await planS3(contextOf({ S3_ENDPOINT: 'https://s3.example' }));
  expect(given).toMatchObject({ kind: 'environment', found: { address: 'https://s3.example', daemons: [] } });

  const context = contextOf({});
  const program = join(context.dataDir, 'versitygw');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${context.dataDir}:${process.env.PATH}`);
  const found = await planS3(context);
  expect(found).toMatchObject({ kind: 'path', found: { address: 'http://127.0.0.1:9123' } });
  const [daemon] = found.found.daemons;
  expect(daemon).toMatchObject({ name: 's3', command: program });
  // Every user of the machine can read a process's arguments.
  expect(daemon?.args.join(' ')).not.toContain(daemon?.env.ROOT_SECRET_KEY);
});

test('DOC-23: keys, bucket and region come from the environment where it sets them', () => {
  const env = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret', S3_BUCKET: 'files' };
  expect(s3Settings('https://s3.example', env)).toEqual({
    endpoint: 'https://s3.example',
    publicEndpoint: 'https://s3.example',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    bucket: 'files',
    region: 'us-east-1',
  });
});

test('DOC-26: a server that S3_ENDPOINT names is used with the credential chain unless keys are set', () => {
  const settings = s3Settings('https://s3.example', { S3_ENDPOINT: 'https://s3.example' });
  expect(settings).not.toHaveProperty('accessKeyId');
  expect(s3Settings('http://127.0.0.1:9123', {}).accessKeyId).toMatch(/^rideline/);
});

test('OPS-86: a folder with letters beyond ASCII and backslashes keeps its name in the properties of S3Proxy', () => {
  expect(propertyValue('/my "data" é\\x')).toBe('/my "data" \\u00e9\\\\x');
  expect(propertyValue('/日🚖')).toBe('/\\u65e5\\ud83d\\ude96');
});
