import { randomUUID } from 'node:crypto';
import type { Goodbye, Health, TrackPosition } from '@rideline/contract';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { fixAt, newRawDriver, type RawDriver } from '../harness/clients/raw-driver.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';
import type { RedisServer } from '../harness/servers/redis-server.ts';
import { openFollowedTrip } from '../harness/trips/followed-trip.ts';

const WAIT = { timeout: 60_000, interval: 20 };
let harness: GatewayHarness;
let gateway: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness({ env: { RIDELINE_ACK_INTERVAL_MS: '300' } });
  gateway = await harness.startGateway('gateway-1');
});
afterAll(() => harness.stop());
afterEach(async () => {
  // MongoDB is away in all of this file: no test here needs it.
  await vi.waitFor(async () => expect(await lacking()).toEqual([]), WAIT);
  expect(gateway.output()).not.toMatch(/unhandled|uncaught/i);
});

async function health(of = gateway): Promise<Health> {
  return (await (await fetch(`${of.innerUrl}/health`)).json()) as Health;
}
const lacking = async () =>
  (await health()).reasons.map(({ dependency }) => dependency).filter((dependency) => dependency !== 'mongo');
const livePosition = async (driverId: string) =>
  decodeLive(await harness.state.client.hget('main:{r:main}:live', driverId))?.position;

interface Ride {
  readonly driver: RawDriver;
  readonly rider: RawClient;
  seq: number;
  /** Sends one fix without requesting an acknowledgement. */
  step(): void;
  positions(): TrackPosition[];
  close(): void;
}

/** A driver on a trip and their rider, both on this gateway, with positions flowing. */
async function newRide(): Promise<Ride> {
  const driver = await newRawDriver(harness, gateway);
  await driver.ask('driver:status', { status: 'busy' });
  const trip = await openFollowedTrip(harness, { driverId: driver.name });
  const rider = await connectRaw(gateway.url, '/rider', await harness.token('rider', trip.riderId));
  expect(await rider.ask('track:subscribe', { tripId: trip.tripId })).toMatchObject({ ok: true });
  rider.socket.on('location:update', ({ pos }: TrackPosition) =>
    rider.socket.emit('track:seen', { tripId: trip.tripId, pos }),
  );
  const ride: Ride = {
    driver,
    rider,
    seq: 0,
    step() {
      driver.send([fixAt(ride.seq++)]);
    },
    positions: () => rider.received<TrackPosition>('location:update'),
    close() {
      driver.close();
      rider.close();
    },
  };
  await vi.waitFor(
    () => {
      ride.step();
      expect(ride.positions().length).toBeGreaterThan(0);
    },
    { ...WAIT, interval: 100 },
  );
  return ride;
}

/** Sends fixes at 5 Hz until the rider has received so many more positions. */
async function showMore(ride: Ride, count: number): Promise<void> {
  const target = ride.positions().length + count;
  await vi.waitFor(
    () => {
      ride.step();
      expect(ride.positions().length).toBeGreaterThanOrEqual(target);
    },
    { ...WAIT, interval: 200 },
  );
}

test('DEG-2: with the cache Redis paused, riders on the same gateway keep receiving positions and fixes are acknowledged', async () => {
  const ride = await newRide();
  harness.cache.pause();
  try {
    await showMore(ride, 5);
    await vi.waitFor(() => expect(ride.driver.lastAck()?.received).toBe(ride.seq - 1), WAIT);
    await vi.waitFor(async () => expect(await lacking()).toEqual(['redis-cache']), WAIT);
    expect((await fetch(`${gateway.innerUrl}/health/ready`)).status).toBe(200);
  } finally {
    harness.cache.resume();
  }
  await showMore(ride, 2);
  ride.close();
});

test('DEG-2: with the log paused, riders keep receiving positions; nothing is acknowledged until it is back, then everything is', async () => {
  const ride = await newRide();
  await vi.waitFor(() => expect(ride.driver.lastAck()?.received).toBe(ride.seq - 1), WAIT);
  harness.log.pause();
  const before = ride.driver.lastAck()?.received;
  try {
    await showMore(ride, 5);
    expect(ride.driver.lastAck()?.received).toBe(before);
  } finally {
    harness.log.resume();
  }
  await vi.waitFor(
    () => expect(ride.driver.lastAck()).toMatchObject({ received: ride.seq - 1, gaps: [] }),
    WAIT,
  );
  ride.close();
});

describe('DEG-3: stopping each Redis in turn closes no socket, never makes the gateway unready, and everything works again afterwards', () => {
  const servers: [string, () => RedisServer][] = [
    ['log', () => harness.log],
    ['state', () => harness.state],
    ['cache', () => harness.cache],
  ];
  const faults: [string, (server: RedisServer) => unknown, (server: RedisServer) => unknown][] = [
    ['killed', (server) => server.kill(), (server) => server.start()],
    ['paused', (server) => server.pause(), (server) => server.resume()],
  ];
  test.each(
    servers.flatMap(([name, server]) =>
      faults.map(([fault, apply, heal]) => ({ name, server, fault, apply, heal })),
    ),
  )('$name $fault', async ({ name, server, apply, heal }) => {
    const ride = await newRide();
    const operator = await connectRaw(gateway.url, '/operator', await harness.token('operator', 'ops'));
    await operator.ask('fleet:watch', { bbox: [-180, -90, 180, 90], zoom: 5 });
    await apply(server());
    await vi.waitFor(
      async () => {
        ride.step();
        expect(await lacking()).toContain(`redis-${name}`);
      },
      { ...WAIT, interval: 200 },
    );
    expect((await fetch(`${gateway.innerUrl}/health/ready`)).status).toBe(200);
    // A driver who connects now is admitted, and their fixes are accepted as far as the log allows.
    const newcomer = await newRawDriver(harness, gateway);
    newcomer.send([fixAt(0)]);
    if (name !== 'log') await vi.waitFor(() => expect(newcomer.lastAck()?.received).toBe(0), WAIT);
    await heal(server());
    await vi.waitFor(() => expect(newcomer.lastAck()?.received).toBe(0), WAIT);
    await newcomer.ask('driver:status', { status: 'available' });
    newcomer.send([fixAt(1)]);
    await vi.waitFor(async () => expect((await livePosition(newcomer.name))?.seq).toBe(1), WAIT);
    await vi.waitFor(
      () => {
        ride.step();
        expect(ride.driver.lastAck()?.received).toBeGreaterThan(ride.seq - 20);
      },
      { ...WAIT, interval: 200 },
    );
    for (const client of [ride.driver, ride.rider, operator, newcomer]) {
      expect(client.received('goodbye')).toEqual([]);
      expect(client.socket.connected).toBe(true);
      client.close();
    }
  });
});

