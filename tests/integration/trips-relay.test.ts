import { randomUUID } from 'node:crypto';
import type { DriverId, GatewayId, ImportTrip, TripEvent, TripId } from '@rideline/contract';
import { driverCollection } from '@rideline/fleet/accounts/driver-collection';
import { vehicleCollection } from '@rideline/fleet/accounts/vehicle-collection';
import { readTripLog } from '@rideline/fleet/live/trip-log';
import type { InboxMessage } from '@rideline/fleet/redis/inbox';
import { driver, gateways, inbox, trip, tripEvents, tripHints } from '@rideline/fleet/redis/redis-keys';
import type { CollectionDefinition } from '@rideline/fleet/store/collection-definition';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { closeImportedTrip, openImportedTrip } from '@rideline/fleet/trips/trip-import';
import { relayTrip } from '@rideline/fleet/trips/trip-relay';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';
import { relayOf, tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
const GATEWAY = 'gateway-1' as GatewayId;
const OTHER_GATEWAY = 'gateway-2' as GatewayId;

let harness: WorkersHarness;
let subscriber: Redis;
let received: { gateway: string; message: InboxMessage }[] = [];

beforeAll(async () => {
  harness = await startWorkersHarness({ env: { RIDELINE_ROLES: 'relay,sweepers' } });
  subscriber = new Redis(harness.env.REDIS_CACHE_URL as string);
  for (const gateway of [GATEWAY, OTHER_GATEWAY]) await subscriber.subscribe(inbox(REGION, gateway));
  subscriber.on('message', (channel: string, text: string) => {
    const gateway = channel.split(':').at(-1) ?? '';
    for (const message of JSON.parse(text)) received.push({ gateway, message });
  });
  const beat = () => harness.state.zadd(gateways(REGION), Date.now() + 600_000, OTHER_GATEWAY);
  await beat();
});
afterAll(async () => {
  subscriber.disconnect();
  await harness.stop();
});
beforeEach(() => {
  received = [];
});

const store = (state = harness.state) => tripStoreOf({ db: harness.db, state });

function importOf(more: Partial<Record<keyof ImportTrip, string>> = {}): ImportTrip {
  return {
    tripId: randomUUID(),
    riderId: `rider-${randomUUID().slice(0, 8)}`,
    driverId: `driver-${randomUUID().slice(0, 8)}`,
    pickup: { lat: 37.7, lng: -122.4 },
    dropoff: { lat: 37.8, lng: -122.5 },
    at: new Date().toISOString(),
    ...more,
  } as ImportTrip;
}

async function delivered(input: ImportTrip, version: number): Promise<void> {
  await vi.waitFor(async () => {
    expect(await harness.state.hget(trip(REGION, input.tripId), 'version')).toBe(String(version));
    const record = await harness.db.collection(tripCollection).findOne({ _id: input.tripId as never });
    expect(record).toMatchObject({ outbox: [] });
    // A ride is due when its driver has been silent for long; a trip that has ended is never due.
    if (record?.open) expect(record.nextCheckAt?.getTime()).toBeGreaterThan(Date.now() + 60_000);
    else expect(record).not.toHaveProperty('nextCheckAt');
  }, SOON);
}

const eventsHeard = (tripId: TripId) =>
  received.flatMap(({ message }) =>
    message.type === 'tripEvent' && message.event.tripId === tripId ? [message.event] : [],
  );

it('TRIP-2: opening and closing an imported trip are one write each, and take effect once however often they arrive', async () => {
  const input = importOf();
  const opened = await Promise.all([1, 2, 3].map(() => openImportedTrip(store(), input)));
  expect(opened).toMatchObject(
    Array.from({ length: 3 }, () => ({
      _id: input.tripId,
      riderId: input.riderId,
      driverId: input.driverId,
      state: { name: 'in_progress' },
      version: 1,
      open: true,
    })),
  );
  const at = new Date().toISOString();
  const closed = await Promise.all([1, 2, 3].map(() => closeImportedTrip(store(), input.tripId, at)));
  expect(closed.map(({ state, version, open }) => ({ state: state.name, version, open }))).toEqual(
    Array.from({ length: 3 }, () => ({ state: 'completed', version: 2, open: false })),
  );
  const record = await harness.db.collection(tripCollection).findOne({ _id: input.tripId as never });
  expect(((record?.events ?? []) as TripEvent[]).map(({ version, type }) => [version, type])).toEqual([
    [1, 'imported'],
    [2, 'completed'],
  ]);
  expect(await openImportedTrip(store(), input)).toMatchObject({ state: { name: 'completed' }, version: 2 });
});

it('TRIP-2: a transition that does not fit the stored trip is refused with the current version', async () => {
  const input = importOf();
  await openImportedTrip(store(), input);
  await expect(
    openImportedTrip(store(), { ...input, ...{ riderId: 'another' as never } }),
  ).rejects.toMatchObject({
    code: 'CONFLICT',
    version: 1,
  });
  await expect(closeImportedTrip(store(), 'nobody' as TripId, input.at)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('TRIP-3: of fifty simultaneous trips for one driver one is opened; a rider has one open trip too', async () => {
  const driverId = `busy-${randomUUID().slice(0, 8)}`;
  const answers = await Promise.allSettled(
    Array.from({ length: 50 }, () => openImportedTrip(store(), importOf({ driverId }))),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const answer of answers) {
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'CONFLICT' });
  }
  const rider = importOf();
  await openImportedTrip(store(), rider);
  await expect(openImportedTrip(store(), importOf({ riderId: rider.riderId }))).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'the rider is on another trip',
  });
  await closeImportedTrip(store(), rider.tripId, rider.at);
  await openImportedTrip(store(), importOf({ riderId: rider.riderId, driverId: rider.driverId }));
});

