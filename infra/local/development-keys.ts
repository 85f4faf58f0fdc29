import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file of mode 0600 by rename, so that a second launcher at the same moment reads a whole file. */
export function writePrivate(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, file);
}

/**
 * Creates the development key that signs tokens, once. Production refuses every `dev-` key.
 * @returns the path, for RIDELINE_TOKEN_KEYS_FILE
 */
export function ensureTokenKeys(file: string): string {
  if (existsSync(file)) return file;
  const kid = `dev-${randomBytes(6).toString('hex')}`;
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  writePrivate(file, { keys: [{ kid, jwk }], signWith: kid });
  return file;
}

export type DemoOperator = { readonly name: string; readonly password: string };

/** The demo operator's name and password, created once and printed by `up`. */
export function ensureOperator(file: string): DemoOperator {
  if (!existsSync(file))
    writePrivate(file, { name: 'operator', password: randomBytes(9).toString('base64url') });
  return JSON.parse(readFileSync(file, 'utf8')) as DemoOperator;
}

export type S3Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** The keys of the S3 server that the launcher starts, created once. */
export function ensureS3Keys(file: string): S3Keys {
  if (!existsSync(file))
    writePrivate(file, {
      accessKeyId: `rideline${randomBytes(6).toString('hex')}`,
      secretAccessKey: randomBytes(24).toString('base64url'),
    });
  return JSON.parse(readFileSync(file, 'utf8')) as S3Keys;
}
