import { randomUUID } from 'node:crypto';
import type {
  DriverId,
  Goodbye,
  RegionId,
  TrackCursor,
  TrackPosition,
  TrackSubscribed,
  TripEvent,
  TripId,
} from '@rideline/contract';
import { appendPosition, type LogHead } from '@rideline/fleet/live/trip-log';
import { tripEvents, tripPositions } from '@rideline/fleet/redis/redis-keys';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { fixAt, LAT, newRawDriver } from '../harness/clients/raw-driver.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';
import { type FollowedTrip, openFollowedTrip } from '../harness/trips/followed-trip.ts';

const REGION = 'main' as RegionId;
const NOWHERE: LogHead = { epoch: 0, pos: 0 };
const WAIT = { timeout: 60_000, interval: 20 };
/** Longer than the interval of the gateway's comparison. */
const ROUND = { timeout: 15_000, interval: 50 };
let harness: GatewayHarness;
let gateway: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness();
  gateway = await harness.startGateway('gateway-1');
});
afterAll(() => harness.stop());

interface Scene {
  readonly trip: FollowedTrip;
  head: LogHead;
  /** Appends positions in the way of the driver's gateway. */
  drive(count: number): Promise<void>;
  ask(since?: TrackCursor): Promise<TrackSubscribed>;
  follow(): Promise<{ rider: RawClient; subscribed: TrackSubscribed }>;
}

async function newScene(): Promise<Scene> {
  const driverId = `driver-${randomUUID().slice(0, 8)}` as DriverId;
  const trip = await openFollowedTrip(harness, { driverId, gateway: gateway.name });
  const token = await harness.token('rider', trip.riderId);
  let seq = 0;
  const scene: Scene = {
    trip,
    head: NOWHERE,
    async drive(count) {
      for (let step = 0; step < count; step++) {
        seq++;
        const position = {
          bootIndex: 1,
          seq,
          t: Date.now(),
          lat: 37 + seq / 10_000,
          lng: -122,
          heading: null,
          speed: 5,
          receivedAt: Date.now(),
        };
        scene.head =
          (await appendPosition(harness.state.client, REGION, trip.tripId, driverId, position, scene.head)) ??
          scene.head;
      }
    },
    async ask(since) {
      const rider = await connectRaw(gateway.url, '/rider', token);
      const reply = await rider.ask<TrackSubscribed>('track:subscribe', {
        tripId: trip.tripId,
        ...(since && { since }),
      });
      rider.close();
      return reply;
    },
    async follow() {
      const rider = await connectRaw(gateway.url, '/rider', token);
      const subscribed = await rider.ask<TrackSubscribed>('track:subscribe', { tripId: trip.tripId });
      return { rider, subscribed };
    },
  };
  return scene;
}

const missedPositions = ({ missed }: TrackSubscribed) =>
  missed.flatMap((item) => (item.kind === 'position' ? [item.position.pos] : []));
