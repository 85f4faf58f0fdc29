import { randomUUID } from 'node:crypto';
import type { LocationAck } from '@rideline/contract';
import type { GatewayHarness } from '../cluster/gateway-harness.ts';
import type { ServiceProcess } from '../processes/service-process.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

/** A driver without the SDK, which sends exactly the given frames. */
export interface RawDriver extends RawClient {
  readonly name: string;
  readonly boot: string;
  /** Emits a frame without asking for its acknowledgement. */
  send(fixes: unknown[], extra?: Record<string, unknown>): void;
  /** Emits a frame and waits for its acknowledgement. */
  askFixes(fixes: unknown[], extra?: Record<string, unknown>): Promise<Record<string, unknown>>;
  lastAck(): LocationAck | undefined;
}

export const LAT = 37.77;
export const LNG = -122.41;

/** A valid fix with the current time, ten metres further north with every seq. */
export function fixAt(
  seq: number,
  changes: { t?: number; lat?: unknown; lng?: unknown; rest?: unknown[] } = {},
): unknown[] {
  const { t = Date.now(), lat = LAT + seq * 0.0001, lng = LNG, rest = [8, 0, 5] } = changes;
  return [seq, t, lat, lng, ...rest];
}

export async function newRawDriver(
  harness: GatewayHarness,
  gateway: ServiceProcess,
  options: { name?: string; boot?: string; ttlSeconds?: number } = {},
): Promise<RawDriver> {
  const name = options.name ?? `driver-${randomUUID().slice(0, 8)}`;
  const boot = options.boot ?? randomUUID();
  const client = await connectRaw(
    gateway.url,
    '/driver',
    await harness.token('driver', name, options.ttlSeconds),
  );
  return {
    ...client,
    name,
    boot,
    send: (fixes, extra) => void client.socket.emit('location:update', { boot, fixes, ...extra }),
    askFixes: (fixes, extra) => client.ask('location:update', { boot, fixes, ...extra }),
    lastAck: () => client.received<LocationAck>('location:ack').at(-1),
  };
}
