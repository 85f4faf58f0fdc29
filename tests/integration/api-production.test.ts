import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@rideline/infra/local/ports';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { region } from '../harness/cluster/api-harness.ts';

const MAIN = join(import.meta.dirname, '../../api/src/main.ts');
let folder: string;
let keysFile: string;

async function writeKeys(kid: string): Promise<void> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  await writeFile(keysFile, JSON.stringify({ keys: [{ kid, jwk }], signWith: kid }));
}

function startApi(env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [MAIN], {
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
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  return { child, output: () => output };
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-production-'));
  keysFile = join(folder, 'keys.json');
});
afterAll(() => rm(folder, { recursive: true }));

it('TRIP-20: production has no route that imports trips and no demo operator', async () => {
  await writeKeys('k-2026');
  const [port, innerPort] = (await freePorts(2)) as [number, number];
  const { child, output } = startApi({ RIDELINE_PORT: String(port), RIDELINE_INNER_PORT: String(innerPort) });
  const url = `http://127.0.0.1:${port}`;
  try {
    await vi.waitFor(
      async () => expect((await fetch(`${url}/health/ready`)).status, output()).toBe(200),
      15_000,
    );
    const keys = await readTokenKeys(keysFile, { production: true });
    const { token } = await issueToken(keys, { subject: 'anna', role: 'admin', region, ttlSeconds: 60 });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name: 'operator', password: 'operator' });
    for (const path of ['/v1/dev/trips', '/v1/dev/trips/t/close'])
      expect((await fetch(url + path, { method: 'POST', headers, body })).status, path).toBe(404);
    expect((await fetch(`${url}/v1/sign-in`, { method: 'POST', headers, body })).status).not.toBe(200);
  } finally {
    child.kill();
    expect(await ended(child)).toBe(0);
  }
});

it.each([
  ['development keys', 'dev-1', {}, 'production refuses it'],
  [
    'the demo operator',
    'k-1',
    { RIDELINE_OPERATOR_NAME: 'a', RIDELINE_OPERATOR_PASSWORD: 'pw-planted' },
    'for development only',
  ],
  ['a mapped clock', 'k-1', { RIDELINE_DOMAIN_CLOCK: '1:1:10' }, 'for development only'],
])('SEC-5: production refuses to start with %s, and says so', async (_what, kid, env, reason) => {
  await writeKeys(kid);
  const { child, output } = startApi(env);
  expect(await ended(child)).toBe(1);
  expect(output()).toContain(reason);
  expect(output()).not.toContain('pw-planted');
});
