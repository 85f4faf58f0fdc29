import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notification } from '@rideline/contract';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RawClient } from '../harness/clients/raw-client.ts';
import { startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';

const SOON = { timeout: 60_000, interval: 50 };
const PICKUP = { lat: 37.77, lng: -122.41 };
const DROPOFF = { lat: 37.79, lng: -122.42 };

let harness: TripHarness;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-ride-'));
  file = join(folder, 'pushes.jsonl');
  harness = await startTripHarness({
    env: {
      RIDELINE_ROLES: 'matching,relay,sweepers,notifications',
      RIDELINE_PUSH: 'file',
      RIDELINE_PUSH_FILE: file,
    },
  });
});
afterAll(async () => {
  await harness?.stop();
  await rm(folder, { recursive: true });
});

const notificationsOf = (client: RawClient) => client.received<Notification>('notification');
const ids = (client: RawClient) => notificationsOf(client).map(({ notificationId }) => notificationId);

async function pushes(): Promise<{ userId: string; kind: string; notificationId: string }[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

it('NOTE-2: a whole ride notifies rider and driver of each step once, by socket and by push', async () => {
  const rider = await harness.phone('rider', 'ann');
  const cab = await harness.freeDriver('cab', PICKUP);
  const tripId = randomUUID();
  await rider.ask('trip:request', { tripId, pickup: PICKUP, dropoff: DROPOFF });
  const { offerId } = await cab.offer(tripId);
  await cab.answer(offerId, true);
  for (const action of ['arrived', 'start', 'complete']) {
    expect(await cab.command(tripId, action)).toMatchObject({ ok: true });
  }
  const steps = [
    [3, 'trip_matched'],
    [4, 'driver_arrived'],
    [5, 'trip_started'],
    [6, 'trip_completed'],
  ] as const;
  await vi.waitFor(() => expect(notificationsOf(rider)).toHaveLength(steps.length), SOON);
  expect(ids(rider).sort()).toEqual(steps.map(([version]) => `${tripId}-${version}-rider`));
  expect(Object.fromEntries(notificationsOf(rider).map(({ kind, data }) => [data.version, kind]))).toEqual(
    Object.fromEntries(steps),
  );
  await vi.waitFor(() => expect(ids(cab)).toEqual([`${tripId}-2-driver`]), SOON);
  expect(notificationsOf(cab)[0]).toMatchObject({ kind: 'offer', data: { tripId } });

  await vi.waitFor(async () => {
    const pushed = (await pushes()).map(({ userId, kind }) => `${userId} ${kind}`);
    // The start of the ride is not pushed.
    expect(pushed.sort()).toEqual([
      'ann driver_arrived',
      'ann trip_completed',
      'ann trip_matched',
      'cab offer',
    ]);
  }, SOON);
  await vi.waitFor(async () => {
    const open = await harness.db.collection(notificationCollection).countDocuments({
      ackedAt: { $exists: false },
    });
    expect(open).toBe(0);
  }, SOON);
  rider.close();
});
