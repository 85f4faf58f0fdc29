import type { Role } from '@rideline/contract';
import { type Principal, type TokenKeys, verifyToken } from './tokens.ts';

/** Most tokens remembered by one process: a few megabytes. */
const MOST = 20_000;

interface Remembered {
  readonly principal: Principal;
  readonly kid: string;
  readonly key: unknown;
}

const memories = new WeakMap<TokenKeys, Map<string, Remembered>>();

function memoryOf(keys: TokenKeys): Map<string, Remembered> {
  const found = memories.get(keys);
  if (found) return found;
  const made = new Map<string, Remembered>();
  memories.set(keys, made);
  return made;
}

/** A verified token is valid again only before it expires, while the key that signed it is in force, and for these roles. */
function stillGood(
  { principal, kid, key }: Remembered,
  keys: TokenKeys,
  audience: readonly Role[],
  nowMs: number,
) {
  if (principal.expiresAtMs <= nowMs || !audience.includes(principal.role)) return false;
  const signer = keys.verifying.get(kid);
  return signer !== undefined && signer.key === key && signer.notAfter >= nowMs;
}

function kidOf(token: string): string {
  const [head = ''] = token.split('.', 1);
  return String((JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid?: unknown }).kid);
}

/**
 * `verifyToken`, with each token's signature verified once in this process: a phone sends the same token for a quarter of an hour, and an
 * Ed25519 verification is a third of a small request's CPU. Everything else is checked each time; revocation is checked by the caller.
 * @throws CodedError as `verifyToken`
 */
export async function verifyRemembered(
  keys: TokenKeys,
  token: string,
  options: { audience: readonly Role[] },
): Promise<Principal> {
  const memory = memoryOf(keys);
  const known = memory.get(token);
  if (known !== undefined) {
    if (stillGood(known, keys, options.audience, Date.now())) return known.principal;
    memory.delete(token);
  }
  const principal = await verifyToken(keys, token, options);
  const kid = kidOf(token);
  const key = keys.verifying.get(kid)?.key;
  if (memory.size >= MOST) memory.delete(memory.keys().next().value ?? '');
  memory.set(token, { principal, kid, key });
  return principal;
}
