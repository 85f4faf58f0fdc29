import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { verifyRemembered } from './token-memory.ts';
import { issueToken, readTokenKeys, type TokenKeys } from './tokens.ts';

let folder: string;
let jwk: JWK;

async function keysOf(more: object = {}): Promise<TokenKeys> {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  await writeFile(path, JSON.stringify({ keys: [{ kid: 'dev-1', jwk, ...more }], signWith: 'dev-1' }));
  return readTokenKeys(path, { production: false });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-memory-'));
  jwk = await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey);
});
afterEach(() => vi.useRealTimers());
afterAll(() => rm(folder, { recursive: true }));

const claims = { subject: 'cab-1', role: 'driver', region: 'main', ttlSeconds: 600 } as const;
const driver = { audience: ['driver'] } as const;

it('SEC-7: a verified token identifies the same user again; for another role, changed or expired it is refused', async () => {
  const keys = await keysOf();
  const { token } = await issueToken(keys, claims);
  const first = await verifyRemembered(keys, token, driver);
  expect(await verifyRemembered(keys, token, driver)).toBe(first);
  await expect(verifyRemembered(keys, token, { audience: ['admin'] })).rejects.toMatchObject({
    code: 'WRONG_AUDIENCE',
  });
  const forged = token.replace(/.(?=.$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
  await expect(verifyRemembered(keys, forged, driver)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  expect((await verifyRemembered(keys, token, driver)).userId).toBe('cab-1');
  vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] });
  await expect(verifyRemembered(keys, token, driver)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
});

it('SEC-7: a token whose key was withdrawn is refused, however often it was verified before', async () => {
  const keys = await keysOf();
  const { token } = await issueToken(keys, claims);
  const watched = { verifying: keys.verifying, signing: keys.signing } as {
    -readonly [Name in keyof TokenKeys]: TokenKeys[Name];
  };
  await verifyRemembered(watched, token, driver);
  watched.verifying = (await keysOf({ notAfter: Date.now() - 1 })).verifying;
  await expect(verifyRemembered(watched, token, driver)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  watched.verifying = new Map();
  await expect(verifyRemembered(watched, token, driver)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
});