it('TRIP-4: an event reaches trip log, driver hash and the gateway of the driver, in the order of versions', async () => {
  const input = importOf();
  await harness.state.hset(driver(REGION, input.driverId), 'gateway', GATEWAY);
  await openImportedTrip(store(), input);
  await delivered(input, 1);
  expect(await harness.state.hget(driver(REGION, input.driverId), 'trip')).toBe(input.tripId);
  expect((await readTripLog(harness.state, REGION, input.tripId, { epoch: 0, pos: 0 })).trip).toEqual({
    tripId: input.tripId,
    version: 1,
    state: 'in_progress',
    riderId: input.riderId,
    driver: { id: input.driverId, name: input.driverId, vehicle: '', plate: '' },
    endedAt: null,
    route: { pickup: input.pickup, dropoff: input.dropoff, stops: [], stopsDone: 0 },
  });
  await closeImportedTrip(store(), input.tripId, input.at);
  await delivered(input, 2);
  expect(await harness.state.hget(driver(REGION, input.driverId), 'trip')).toBeNull();
  const log = await readTripLog(harness.state, REGION, input.tripId, { epoch: 0, pos: 0 });
  expect(log.trip).toMatchObject({ version: 2, state: 'completed', endedAt: Date.parse(input.at) });
  expect(log.events.map(({ version, type }) => [version, type])).toEqual([
    [1, 'imported'],
    [2, 'completed'],
  ]);
  expect(await harness.state.ttl(tripEvents(REGION, input.tripId))).toBeLessThanOrEqual(600);
  await vi.waitFor(() => {
    const mine = received.filter(({ gateway }) => gateway === GATEWAY).map(({ message }) => message);
    expect(mine).toContainEqual({
      type: 'tripChanged',
      driverId: input.driverId,
      tripId: input.tripId,
      rev: 1,
    });
    expect(mine).toContainEqual({ type: 'tripChanged', driverId: input.driverId, tripId: null, rev: 2 });
    expect(eventsHeard(input.tripId).map(({ version }) => version)).toEqual([1, 2]);
  }, SOON);
});

it('TRIP-4: for a driver without a gateway any live gateway gets the event, since rooms reach across gateways', async () => {
  const input = importOf();
  await openImportedTrip(store(), input);
  await vi.waitFor(() => {
    expect(received).toContainEqual({
      gateway: OTHER_GATEWAY,
      message: expect.objectContaining({ type: 'tripEvent', driverId: input.driverId }),
    });
  }, SOON);
});

it('TRIP-4: the driver is shown with name, car and plate where they are stored', async () => {
  const input = importOf();
  const createdAt = new Date();
  const file = { v: 1, region: REGION, tier: 'standard', createdAt };
  await harness.db.collection(vehicleCollection).insertOne({
    ...file,
    _id: 'car-7',
    description: 'blue Volvo',
    plate: 'ABC 123',
  } as never);
  await harness.db.collection(driverCollection).insertOne({
    ...file,
    _id: input.driverId,
    name: 'Ana',
    vehicleId: 'car-7',
  } as never);
  await openImportedTrip(store(), input);
  await delivered(input, 1);
  expect((await readTripLog(harness.state, REGION, input.tripId, { epoch: 0, pos: 0 })).trip?.driver).toEqual(
    {
      id: input.driverId,
      name: 'Ana',
      vehicle: 'blue Volvo',
      plate: 'ABC 123',
    },
  );
});

it('TRIP-6: a lost hint costs seconds: the sweeper delivers what is overdue', async () => {
  const input = importOf();
  const deaf = new Proxy(harness.state, {
    get: (target, name) =>
      name === 'xadd' ? () => Promise.reject(new Error('no hint')) : Reflect.get(target, name, target),
  });
  await openImportedTrip(store(deaf), input);
  await delivered(input, 1);
  expect(await harness.metric('workers-1', 'swept_trips_total')).toBeGreaterThan(0);
});