const missedVersions = ({ missed }: TrackSubscribed) =>
  missed.flatMap((item) => (item.kind === 'event' ? [item.event.version] : []));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('TRACK-8: a subscription returns exactly what was missed, or reports that it cannot', () => {
  test('without a cursor, empty log', async () => {
    const scene = await newScene();
    expect(await scene.ask()).toMatchObject({
      ok: true,
      version: 1,
      epoch: 0,
      pos: 0,
      missed: [],
      recovered: false,
      snapshot: { position: null },
    });
  });

  test('without a cursor: the snapshot is the start', async () => {
    const scene = await newScene();
    await scene.drive(5);
    expect(await scene.ask()).toMatchObject({
      ...scene.head,
      missed: [],
      recovered: false,
      snapshot: { position: { lat: 37.0005 } },
    });
  });

  test('from a position: everything after it, states and positions', async () => {
    const scene = await newScene();
    await scene.drive(10);
    await scene.trip.event('at_stop');
    await scene.trip.event('in_progress');
    const reply = await scene.ask({ version: 1, epoch: scene.head.epoch, pos: 3 });
    expect(reply).toMatchObject({ version: 3, ...scene.head, recovered: true });
    expect(missedPositions(reply)).toEqual(range(4, 10));
    expect(missedVersions(reply)).toEqual([2, 3]);
  });

  test('the same position: nothing missed, and recovered', async () => {
    const scene = await newScene();
    await scene.drive(4);
    expect(await scene.ask({ version: 1, ...scene.head })).toMatchObject({ missed: [], recovered: true });
  });

  test('before any position (zero), with the log begun since: everything', async () => {
    const scene = await newScene();
    await scene.drive(4);
    const reply = await scene.ask({ version: 1, ...NOWHERE });
    expect(reply.recovered).toBe(true);
    expect(missedPositions(reply)).toEqual([1, 2, 3, 4]);
  });

  test('the oldest position that still connects, and one older: the limit of 300', async () => {
    const scene = await newScene();
    await scene.drive(310);
    const joins = await scene.ask({ version: 1, epoch: scene.head.epoch, pos: 10 });
    expect([joins.recovered, missedPositions(joins).length]).toEqual([true, 300]);
    expect(await scene.ask({ version: 1, epoch: scene.head.epoch, pos: 9 })).toMatchObject({
      missed: [],
      recovered: false,
    });
    expect(await scene.ask({ version: 1, ...NOWHERE })).toMatchObject({ missed: [], recovered: false });
  });

  test('a position from the future', async () => {
    const scene = await newScene();
    await scene.drive(3);
    expect(await scene.ask({ version: 1, epoch: scene.head.epoch, pos: 4 })).toMatchObject({
      missed: [],
      recovered: false,
    });
    expect(await scene.ask({ version: 2, ...scene.head })).toMatchObject({ missed: [], recovered: false });
  });

  test('the log is gone', async () => {
    const scene = await newScene();
    await scene.drive(3);
    await harness.state.client.del(tripPositions(REGION, scene.trip.tripId));
    expect(await scene.ask({ version: 1, ...scene.head })).toMatchObject({
      ...NOWHERE,
      missed: [],
      recovered: false,
    });
  });

  test('a new epoch', async () => {
    const scene = await newScene();
    await scene.drive(3);
    const before = scene.head;
    await harness.state.client.del(tripPositions(REGION, scene.trip.tripId));
    await scene.drive(5);
    expect(scene.head.epoch).toBeGreaterThan(before.epoch);
    expect(await scene.ask({ version: 1, ...before })).toMatchObject({
      ...scene.head,
      missed: [],
      recovered: false,
    });
  });

  test('states that have expired from the log', async () => {
    const scene = await newScene();
    await scene.drive(1);
    await scene.trip.event('at_stop');
    await harness.state.client.ltrim(tripEvents(REGION, scene.trip.tripId), -1, -1);
    expect(await scene.ask({ version: 1, ...scene.head })).toMatchObject({ version: 2, recovered: true });
    expect(await scene.ask({ version: 0, ...scene.head })).toMatchObject({
      version: 2,
      missed: [],
      recovered: false,
    });
  });

  test("another rider's trip, with the caller's own cursor", async () => {
    const scene = await newScene();
    const mine = await newScene();
    await mine.drive(2);
    const rider = await connectRaw(gateway.url, '/rider', await harness.token('rider', mine.trip.riderId));
    expect(
      await rider.ask('track:subscribe', { tripId: scene.trip.tripId, since: { version: 1, ...mine.head } }),
    ).toMatchObject({
      ok: false,
      code: 'FORBIDDEN',
    });
    rider.close();
  });

  test('a trip that has ended: what was missed, and nothing after', async () => {
    const scene = await newScene();
    await scene.drive(2);
    await scene.trip.event('completed');
    const { rider, subscribed } = await scene.follow();
    expect(subscribed).toMatchObject({ ok: true, version: 2, snapshot: { state: 'completed' } });
    expect(await gateway.metric('followers')).toBe(0);
    rider.close();
    expect(missedVersions(await scene.ask({ version: 1, ...scene.head }))).toEqual([2]);
  });
});

test('TRACK-8: forty subscriptions while positions and states arrive: no follower has an unannounced gap or a duplicate', async () => {
  const scene = await newScene();
  await scene.drive(1);
  let driving = true;
  const drive = (async () => {
    for (let step = 0; driving; step++) {
      await scene.drive(1);
      if (step % 20 === 10) await scene.trip.event(step % 40 === 10 ? 'at_stop' : 'in_progress');
    }
  })();
  const token = await harness.token('rider', scene.trip.riderId);
  try {
    for (let round = 0; round < 40; round++) {
      const rider = await connectRaw(gateway.url, '/rider', token);
      const start = await rider.ask<TrackSubscribed>('track:subscribe', { tripId: scene.trip.tripId });
      await vi.waitFor(
        () => expect(rider.received('location:update').length).toBeGreaterThanOrEqual(4),
        WAIT,
      );
      // On a busy machine a follower gets only the newest position, with the number left out.
      let last = start.pos;
      for (const { pos, skipped } of rider.received<TrackPosition>('location:update')) {
        expect(pos).toBe(last + 1 + skipped);
        last = pos;
      }
      const versions = rider
        .received<TripEvent>('trip:event')
        .map(({ version }) => version)
        .filter((version) => version > start.version);
      expect(versions).toEqual(range(start.version + 1, start.version + versions.length));
      rider.close();
    }
  } finally {
    driving = false;
    await drive;
  }
});

