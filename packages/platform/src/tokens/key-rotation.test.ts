import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../process/logger.ts';
import { rotated } from './key-rotation.ts';
import { openTokenKeys } from './token-key-watch.ts';
import { issueToken, jwksOf, type KeysFile, readTokenKeys, type TokenKeys, verifyToken } from './tokens.ts';

const SOON = { timeout: 20_000 };

const claims = { subject: 'cab-1', role: 'driver', region: 'main', ttlSeconds: 60 } as const;
const newKey = (kid: string): KeysFile['keys'][number] => ({
  kid,
  jwk: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as KeysFile['keys'][number]['jwk'],
});
const LEAD = { leadMs: 30_000, keptMs: 900_000 };
const log = createLogger({ process: 'test', level: 'silent' });

let folder: string;
let path: string;
async function write(file: KeysFile | string): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, typeof file === 'string' ? file : JSON.stringify(file));
  await rename(part, path);
}
const isGood = (keys: TokenKeys, token: string) =>
  verifyToken(keys, token, { audience: 'driver' }).then(
    () => true,
    () => false,
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-keys-'));
  path = join(folder, 'keys.json');
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

describe('key rotation', () => {
  it('AUTH-21: the new key verifies at once and signs after the lead; the old one stops verifying at its date and not before', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    const before: KeysFile = { keys: [newKey('k-1')], signWith: 'k-1' };
    await write(before);
    const oldNode = await readTokenKeys(path, { production: true });
    const after = rotated(before, { nowMs: Date.now(), next: newKey('k-2'), ...LEAD });
    await write(after);
    const newNode = await readTokenKeys(path, { production: true });

    const early = await issueToken(newNode, { ...claims, ttlSeconds: 900 });
    expect(await isGood(oldNode, early.token)).toBe(true);
    expect(jwksOf(newNode, Date.now()).keys.map(({ kid }) => kid)).toEqual(['k-1', 'k-2']);
    expect(JSON.stringify(jwksOf(newNode, Date.now()))).not.toContain('"d"');

    vi.setSystemTime(Date.now() + LEAD.leadMs);
    expect(newNode.signing?.kid).toBe('k-2');
    const late = await issueToken(newNode, claims);
    expect(await isGood(newNode, late.token)).toBe(true);
    vi.setSystemTime(Date.now() + 800_000);
    expect(await isGood(newNode, early.token)).toBe(true);
    vi.setSystemTime(Date.now() + 101_000);
    expect(await isGood(newNode, early.token)).toBe(false);
    expect(jwksOf(newNode, Date.now()).keys.map(({ kid }) => kid)).toEqual(['k-2']);
  });

  it('AUTH-21: a second rotation keeps the key of the first and drops keys past their date', () => {
    const nowMs = 1_800_000_000_000;
    const first = rotated(
      { keys: [newKey('k-1')], signWith: 'k-1' },
      { nowMs, next: newKey('k-2'), ...LEAD },
    );
    expect(() => rotated(first, { nowMs: nowMs + 1, next: newKey('k-3'), ...LEAD })).toThrow('under way');
    const later = nowMs + 2_000_000;
    const second = rotated(first, { nowMs: later, next: newKey('k-3'), ...LEAD });
    expect(second.keys.map(({ kid }) => kid)).toEqual(['k-2', 'k-3']);
    expect([second.signWith, second.signNext?.kid]).toEqual(['k-2', 'k-3']);
    expect(() => rotated(second, { nowMs: later + 1e6, next: newKey('k-2'), ...LEAD })).toThrow('already');
  });

  it('AUTH-22: a running process reads the file again; an incomplete file, or a development key in production, leaves the keys in force', async () => {
    await write({ keys: [newKey('k-1')], signWith: 'k-1' });
    const degraded = new Set<string>();
    const keys = await openTokenKeys(path, {
      production: true,
      log,
      lookMs: 10,
      health: {
        degraded: (name) => degraded.add(name),
        cleared: (name) => degraded.delete(name),
      },
    });
    try {
      for (const broken of ['{"keys": [', { keys: [newKey('dev-1')], signWith: 'dev-1' }]) {
        await write(broken);
        await vi.waitFor(() => expect([...degraded]).toEqual(['token-keys']), SOON);
        expect(keys.signing?.kid).toBe('k-1');
      }
      await write({ keys: [newKey('k-2')], signWith: 'k-2' });
      await vi.waitFor(() => expect(keys.signing?.kid).toBe('k-2'), SOON);
      expect([...keys.verifying.keys()]).toEqual(['k-2']);
      expect(degraded.size).toBe(0);
    } finally {
      keys.stop();
    }
  });

  it('SEC-6: the error for a malformed keys file does not quote it', async () => {
    await write('{"d": "planted-secret" oops}');
    const error = await readTokenKeys(path, { production: false }).catch((thrown: Error) => thrown);
    expect(String(error)).toContain('not JSON');
    expect(String(error)).not.toContain('planted');
  });
});
