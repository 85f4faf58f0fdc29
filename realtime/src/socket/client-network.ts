import type { IncomingMessage } from 'node:http';
import { networkOf } from '@rideline/platform/limits/client-network';

/** Whatever a client writes into the header, a key of our maps stays short. */
const MAX_LENGTH = 64;

/**
 * The client's network, as the load balancer saw it. HAProxy is the one trusted hop: the last `X-Forwarded-For` entry is the address that it
 * saw, whatever a client wrote before it. Without the header the connection itself counts.
 */
export function clientNetworkOf({ headers, socket }: IncomingMessage): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
  const last = forwarded.split(',').at(-1)?.trim();
  return networkOf((last || socket.remoteAddress || '').slice(0, MAX_LENGTH));
}