describe('TRACK-9: messages are hints: what was lost in transit is recovered from the log', () => {
  test('positions and states that were never published', async () => {
    const scene = await newScene();
    await scene.drive(2);
    const { rider, subscribed } = await scene.follow();
    const body = JSON.stringify([scene.trip.driverId, 37.5, -122, 5, null, Date.now(), Date.now(), 1, 3]);
    await harness.state.client.xadd(
      tripPositions(REGION, scene.trip.tripId),
      `${subscribed.epoch}-3`,
      'p',
      body,
    );
    await scene.trip.event('at_stop', { silent: true });
    await vi.waitFor(() => {
      expect(rider.received<TrackPosition>('location:update')).toMatchObject([
        { pos: 3, lat: 37.5, skipped: 0 },
      ]);
      expect(rider.received<TripEvent>('trip:event')).toMatchObject([{ version: 2, state: 'at_stop' }]);
    }, ROUND);
    rider.close();
  });

  test('a gap before a published position is filled at once, in order', async () => {
    const scene = await newScene();
    await scene.drive(1);
    const { rider, subscribed } = await scene.follow();
    const body = JSON.stringify([scene.trip.driverId, 37.5, -122, 5, null, Date.now(), Date.now(), 0, 0]);
    await harness.state.client.xadd(
      tripPositions(REGION, scene.trip.tripId),
      `${subscribed.epoch}-2`,
      'p',
      body,
    );
    await scene.drive(1);
    await vi.waitFor(
      () => expect(rider.received<TrackPosition>('location:update').map(({ pos }) => pos)).toEqual([2, 3]),
      // At once: silence would be noticed after ten seconds.
      { timeout: 5000, interval: 10 },
    );
    rider.close();
  });

  test('a log that lost its end: the follower restarts from a snapshot, and no number is used twice', async () => {
    const scene = await newScene();
    await scene.drive(5);
    const { rider, subscribed } = await scene.follow();
    expect(subscribed.pos).toBe(5);
    const key = tripPositions(REGION, scene.trip.tripId);
    const [third] = (await harness.state.client.xrange(
      key,
      `${subscribed.epoch}-3`,
      `${subscribed.epoch}-3`,
    )) as [[string, string[]]];
    await harness.state.client
      .multi()
      .del(key)
      .xadd(key, third[0], ...third[1])
      .exec();
    // The driver's gateway has restarted without memory of the trip: it continues with 4.
    scene.head = NOWHERE;
    await scene.drive(1);
    await vi.waitFor(() => expect(rider.received<TrackSubscribed>('track:reset')).toHaveLength(1), ROUND);
    scene.head = NOWHERE;
    await scene.drive(2);
    await vi.waitFor(
      () => expect(rider.received<TrackPosition>('location:update').length).toBeGreaterThanOrEqual(1),
      ROUND,
    );
    for (const position of rider.received<TrackPosition>('location:update')) {
      expect(position.epoch).toBeGreaterThan(subscribed.epoch);
    }
    rider.close();
  });

  test('everything is gone from Redis: the follower starts again with the next position', async () => {
    const scene = await newScene();
    await scene.drive(5);
    const { rider, subscribed } = await scene.follow();
    const { tripId } = scene.trip as { tripId: TripId };
    await harness.state.client.del(
      tripPositions(REGION, tripId),
      tripEvents(REGION, tripId),
      `main:{t:${tripId}}:trip`,
    );
    await scene.drive(2);
    await vi.waitFor(() => {
      expect(rider.received<TrackSubscribed>('track:reset').at(-1)?.epoch).toBeGreaterThan(subscribed.epoch);
    }, ROUND);
    const reset = rider.received<TrackSubscribed>('track:reset').at(-1);
    expect(reset?.snapshot).toMatchObject({
      tripId,
      state: 'in_progress',
      position: { lat: expect.any(Number) },
    });
    await scene.drive(1);
    await vi.waitFor(
      () => expect(rider.received<TrackPosition>('location:update').at(-1)?.pos).toBe(scene.head.pos),
      WAIT,
    );
    rider.close();
  });

  test('the connection that receives positions is cut: what arrived meanwhile follows', async () => {
    const scene = await newScene();
    await scene.drive(1);
    const { rider } = await scene.follow();
    const clients = String(await harness.state.client.client('LIST'));
    const id = clients
      .split('\n')
      .find((line) => line.includes('name=gateway-1:state:subscriber'))
      ?.match(/id=(\d+)/)?.[1];
    await harness.state.client.call('CLIENT', 'KILL', 'ID', String(id));
    await scene.drive(3);
    await vi.waitFor(
      () => expect(rider.received<TrackPosition>('location:update').map(({ pos }) => pos)).toEqual([2, 3, 4]),
      ROUND,
    );
    rider.close();
  });
});