test('LIM-7: with the buffer full a frame is refused with BUSY and a time, its position is shown, and its repeat is accepted', async () => {
  const small = await harness.startGateway('gateway-small', {
    RIDELINE_BUFFER_FIXES: '10',
    RIDELINE_ACK_INTERVAL_MS: '300',
  });
  const driver = await newRawDriver(harness, small);
  await driver.ask('driver:status', { status: 'available' });
  expect(await driver.askFixes([fixAt(0)])).toEqual({ ok: true });
  harness.log.pause();
  try {
    driver.send(Array.from({ length: 8 }, (_, at) => fixAt(at + 1)));
    const refused = await driver.askFixes([fixAt(9), fixAt(10), fixAt(11)]);
    expect(refused).toMatchObject({ ok: false, code: 'BUSY', retryAfterMs: expect.any(Number) });
    expect(refused.retryAfterMs).toBeGreaterThanOrEqual(1000);
    await vi.waitFor(async () => expect(await livePosition(driver.name)).toMatchObject({ seq: 11 }), WAIT);
  } finally {
    harness.log.resume();
  }
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 8, gaps: [] }), WAIT);
  expect(await driver.askFixes([fixAt(9), fixAt(10), fixAt(11)])).toEqual({ ok: true });
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 11, gaps: [] }), WAIT);
  driver.close();
  await small.end();
});

test('LIM-7: a socket has at most 32 frames in flight to the log', async () => {
  const driver = await newRawDriver(harness, gateway);
  expect(await driver.askFixes([fixAt(0)])).toEqual({ ok: true });
  harness.log.pause();
  let replies: Promise<Record<string, unknown>>[];
  try {
    replies = Array.from({ length: 36 }, (_, at) => driver.askFixes([fixAt(at + 1)]));
    const late = await Promise.all(replies.slice(32));
    expect(late.map(({ code }) => code)).toEqual(['BUSY', 'BUSY', 'BUSY', 'BUSY']);
  } finally {
    harness.log.resume();
  }
  expect((await Promise.all(replies.slice(0, 32))).every(({ ok }) => ok)).toBe(true);
  driver.close();
});

test("LIM-8: at 75 % of the log's memory fixes stay on the phones until there is room again", async () => {
  const driver = await newRawDriver(harness, gateway);
  expect(await driver.askFixes([fixAt(0)])).toEqual({ ok: true });
  const used = Number(/used_memory:(\d+)/.exec(await harness.log.client.info('memory'))?.[1]);
  await harness.log.client.config('SET', 'maxmemory', String(Math.round(used / 0.8)));
  try {
    let seq = 1;
    await vi.waitFor(
      async () => {
        expect(await driver.askFixes([fixAt(seq++)])).toMatchObject({ ok: false, code: 'BUSY' });
      },
      { ...WAIT, interval: 100 },
    );
    expect(await lacking()).toContain('redis-log-memory');
  } finally {
    await harness.log.client.config('SET', 'maxmemory', '0');
  }
  await vi.waitFor(async () => expect(await driver.askFixes([fixAt(100)])).toEqual({ ok: true }), {
    ...WAIT,
    interval: 100,
  });
  driver.close();
});

test('OPS-41: a stopping gateway is not ready, sends goodbye with a time to reconnect, and appends what it holds', async () => {
  const leaving = await harness.startGateway('gateway-leaving');
  const name = `driver-${randomUUID().slice(0, 8)}`;
  const driver = await newRawDriver(harness, leaving, { name });
  const riders = await Promise.all(
    Array.from({ length: 10 }, async (_, at) =>
      connectRaw(leaving.url, '/rider', await harness.token('rider', `rider-${at}`)),
    ),
  );
  await driver.askFixes([fixAt(0)]);
  driver.send([fixAt(1)]);
  await vi.waitFor(async () => expect(await leaving.metric('gateway_frames_total')).toBe(2), WAIT);
  const code = await leaving.end('SIGTERM');
  expect(code).toBe(0);
  for (const client of [driver, ...riders]) {
    expect(client.received<Goodbye>('goodbye')).toMatchObject([
      { code: 'DRAINING', reconnectAfterMs: expect.any(Number) },
    ]);
  }
  expect(
    new Set(riders.map((rider) => rider.received<Goodbye>('goodbye')[0]?.reconnectAfterMs)).size,
  ).toBeGreaterThan(5);
  expect((await harness.logged(name)).flatMap(({ fixes }) => fixes.map(({ seq }) => seq))).toEqual([0, 1]);
  expect((await livePosition(name))?.seq).toBe(1);
  expect(await harness.state.client.zscore('main:{r:main}:gateways', 'gateway-leaving')).toBeNull();
});
