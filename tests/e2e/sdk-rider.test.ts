import { randomUUID } from 'node:crypto';
import { revocationCollection } from '@rideline/fleet/accounts/revocation-collection';
import {
  createDriver,
  createRider,
  type Driver,
  deviceClock,
  type Rider,
  type SdkClock,
} from '@rideline/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RiderLog } from '../harness/clients/rider-log.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { type CutProxy, startCutProxy } from '../harness/faults/cut-proxy.ts';

const SOON = { timeout: 60_000, interval: 50 };
const GATEWAYS = ['gateway-1', 'gateway-2'];
/** Riders who reconnect together. */
const CROWD = 40;

/** The SDK's wait in silence, a tenth as long. */
const hastyInSilence: SdkClock = {
  ...deviceClock,
  after: (ms, fn) => deviceClock.after(ms >= 12_000 && ms < 15_000 ? ms / 10 : ms, fn),
};

describe('rider SDK on a whole cluster', () => {
  let whole: WholeCluster;
  let proxy: CutProxy;
  const phones: (Driver | Rider)[] = [];

  beforeAll(async () => {
    whole = await startWholeCluster({ env: { RIDELINE_MONGO_COMMAND_TIMES: 'on' } });
    proxy = await startCutProxy(whole.cluster.url);
  });

  afterEach(() => {
    for (const phone of phones.splice(0)) phone.close();
    proxy.restore();
    proxy.dropMessages = null;
  });

  afterAll(async () => {
    await proxy?.close();
    await whole?.stop();
  });

  /** A driver on a trip (through the front port) and its rider (through the proxy). */
  async function ride(
    name: string,
    clock: SdkClock = deviceClock,
  ): Promise<{
    tripId: string;
    driver: Driver;
    rider: Rider;
    riderLog: RiderLog;
    drive: () => void;
    close: () => Promise<unknown>;
  }> {
    const driverId = `${name}-driver`;
    const riderId = `${name}-rider`;
    const tripId = randomUUID();
    const driver = createDriver({ url: whole.cluster.url, token: () => whole.token('driver', driverId) });
    const rider = createRider({ url: proxy.url, token: () => whole.token('rider', riderId), clock });
    phones.push(driver, rider);
    driver.connect();
    driver.setStatus('busy');
    const place = { lat: 37.75, lng: -122.42 };
    const at = new Date().toISOString();
    await whole.api.call('POST', '/v1/dev/trips', {
      tripId,
      riderId,
      driverId,
      pickup: place,
      dropoff: place,
      at,
    });
    await vi.waitFor(() => expect(driver.state.kind).toBe('connected'), SOON);
    const riderLog = new RiderLog();
    rider.connect();
    rider.follow(tripId, riderLog.handlers);
    await vi.waitFor(() => expect(riderLog.resets).toEqual(['start']), SOON);
    let driven = 0;
    const drive = () => {
      driven++;
      driver.push({ lat: place.lat + driven * 0.00002, lng: place.lng });
    };
    const close = () =>
      whole.api.call('POST', `/v1/dev/trips/${tripId}/close`, { at: new Date().toISOString() });
    return { tripId, driver, rider, riderLog, drive, close };
  }

  /** Pushes until the rider has seen so many positions. */
  async function driveUntilSeen(drive: () => void, riderLog: RiderLog, count: number): Promise<void> {
    await vi.waitFor(
      () => {
        drive();
        expect(riderLog.positions.length).toBeGreaterThanOrEqual(count);
      },
      { timeout: 40_000, interval: 300 },
    );
  }

  it('SDK-8: a rider follows a trip to its end: states without a gap, positions rising, the end delivered', async () => {
    const { riderLog, drive, close, rider } = await ride('whole');
    await driveUntilSeen(drive, riderLog, 12);
    await close();
    await vi.waitFor(() => expect(riderLog.end).toBe('ended'), SOON);
    expect(riderLog.events.map(({ state }) => state)).toEqual(['completed']);
    expect(riderLog.silentGaps).toEqual([]);
    expect(rider.stats()).toMatchObject({ holes: 0, resets: 1, following: 0 });
  });

  it('SDK-8: after a cut and a reconnect the missed events are delivered in order', async () => {
    const { riderLog, drive, rider } = await ride('cut');
    await driveUntilSeen(drive, riderLog, 3);
    proxy.cut();
    await vi.waitFor(() => expect(rider.state.kind).not.toBe('connected'), SOON);
    const before = riderLog.positions.length;
    for (let i = 0; i < 5; i++) {
      drive();
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    proxy.restore();
    await driveUntilSeen(drive, riderLog, before + 6);
    expect(riderLog.resets).toEqual(['start']);
    expect(riderLog.silentGaps).toEqual([]);
    expect(rider.stats().recoveries).toBeGreaterThanOrEqual(1);
    expect(riderLog.positions.every(({ skipped }) => skipped === 0)).toBe(true);
  });

  it('SDK-104: positions that a server does not send are found by asking in silence, and delivered in order', async () => {
    const { riderLog, drive, rider } = await ride('hidden', hastyInSilence);
    await driveUntilSeen(drive, riderLog, 3);
    proxy.dropMessages = 'location:update';
    // As many as a follower may be sent unseen, and one more.
    for (let i = 0; i < 9; i++) {
      drive();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await vi.waitFor(() => expect(rider.stats().hiddenGaps).toBeGreaterThan(0), SOON);
    proxy.dropMessages = null;
    const before = riderLog.positions.length;
    await driveUntilSeen(drive, riderLog, before + 2);
    expect(riderLog.silentGaps).toEqual([]);
    expect(riderLog.resets).toEqual(['start']);
    expect(riderLog.positions.every(({ skipped }) => skipped === 0)).toBe(true);
  });

  it('TRACK-42, TRACK-50: riders and drivers who reconnect together after a killed gateway go on at another one, and nobody is looked for in MongoDB', async () => {
    const place = { lat: 37.75, lng: -122.42 };
    const delivered = () => whole.metric('workers-1', 'relay_events_total');
    const deliveredBefore = await delivered();
    const crowd = await Promise.all(
      Array.from({ length: CROWD }, async (_, index) => {
        const [tripId, riderId, driverId] = [randomUUID(), `crowd-${index}`, `crowd-driver-${index}`];
        const at = new Date().toISOString();
        const trip = { tripId, riderId, driverId, pickup: place, dropoff: place, at };
        await whole.api.call('POST', '/v1/dev/trips', trip);
        const { url } = whole.cluster;
        const rider = createRider({ url, token: () => whole.token('rider', riderId) });
        const driver = createDriver({ url, token: () => whole.token('driver', driverId) });
        phones.push(rider, driver);
        const log = new RiderLog();
        rider.connect();
        rider.follow(tripId, log.handlers);
        return { tripId, rider, driver, log };
      }),
    );
    await vi.waitFor(() => expect(crowd.every(({ log }) => log.resets.length === 1)).toBe(true), SOON);
    // Each driver's hash has the trip once the relay has delivered it.
    await vi.waitFor(
      async () => expect(await delivered()).toBeGreaterThanOrEqual(deliveredBefore + CROWD),
      SOON,
    );
    for (const { driver } of crowd) driver.connect();
    await vi.waitFor(() => {
      for (const { driver, tripId } of crowd) expect(driver.trip?.tripId).toBe(tripId);
    }, SOON);
    const metric = (name: string, labels: Record<string, string>, of: string) =>
      whole.metric(of, name, labels);
    const lookedUp = async (name: string) =>
      (await metric('notification_lookups_total', { outcome: 'none' }, name)) +
      (await metric('notification_lookups_total', { outcome: 'known' }, name));
    const [killed = '', survivor = ''] = GATEWAYS;
    await vi.waitFor(async () => {
      expect((await lookedUp(killed)) + (await lookedUp(survivor))).toBeGreaterThanOrEqual(2 * CROWD);
    }, SOON);
    const socketsOf = (namespace: string) => metric('gateway_sockets', { namespace }, killed);
    const moved = { riders: await socketsOf('/rider'), drivers: await socketsOf('/driver') };
    for (const count of Object.values(moved)) expect(count).toBeGreaterThan(CROWD / 4);
    const readsOf = (labels: object) => metric('mongo_commands_total', { kind: 'read', ...labels }, survivor);
    const counts = async () => ({
      // The gateway's own read, every 5 s, whether phones reconnect or not.
      reads: (await readsOf({})) - (await readsOf({ collection: revocationCollection.name })),
      unknown: await metric('driver_syncs_total', { source: 'mongo' }, survivor),
      known: await metric('driver_syncs_total', { source: 'redis' }, survivor),
      lookups: await lookedUp(survivor),
    });
    const before = await counts();
    await whole.cluster.kill(killed);
    const after = await vi.waitFor(async () => {
      expect(crowd.filter(({ rider }) => rider.stats().recoveries > 0).length).toBeGreaterThanOrEqual(
        moved.riders,
      );
      const now = await counts();
      expect(now.lookups).toBeGreaterThanOrEqual(before.lookups + moved.riders + moved.drivers);
      expect(now.known).toBeGreaterThanOrEqual(before.known + moved.drivers);
      return now;
    }, SOON);
    expect(after.unknown - before.unknown).toBe(0);
    expect(after.reads - before.reads).toBe(0);
    await whole.cluster.start(killed);
    for (const { log } of crowd) expect([log.resets, log.silentGaps]).toEqual([['start'], []]);
  });

  it('SDK-8: when its gateway is killed the SDK continues at another one without an unannounced gap', async () => {
    const { riderLog, drive, rider } = await ride('killed');
    await driveUntilSeen(drive, riderLog, 3);
    const riders = await Promise.all(
      GATEWAYS.map((name) => whole.metric(name, 'gateway_sockets', { namespace: '/rider' })),
    );
    const home = GATEWAYS[riders.indexOf(1)] ?? 'gateway-1';
    await whole.cluster.kill(home);
    await vi.waitFor(() => {
      drive();
      expect(rider.stats().connects).toBe(2);
    }, SOON);
    await driveUntilSeen(drive, riderLog, riderLog.positions.length + 4);
    await whole.cluster.start(home);
    expect(riderLog.silentGaps).toEqual([]);
    expect(riderLog.end).toBeUndefined();
  });

  it("SDK-8: another rider's trip and an unknown trip are refused, once and permanently", async () => {
    const { tripId } = await ride('secret');
    const stranger = createRider({ url: proxy.url, token: () => whole.token('rider', 'stranger') });
    phones.push(stranger);
    stranger.connect();
    const ends: string[] = [];
    for (const id of [tripId, randomUUID()])
      stranger.follow(id, { onEnd: ({ code }) => ends.push(code ?? 'ended') });
    await vi.waitFor(() => expect(ends).toEqual(['FORBIDDEN', 'FORBIDDEN']), SOON);
    expect(stranger.stats().following).toBe(0);
  });
});