test('TRACK-26: a state Redis that lost its data knows connected drivers again within seconds, and their next boot is newer', async () => {
  const name = `driver-${randomUUID().slice(0, 8)}`;
  for (let start = 0; start < 3; start++) {
    const earlier = await newRawDriver(harness, gateway, { name });
    await earlier.askFixes([fixAt(0)]);
    earlier.close();
  }
  const driver = await newRawDriver(harness, gateway, { name });
  await driver.ask('driver:status', { status: 'available' });
  await driver.askFixes([fixAt(0), fixAt(1)]);
  const state = harness.state.client;
  const key = `main:{d:${name}}:driver`;
  const before = await vi.waitFor(async () => {
    const hash = await state.hgetall(key);
    expect(JSON.parse(hash.boots ?? '[]')).toHaveLength(4);
    return hash;
  }, WAIT);
  await state.flushall();
  const lost = { timeout: 20_000, interval: 100 };
  await vi.waitFor(async () => {
    const { gateway: holder, epoch, status, boots, bootBase } = await state.hgetall(key);
    expect({ holder, epoch, status, boots, bootBase }).toEqual({
      holder: gateway.name,
      epoch: before.epoch,
      status: 'available',
      boots: before.boots,
      bootBase: before.bootBase,
    });
  }, lost);
  const indexOf = async () => JSON.parse((await state.hget('main:{r:main}:live', name)) ?? '[]')[7];
  await vi.waitFor(async () => expect(await indexOf()).toBe(4), lost);
  expect(await gateway.metric('driver_session_repairs_total')).toBe(1);
  driver.close();
  const restarted = await newRawDriver(harness, gateway, { name });
  await restarted.askFixes([fixAt(0)]);
  await vi.waitFor(async () => expect(await indexOf()).toBe(5), WAIT);
  restarted.close();
});

test('TRACK-27: an app that starts again between the loss and the repair is newer at once and afterwards, on the same connection or another', async () => {
  const name = `driver-${randomUUID().slice(0, 8)}`;
  for (let start = 0; start < 3; start++) {
    const earlier = await newRawDriver(harness, gateway, { name });
    await earlier.askFixes([fixAt(0)]);
    earlier.close();
  }
  const driver = await newRawDriver(harness, gateway, { name });
  await driver.ask('driver:status', { status: 'available' });
  await driver.askFixes([fixAt(0), fixAt(1)]);
  const state = harness.state.client;
  const key = `main:{d:${name}}:driver`;
  const liveFields = async () => JSON.parse((await state.hget('main:{r:main}:live', name)) ?? '[]');
  await vi.waitFor(async () => expect((await liveFields())[7]).toBe(4), WAIT);
  await state.flushall();
  const next = randomUUID();
  expect(
    await driver.ask('location:update', { boot: next, fixes: [fixAt(0, { lat: LAT + 0.0002 })] }),
  ).toEqual({
    ok: true,
  });
  await vi.waitFor(async () => expect((await liveFields())[7]).toBe(5), WAIT);
  const lost = { timeout: 20_000, interval: 100 };
  await vi.waitFor(async () => {
    const { gateway: holder, boots = '[]', bootBase } = await state.hgetall(key);
    expect([holder, JSON.parse(boots).length, JSON.parse(boots).at(-1), bootBase]).toEqual([
      gateway.name,
      5,
      next,
      '0',
    ]);
  }, lost);
  expect(
    await driver.ask('location:update', { boot: next, fixes: [fixAt(1, { lat: LAT + 0.0003 })] }),
  ).toEqual({
    ok: true,
  });
  await vi.waitFor(async () => expect((await liveFields()).slice(6, 8)).toEqual([1, 5]), WAIT);
  await state.flushall();
  const other = await harness.startGateway('gateway-2');
  const again = await newRawDriver(harness, other, { name });
  expect(await again.ask('driver:status', { status: 'available' })).toEqual({ ok: true });
  driver.socket.emit('location:update', { boot: next, fixes: [fixAt(2, { lat: LAT + 0.0004 })] });
  await vi.waitFor(() => {
    expect(driver.received<Goodbye>('goodbye').at(-1)?.code).toBe('CONNECTION_REPLACED');
  }, lost);
  expect(await again.askFixes([fixAt(0, { lat: LAT + 0.0005 })])).toEqual({ ok: true });
  await vi.waitFor(async () => expect((await liveFields())[0]).toBeCloseTo(LAT + 0.0005, 5), WAIT);
  expect(again.received('goodbye')).toEqual([]);
  again.close();
});
