import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueToken, readTokenKeys, type TokenKeys, verifyToken } from './tokens.ts';

let folder: string;
let jwk: JWK;
let keys: TokenKeys;

async function keysFile(name: string, content: object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-tokens-'));
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  jwk = await exportJWK(privateKey);
  keys = await readTokenKeys(
    await keysFile('good.json', { keys: [{ kid: 'dev-1', jwk }], signWith: 'dev-1' }),
    {
      production: false,
    },
  );
});
afterAll(() => rm(folder, { recursive: true }));

const claims = { subject: 'cab-1', role: 'driver', region: 'main', ttlSeconds: 60 } as const;
function signingKey() {
  if (!keys.signing) throw new Error('the keys of this test can sign');
  return keys.signing.key;
}
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('tokens', () => {
  it('SEC-1: an issued token is verified to its claims', async () => {
    const { token, expiresAtMs } = await issueToken(keys, claims);
    const principal = await verifyToken(keys, token, { audience: 'driver' });
    expect(principal).toMatchObject({ userId: 'cab-1', role: 'driver', region: 'main', expiresAtMs });
  });

  it('SEC-2: a token of another role is WRONG_AUDIENCE', async () => {
    const { token } = await issueToken(keys, { ...claims, role: 'rider' });
    await expect(verifyToken(keys, token, { audience: 'driver' })).rejects.toMatchObject({
      code: 'WRONG_AUDIENCE',
    });
  });

  it('SEC-3: an expired token is TOKEN_EXPIRED beyond the leeway', async () => {
    const { token } = await issueToken(keys, { ...claims, ttlSeconds: -120 });
    await expect(verifyToken(keys, token, { audience: 'driver' })).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });

  const body = { iss: 'rideline', sub: 'x', aud: 'driver', region: 'main', jti: '1', exp: 4e9 };
  const attacks: [string, () => Promise<string>][] = [
    [
      'alg none',
      async () => `${base64url({ alg: 'none', typ: 'at+jwt', kid: 'dev-1' })}.${base64url(body)}.`,
    ],
    [
      'the public key as an HMAC secret',
      async () =>
        new SignJWT(body)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'dev-1' })
          .sign(Buffer.from(String(jwk.x), 'base64url')),
    ],
    [
      'another key under our kid',
      async () =>
        new SignJWT(body)
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'dev-1' })
          .sign((await generateKeyPair('EdDSA')).privateKey),
    ],
    [
      'a kid that is a path',
      async () =>
        new SignJWT(body)
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: '../../etc/passwd' })
          .sign(signingKey()),
    ],
    ...(['jku', 'x5u', 'jwk'] as const).map((header): [string, () => Promise<string>] => [
      `a key that the token itself brings (${header})`,
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
        const named = header === 'jwk' ? await exportJWK(publicKey) : 'http://127.0.0.1:9/keys.json';
        return new SignJWT(body)
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'dev-1', [header]: named })
          .sign(privateKey);
      },
    ]),
    [
      'another type',
      async () =>
        new SignJWT(body)
          .setProtectedHeader({ alg: 'EdDSA', typ: 'refresh', kid: 'dev-1' })
          .sign(signingKey()),
    ],
    [
      'another issuer',
      async () =>
        new SignJWT({ ...body, iss: 'other' })
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'dev-1' })
          .sign(signingKey()),
    ],
    [
      'a subject that is not an id',
      async () =>
        new SignJWT({ ...body, sub: 'a/../b' })
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'dev-1' })
          .sign(signingKey()),
    ],
    ['no token at all', async () => 'x'],
  ];
  it.each(attacks)('SEC-2: %s is TOKEN_INVALID', async (_, forge) => {
    await expect(verifyToken(keys, await forge(), { audience: 'driver' })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  it('SEC-4: a key past its date verifies no token', async () => {
    const { token } = await issueToken(keys, claims);
    const path = await keysFile('old.json', { keys: [{ kid: 'dev-1', jwk, notAfter: 1 }] });
    const old = await readTokenKeys(path, { production: false });
    await expect(verifyToken(old, token, { audience: 'driver' })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  it('SEC-5: production refuses a development key', async () => {
    const path = await keysFile('dev.json', { keys: [{ kid: 'dev-1', jwk }], signWith: 'dev-1' });
    await expect(readTokenKeys(path, { production: true })).rejects.toThrow('development key');
  });
});
