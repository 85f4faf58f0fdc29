import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Principal } from '@rideline/platform/tokens/tokens';

/** Addresses and accounts are hashed: they are personal, and whatever a client sends must not shape a key. */
function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** One customer of an IPv6 network holds a /64 and may write from 2⁶⁴ addresses: they count as one. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

export const addressKey = (address: string): string => `a-${hashed(networkOf(address))}`;
export const accountKey = (account: string): string => `n-${hashed(account)}`;
/** The user, or the address of somebody without a token. */
export function callerKey(caller: Principal | undefined, address: string): string {
  return caller === undefined ? addressKey(address) : `u-${caller.userId}`;
}
