import { isIPv6 } from 'node:net';

/**
 * Prefixes of 96 bits before an IPv4 address: mapped (RFC 4291, 2.5.5.2) and translated by NAT64 or SIIT (RFC 6052, 2.1). As a /64, every IPv4
 * client behind them would be one.
 */
const IPV4_PREFIXES: ReadonlySet<string> = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']);

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 address, since one customer holds a /64 and may write from 2⁶⁴ addresses. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (!IPV4_PREFIXES.has(hexOf(groups.slice(0, 6)))) return hexOf(groups.slice(0, 4));
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** The eight groups of an IPv6 address in any spelling. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = numbersOf(head);
  const right = numbersOf(tail ?? '');
  return [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
}

/** Groups between colons; the last may be an IPv4 address, which is two. */
function numbersOf(part: string): number[] {
  return part.split(':').flatMap((group) => {
    if (group === '') return [];
    const bytes = group.split('.').map(Number);
    if (bytes.length !== 4) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    return [a * 256 + b, c * 256 + d];
  });
}

function hexOf(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}
