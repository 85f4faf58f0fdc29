import { randomUUID } from 'node:crypto';
import type { LocationAck } from '@rideline/contract';
import { decodeEntry, type FixRecord } from '@rideline/fleet/fix-record';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GatewayBed, type GatewayProcess, startGatewayBed } from '../support/gateway.ts';
import { connectRaw } from '../support/raw-client.ts';

let bed: GatewayBed;
let gateway: GatewayProcess;

beforeAll(async () => {
  bed = await startGatewayBed({ env: { RIDELINE_ACK_INTERVAL_MS: '300' } });
  gateway = await bed.startGateway('gateway-1');
});
afterAll(() => bed.stop());

async function logged(driverId: string): Promise<FixRecord[]> {
  const records: FixRecord[] = [];
  for (let shard = 0; shard < 4; shard++) {
    const entries = await bed.log.client.xrangeBuffer(`main:{s${shard}}:g1:fixes`, '-', '+');
    for (const [, fields] of entries) records.push(...decodeEntry(fields[1] as Buffer).records);
  }
  return records.filter((record) => record.driverId === driverId);
}

async function newDriver(name = `driver-${randomUUID().slice(0, 8)}`) {
  const client = await connectRaw(gateway.url, '/driver', await bed.token('driver', name));
  return { name, boot: randomUUID(), ...client };
}

const fixAt = (seq: number, lat = 37.77, lng = -122.41, t = Date.now()) => [seq, t, lat, lng, 8, 90, 5];

test('FIX-5: a frame that asks is acknowledged after the append, and the driver is in the live index', async () => {
  const driver = await newDriver();
  expect(await driver.ask('driver:status', { status: 'available' })).toEqual({ ok: true });
  expect(await driver.ask('location:update', { boot: driver.boot, fixes: [fixAt(0)] })).toEqual({ ok: true });
  expect((await logged(driver.name)).flatMap((record) => record.fixes)).toMatchObject([
    { seq: 0, verdict: 'ok' },
  ]);
  await vi.waitFor(async () => {
    expect(await bed.state.client.zscore('main:{r:main}:geo:available', driver.name)).not.toBeNull();
  });
  await vi.waitFor(() => {
    expect(driver.received<LocationAck>('location:ack').at(-1)).toEqual({
      boot: driver.boot,
      received: 0,
      durable: -1,
      gaps: [],
    });
  });
  driver.close();
});