it('TRIP-50: trips that stay due do not keep others from being swept: 450 promised trips whose rides go on, and one lost hint', async () => {
  const trips = harness.db.collection(tripCollection);
  // Due for promotion since half a minute, and their drivers are not silent yet.
  const at = Date.now() - 60_000;
  const common = {
    v: 1,
    region: REGION,
    version: 3,
    open: true,
    pickup: { lat: 1, lng: 2 },
    dropoff: { lat: 1, lng: 3 },
    stops: [],
    tier: 'standard',
    origin: 'request',
    reallocations: 0,
    offers: [],
    events: [],
    outbox: [],
    commandIds: [],
    createdAt: new Date(at),
    updatedAt: new Date(at),
  };
  const batch = randomUUID().slice(0, 8);
  const stuck = Array.from({ length: 450 }, (_, n) => {
    const driverId = `promised-${batch}-${n}`;
    const ride = { _id: `ride-${batch}-${n}`, driverId, slot: 'active', riderId: `a-${batch}-${n}` };
    const next = { _id: `next-${batch}-${n}`, driverId, slot: 'queued', riderId: `b-${batch}-${n}` };
    return [
      { ...common, ...ride, state: { name: 'in_progress', startedAt: at, stopsDone: 0 } },
      { ...common, ...next, state: { name: 'accepted', acceptedAt: at }, nextCheckAt: new Date(at) },
    ];
  }).flat();
  await trips.insertMany(stuck as never[]);
  const input = importOf();
  const deaf = new Proxy(harness.state, {
    get: (target, name) =>
      name === 'xadd' ? () => Promise.reject(new Error('no hint')) : Reflect.get(target, name, target),
  });
  await openImportedTrip(store(deaf), input);
  await delivered(input, 1);
  const overdue = { region: REGION, nextCheckAt: { $lte: new Date() } };
  await vi.waitFor(async () => expect(await trips.countDocuments(overdue)).toBe(0), SOON);
  await trips.deleteMany({ _id: { $in: stuck.map(({ _id }) => _id as never) } });
});

it('TRIP-6: a worker that is killed during a delivery leaves no event undelivered', async () => {
  const inputs = Array.from({ length: 60 }, () => importOf());
  const opening = Promise.all(inputs.map((input) => openImportedTrip(store(), input)));
  await harness.cluster.kill('workers-1');
  await opening;
  await harness.cluster.start('workers-1');
  for (const input of inputs) await delivered(input, 1);
});

it('TRIP-6: after an emptied Redis pending events are delivered, and the relay continues', async () => {
  const input = importOf();
  await harness.state.del(tripHints(REGION));
  await openImportedTrip(store(), input);
  await delivered(input, 1);
});

/** A client or collection whose nth call, counted over all calls, never happens, as if the process had died there. */
function dyingAt<T extends object>(target: T, calls: { left: number }, names: readonly string[]): T {
  return new Proxy(target, {
    get(object, name) {
      const member = Reflect.get(object, name, object);
      if (typeof member !== 'function') return member;
      if (!names.includes(String(name))) return member.bind(object);
      return (...args: unknown[]) => {
        calls.left -= 1;
        if (calls.left < 0) return Promise.reject(new Error('died'));
        return member.apply(object, args);
      };
    },
  });
}

it('TRIP-5: a relay that dies at any of its steps, and is repeated, has the effect of one', async () => {
  const outcomes: number[] = [];
  for (let step = 0; ; step += 1) {
    const input = importOf();
    await harness.state.hset(driver(REGION, input.driverId), 'gateway', GATEWAY);
    const deaf = new Proxy(harness.state, {
      get: (target, name) =>
        name === 'xadd' ? () => Promise.resolve('') : Reflect.get(target, name, target),
    });
    await openImportedTrip(store(deaf), input);
    const calls = { left: step };
    const redis = ['evalsha', 'eval', 'hget', 'publish', 'zrevrangebyscore'];
    const trips = dyingAt(harness.db.collection(tripCollection), calls, ['findOne', 'updateOne']);
    const collection = (definition: CollectionDefinition) =>
      definition === tripCollection ? trips : harness.db.anyCollection(definition);
    const relay = relayOf({
      db: { ...harness.db, collection } as never,
      state: dyingAt(harness.state, calls, redis),
      cache: dyingAt(harness.cache, calls, redis),
    });
    const died = await relayTrip(relay, input.tripId).then(
      () => false,
      () => true,
    );
    outcomes.push(calls.left);
    await relayTrip(relayOf(harness), input.tripId);
    const log = await readTripLog(harness.state, REGION, input.tripId, { epoch: 0, pos: 0 });
    expect(log.events.map(({ version }) => version)).toEqual([1]);
    expect(await harness.state.hget(driver(REGION, input.driverId), 'trip')).toBe(input.tripId);
    await vi.waitFor(() => expect(eventsHeard(input.tripId).length).toBeGreaterThan(0), SOON);
    await harness.db.collection(tripCollection).deleteOne({ _id: input.tripId as never });
    if (!died && calls.left > 0) break;
  }
  expect(outcomes.length).toBeGreaterThan(5);
});

it('TRIP-5: relays that deliver the same trip at once, in any order, leave the newest version', async () => {
  const input = importOf();
  await openImportedTrip(store(), input);
  const relay = relayOf(harness);
  const relays = Array.from({ length: 4 }, () => relayTrip(relay, input.tripId));
  await closeImportedTrip(store(), input.tripId, input.at);
  await Promise.all([...relays, ...Array.from({ length: 4 }, () => relayTrip(relay, input.tripId))]);
  await delivered(input, 2);
  expect(await harness.state.hget(driver(REGION, input.driverId as DriverId), 'trip')).toBeNull();
});
