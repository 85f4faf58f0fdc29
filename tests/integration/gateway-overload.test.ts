import type { DriverSync, UplinkPolicy } from '@rideline/contract';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectRaw } from '../harness/clients/raw-client.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';

const SOON = { timeout: 10_000, interval: 100 };

let harness: GatewayHarness;
let gateway: ServiceProcess;
beforeAll(async () => {
  harness = await startGatewayHarness();
  gateway = await harness.startGateway('gateway-1');
});
afterAll(() => harness.stop());

const health = async () =>
  (await (await fetch(`${gateway.innerUrl}/health`)).json()) as {
    status: string;
    level: number;
    reasons: { dependency: string; reason: string }[];
  };

it('DEG-25: an overloaded gateway reports its level and asks its phones to send less, also those that connect later', async () => {
  const phone = await connectRaw(gateway.url, '/driver', await harness.token('driver', 'early'));
  const before = (await phone.ask('sync', {})) as unknown as DriverSync;
  expect(before.policy).toMatchObject({ intervalMs: 1000, reason: 'default' });
  const used = Number(/used_memory:(\d+)/.exec(await harness.log.client.info('memory'))?.[1]);
  await harness.log.client.config('SET', 'maxmemory', String(Math.round(used / 0.9)));
  await vi.waitFor(
    () =>
      expect(phone.received<UplinkPolicy>('uplink:policy')).toMatchObject([
        { intervalMs: 4000, reason: 'overload' },
      ]),
    SOON,
  );
  const { level, status, reasons } = await health();
  expect([level, status]).toEqual([2, 'degraded']);
  expect(reasons).toContainEqual({
    dependency: 'load',
    reason: expect.stringContaining('L2: memory of the log'),
  });
  expect(await gateway.metric('degradation_level')).toBe(2);
  const late = await connectRaw(gateway.url, '/driver', await harness.token('driver', 'late'));
  expect(((await late.ask('sync', {})) as unknown as DriverSync).policy.intervalMs).toBe(4000);
  await harness.log.client.config('SET', 'maxmemory', '0');
  // Not before ten quiet seconds.
  await vi.waitFor(
    () =>
      expect(phone.received<UplinkPolicy>('uplink:policy').at(-1)).toMatchObject({
        intervalMs: 1000,
        reason: 'default',
      }),
    { timeout: 20_000, interval: 200 },
  );
  expect((await health()).level).toBe(0);
  phone.close();
  late.close();
}, 60_000);
