import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { freePorts } from '@rideline/infra/local/ports';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Child, startChild } from '../harness/processes/child-process.ts';
import { REGION } from '../harness/test-process.ts';

let folder: string;
let keysFile: string;

async function writeKeys(kid: string): Promise<void> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  await writeFile(keysFile, JSON.stringify({ keys: [{ kid, jwk }], signWith: kid }));
}

function startApi(env: Record<string, string>): Child {
  return startChild(process.execPath, ['api/src/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      RIDELINE_ENV: 'production',
      RIDELINE_TOKEN_KEYS_FILE: keysFile,
      // Nothing listens there: no request of this test needs a server.
      REDIS_STATE_URL: 'redis://127.0.0.1:9/0',
      REDIS_LOG_URL: 'redis://127.0.0.1:9/0',
      REDIS_CACHE_URL: 'redis://127.0.0.1:9/0',
      MONGODB_URI: 'mongodb://127.0.0.1:9/rideline',
      ...env,
    },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-production-'));
  keysFile = join(folder, 'keys.json');
});
afterAll(() => rm(folder, { recursive: true }));

it('TRIP-20: production has no route that imports trips and no demo operator', async () => {
  await writeKeys('k-2026');
  const [port, innerPort] = (await freePorts(2)) as [number, number];
  const api = startApi({ RIDELINE_PORT: String(port), RIDELINE_INNER_PORT: String(innerPort) });
  const url = `http://127.0.0.1:${port}`;
  try {
    await vi.waitFor(
      async () => expect((await fetch(`${url}/health/ready`)).status, api.output()).toBe(200),
      15_000,
    );
    const keys = await readTokenKeys(keysFile, { production: true });
    const { token } = await issueToken(keys, {
      subject: 'anna',
      role: 'admin',
      region: REGION,
      ttlSeconds: 60,
    });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name: 'operator', password: 'operator' });
    for (const path of ['/v1/dev/trips', '/v1/dev/trips/t/close'])
      expect((await fetch(url + path, { method: 'POST', headers, body })).status, path).toBe(404);
    expect((await fetch(`${url}/v1/sign-in`, { method: 'POST', headers, body })).status).not.toBe(200);
  } finally {
    expect(await api.end()).toBe(0);
  }
});

it.each([
  ['development keys', 'dev-1', {}, 'which production refuses'],
  [
    'the demo operator',
    'k-1',
    { RIDELINE_OPERATOR_NAME: 'a', RIDELINE_OPERATOR_PASSWORD: 'pw-planted' },
    'for development only',
  ],
  ['a mapped clock', 'k-1', { RIDELINE_DOMAIN_CLOCK: '1:1:10' }, 'for development only'],
])('SEC-5: production refuses to start with %s, and says so', async (_what, kid, env, reason) => {
  await writeKeys(kid);
  const api = startApi(env);
  await vi.waitFor(() => expect(api.hasEnded(), api.output()).toBe(true), { timeout: 60_000, interval: 50 });
  expect(await api.ended).toBe(1);
  expect(api.output()).toContain(reason);
  expect(api.output()).not.toContain('pw-planted');
});
