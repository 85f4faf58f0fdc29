import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { rotated } from '@rideline/platform/tokens/key-rotation';
import { DEVELOPMENT_KID_PREFIX, type KeysFile, parseKeysFile } from '@rideline/platform/tokens/tokens';
import { parseOptions, parseSeconds } from './arguments.ts';
import { ensureTokenKeys, writePrivate } from './development-keys.ts';
import { LaunchError } from './launch-error.ts';
import { TOKEN_KEYS_FILE } from './paths.ts';
import { runCommand } from './run-command.ts';

/** Processes check the file every 2 s; clients cache the JWKS for 15 s. */
const LEAD_SECONDS = 30;
/** Lifetime of an access token (15 minutes) plus clock skew; tokens of `./rideline token` live 12 h. */
const KEPT_SECONDS = { production: 17 * 60, development: 12 * 3600 + 120 };

function newKey(isDevelopment: boolean): KeysFile['keys'][number] {
  const day = new Date().toISOString().slice(0, 10);
  const kid = `${isDevelopment ? DEVELOPMENT_KID_PREFIX : `${day}-`}${randomBytes(6).toString('hex')}`;
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kid, jwk: jwk as KeysFile['keys'][number]['jwk'] };
}

async function readKeysFile(path: string): Promise<KeysFile> {
  try {
    return parseKeysFile(await readFile(path, 'utf8'));
  } catch (error) {
    throw new LaunchError(`${path} cannot be read: ${(error as Error).message}`, 'Give another --file');
  }
}

/** `rotate-keys [--file PATH] [--lead 30s] [--keep 17m]`: adds a new key and an end date for the old one. Running processes read the file again. */
async function rotateKeys(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, {
    file: { type: 'string' },
    lead: { type: 'string' },
    keep: { type: 'string' },
  });
  const path = values.file ?? process.env.RIDELINE_TOKEN_KEYS_FILE ?? ensureTokenKeys(TOKEN_KEYS_FILE);
  const file = await readKeysFile(path);
  const isDevelopment = file.keys.some(({ kid }) => kid.startsWith(DEVELOPMENT_KID_PREFIX));
  const keptSeconds = KEPT_SECONDS[isDevelopment ? 'development' : 'production'];
  const next = newKey(isDevelopment);
  const leadMs = 1000 * (values.lead === undefined ? LEAD_SECONDS : parseSeconds(values.lead));
  const keptMs = 1000 * (values.keep === undefined ? keptSeconds : parseSeconds(values.keep));
  const nowMs = Date.now();
  let after: KeysFile;
  try {
    after = rotated(file, { nowMs, next, leadMs, keptMs });
  } catch (error) {
    throw new LaunchError((error as Error).message, 'Wait for it, then rotate again');
  }
  writePrivate(path, after);
  const from = new Date(nowMs + leadMs).toISOString();
  console.log(`${path}: ${next.kid} verifies now and signs from ${from}`);
  for (const { kid, notAfter } of after.keys)
    if (notAfter !== undefined) console.log(`  ${kid} verifies until ${new Date(notAfter).toISOString()}`);
}

if (import.meta.main) await runCommand(() => rotateKeys(process.argv.slice(2)));
