import { randomUUID } from 'node:crypto';
import { createDriver, createRider, type Driver, type Rider } from '@rideline/sdk';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { ledgerOf } from '../harness/fixes/sent-ledger.ts';

/** The smallest end-to-end path, also run on a fresh machine: no browser, no data file, a few seconds. */
let whole: WholeCluster;
const phones: (Driver | Rider)[] = [];

beforeAll(async () => {
  whole = await startWholeCluster();
});
afterEach(() => {
  for (const phone of phones.splice(0)) phone.close();
});
afterAll(() => whole?.stop());

test('OPS-40: a fix travels from a phone through the front port to its rider and, stored once, to Mongo', async () => {
  const tripId = randomUUID();
  const driver = createDriver({ url: whole.cluster.url, token: () => whole.token('driver', 'smoke-driver') });
  const rider = createRider({ url: whole.cluster.url, token: () => whole.token('rider', 'smoke-rider') });
  phones.push(driver, rider);
  driver.connect();
  await vi.waitFor(() => expect(driver.state.kind).toBe('connected'), { timeout: 20_000 });
  const place = { lat: 37.75, lng: -122.42 };
  await whole.api.call('POST', '/v1/dev/trips', {
    tripId,
    riderId: 'smoke-rider',
    driverId: 'smoke-driver',
    pickup: place,
    dropoff: place,
    at: new Date(driver.serverNow()).toISOString(),
  });
  let followed = 0;
  const onPosition = (): void => {
    followed += 1;
  };
  rider.connect();
  rider.follow(tripId, { onPosition, onEvent: () => undefined, onReset: () => undefined });
  await vi.waitFor(
    () => {
      driver.push({ lat: place.lat + driver.stats().pushed * 0.00002, lng: place.lng });
      expect(followed).toBeGreaterThan(3);
    },
    { timeout: 30_000, interval: 250 },
  );
  expect(await driver.drain(30_000)).toEqual({ left: 0 });
  const { pushed } = driver.stats();
  expect(await ledgerOf(whole, 'smoke-driver', driver)).toMatchObject({
    pushed,
    acked: pushed,
    ackedMissing: 0,
    extra: 0,
  });
});
