import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DriverId, type RiderId, type TripId, tripRequestSchema } from '@rideline/contract';
import { readCandidates } from '@rideline/fleet/matching/candidate-store';
import { openOffers } from '@rideline/fleet/trips/trip';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
const PICKUP = { lat: 37.77, lng: -122.41 };
const DROPOFF = { lat: 37.79, lng: -122.42 };
/** About 111 m to the north each. */
const north = (steps: number) => ({ lat: PICKUP.lat + steps * 0.001, lng: PICKUP.lng });
/** Behind a river: near by crow-fly distance, far by road. No road leads from the island. */
const RIVERSIDE = north(1);
const ISLAND = north(2);
const AVENUE = north(6);

let broken = false;
let asked = 0;
const engine = createServer((request, response) => {
  asked += 1;
  const { pathname } = new URL(request.url ?? '', 'http://engine');
  const latitudes = (pathname.split('/').at(-1) ?? '').split(';').map((pair) => Number(pair.split(',')[1]));
  const from = latitudes.slice(0, -1).map((lat) => Math.round((lat - PICKUP.lat) * 1000));
  const seconds = from.map((step) => [step === 1 ? 600 : step === 2 ? null : 120]);
  response.statusCode = broken ? 500 : 200;
  response.end(JSON.stringify({ code: 'Ok', durations: seconds }));
});

let harness: WorkersHarness;
let tripStore: TripStore;

beforeAll(async () => {
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  harness = await startWorkersHarness({
    env: {
      RIDELINE_ROLES: 'matching,relay',
      RIDELINE_MATCH_TICK_MS: '100',
      RIDELINE_ETA_URL: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`,
      RIDELINE_ETA_KIND: 'osrm',
    },
  });
  tripStore = tripStoreOf(harness, {});
});

afterAll(async () => {
  await harness.stop();
  engine.closeAllConnections();
  engine.close();
});

async function request(riderId: string): Promise<TripId> {
  const tripId = randomUUID() as string;
  const parsed = tripRequestSchema.parse({ tripId, pickup: PICKUP, dropoff: DROPOFF });
  await requestTrip(tripStore, riderId as RiderId, parsed);
  return tripId as TripId;
}

async function offered(tripId: TripId) {
  return vi.waitFor(async () => {
    const trip = await tripStore.trips.find(tripId);
    const offer = trip ? openOffers(trip).at(-1) : undefined;
    if (!offer) throw new Error('no offer yet');
    return offer;
  }, SOON);
}

it('MATCH-30: a trip goes to the driver who is there first by road; a driver with no road to it gets no offer', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: 'riverside' as DriverId, ...RIVERSIDE },
    { driverId: 'island' as DriverId, ...ISLAND },
    { driverId: 'avenue' as DriverId, ...AVENUE },
  ]);
  const tripId = await request('rider-1');
  expect(await offered(tripId)).toMatchObject({ driverId: 'avenue', etaSeconds: 120 });
  expect(asked).toBeGreaterThan(0);
  await vi.waitFor(async () => {
    const { drivers } = await readCandidates(harness.db, REGION, tripId);
    expect(Object.fromEntries(drivers.map(({ driverId, reason }) => [driverId, reason]))).toEqual({
      avenue: 'offered',
      riverside: 'lost_to_other',
      island: 'unreachable',
    });
  }, SOON);
});

it('MATCH-31: with a broken route engine trips are still offered, by crow-fly times', async () => {
  broken = true;
  const before = asked;
  const offer = await offered(await request('rider-2'));
  expect(offer.driverId).toBe('riverside');
  expect(offer.etaSeconds).toBeLessThan(60);
  expect(asked).toBeGreaterThan(before);
});
