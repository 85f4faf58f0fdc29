import { createHash } from 'node:crypto';
import { networkOf } from '@rideline/platform/limits/client-network';
import type { Principal } from '@rideline/platform/tokens/tokens';

/** Addresses and accounts are hashed: they are personal data, and client input must not shape a Redis key. */
function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export const addressKey = (address: string): string => `a-${hashed(networkOf(address))}`;
export const accountKey = (account: string): string => `n-${hashed(account)}`;
/** A network in the list of an account; of no use to recognize it in the list of another one. */
export const networkKey = (account: string, address: string): string =>
  hashed(`${account} ${networkOf(address)}`);
/** The user, or the address of a caller without a token. */
export function callerKey(caller: Principal | undefined, address: string): string {
  return caller === undefined ? addressKey(address) : `u-${caller.userId}`;
}
