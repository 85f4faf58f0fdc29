import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDriver, createRider, type Driver, type LogEntry, type Rider } from '@rideline/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRaw } from '../harness/clients/raw-client.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';

/**
 * Planted values that nothing else on the machine writes: a log that contains one of them has leaked a person's position or a token. Every
 * process runs at the level `trace`, and the path of each value is also made to fail.
 */
const LAT = 37.7131719;
const LNG = -122.4357913;
const PLANTED = ['37.7131719', '122.4357913', '37.71317', '122.43579'];

let whole: WholeCluster;
let driverToken: string;
const phones: (Driver | Rider)[] = [];
/** What the phones' SDK logged. */
const entries: LogEntry[] = [];

beforeAll(async () => {
  whole = await startWholeCluster({ env: { RIDELINE_LOG_LEVEL: 'trace' } });
  driverToken = await whole.token('driver', 'canary-driver');
});
afterAll(async () => {
  for (const phone of phones) phone.close();
  await whole?.stop();
});

function linesWithPlanted(values: readonly string[]): string[] {
  const folder = join(whole.cluster.dataDir, 'logs');
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => values.some((value) => line.includes(value)))
      .map((line) => `${file}: ${line.slice(0, 200)}`),
  );
}

async function driveAndFollow(): Promise<void> {
  const tripId = randomUUID();
  const log = (entry: LogEntry) => entries.push(entry);
  const driver = createDriver({ url: whole.cluster.url, token: driverToken, log });
  const rider = createRider({
    url: whole.cluster.url,
    token: () => whole.token('rider', 'canary-rider'),
    log,
  });
  phones.push(driver, rider);
  driver.connect();
  await vi.waitFor(() => expect(driver.state.kind).toBe('connected'), { timeout: 20_000 });
  const place = { lat: LAT, lng: LNG };
  const at = new Date().toISOString();
  await whole.api.call('POST', '/v1/dev/trips', {
    tripId,
    riderId: 'canary-rider',
    driverId: 'canary-driver',
    pickup: place,
    dropoff: place,
    at,
  });
  let followed = 0;
  rider.connect();
  rider.follow(tripId, { onPosition: () => followed++, onEvent: () => undefined, onReset: () => undefined });
  await vi.waitFor(
    () => {
      driver.push({ lat: LAT, lng: LNG, accuracy: 5 });
      // Far away and back: a jump, which is refused and reported.
      driver.push({ lat: LAT + 2, lng: LNG, accuracy: 5 });
      expect(followed).toBeGreaterThan(0);
    },
    { timeout: 30_000, interval: 200 },
  );
  await driver.drain(30_000);
}

/** Requests and frames that are refused, each containing a planted value. */
async function fail(): Promise<void> {
  const url = whole.cluster.url;
  const headers = { authorization: `Bearer ${driverToken}`, 'content-type': 'application/json' };
  const search = `${url}/v1/drivers/search?lat=${LAT}&lng=${LNG}&radius=99999999`;
  const body = (fixes: unknown) => JSON.stringify({ boot: 'b', fixes, unknown: LAT });
  await Promise.all([
    fetch(search, { headers }),
    fetch(`${url}/v1/drivers/search?lat=${LAT}&lng=${LNG}`, { headers }),
    fetch(`${url}/v1/drivers/me/fixes`, { method: 'POST', headers, body: body([[0, 1, LAT, LNG]]) }),
    fetch(`${url}/v1/drivers/me/fixes`, { method: 'POST', headers, body: `{"lat":${LAT},` }),
    fetch(`${url}/socket.io/?EIO=4&transport=polling&token=${driverToken}`),
  ]);
  const raw = await connectRaw(url, '/driver', driverToken);
  await raw.ask('location:update', { boot: 'b', fixes: [['x', 1, LAT, LNG]] });
  await raw.ask(`lat${LAT}`, { lat: LAT, lng: LNG }).catch(() => undefined);
  raw.close();
  await connectRaw(url, '/rider', driverToken).catch(() => undefined);
}

test('SEC-6: no log of a whole cluster contains a planted token or a planted coordinate', async () => {
  await driveAndFollow();
  await fail();
  await whole.cluster.kill('redis-state');
  phones[0]?.close();
  await whole.cluster.start('redis-state');
  expect(linesWithPlanted(['listening']).length).toBeGreaterThan(0);
  expect(linesWithPlanted([...PLANTED, driverToken, driverToken.slice(-40)])).toEqual([]);
});

test("SDK-71: neither the SDK's log nor its diagnostics contain a planted token or a planted coordinate", () => {
  const snapshots = phones.map((phone) => phone.diagnostics());
  expect(snapshots.map(({ role }) => role)).toEqual(['driver', 'rider']);
  expect(new Set(entries.map(({ event }) => event))).toContain('connection.connected');
  const text = JSON.stringify([snapshots, entries]);
  const planted = [...PLANTED, driverToken, driverToken.slice(-40), 'eyJ'];
  expect(planted.filter((value) => text.includes(value))).toEqual([]);
});
