import { createDriver, type Driver, type DriverOptions } from '@rideline/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { type CutProxy, startCutProxy } from '../harness/faults/cut-proxy.ts';
import { driveEndingAt, ledgerOf } from '../harness/fixes/sent-ledger.ts';

const SOON = { timeout: 60_000, interval: 50 };
const DRAIN_MS = 40_000;

describe('driver SDK on a whole cluster', () => {
  let whole: WholeCluster;
  let proxy: CutProxy;
  const drivers: Driver[] = [];

  beforeAll(async () => {
    whole = await startWholeCluster();
    proxy = await startCutProxy(whole.cluster.url);
  });

  afterEach(() => {
    for (const driver of drivers.splice(0)) driver.close();
    proxy.restore();
    proxy.blockWebsocket = false;
  });

  afterAll(async () => {
    await proxy?.close();
    await whole?.stop();
  });

  async function connected(id: string, options: Partial<DriverOptions> = {}): Promise<Driver> {
    const driver = createDriver({ url: proxy.url, token: () => whole.token('driver', id), ...options });
    drivers.push(driver);
    driver.connect();
    await vi.waitFor(() => expect(driver.state.kind).toBe('connected'), SOON);
    return driver;
  }

  it('SDK-1: fixes collected while offline are durable once after the reconnect', async () => {
    const driver = await connected('offline-1');
    for (const fix of driveEndingAt(driver.serverNow() - 500_000, 5)) driver.push(fix);
    await vi.waitFor(() => expect(driver.unacknowledged()).toEqual([]), SOON);
    proxy.cut();
    await vi.waitFor(() => expect(driver.state.kind).not.toBe('connected'), SOON);
    for (const fix of driveEndingAt(driver.serverNow(), 450)) driver.push(fix);
    expect(driver.stats()).toMatchObject({ pushed: 455, waiting: 450 });
    proxy.restore();
    expect(await driver.drain(DRAIN_MS)).toEqual({ left: 0 });
    expect(await ledgerOf(whole, 'offline-1', driver)).toMatchObject({
      pushed: 455,
      acked: 455,
      stored: 455,
      extra: 0,
    });
    expect(driver.stats().connects).toBe(2);
  });

  it('SDK-2: with cuts at any moment every fix is durable once', async () => {
    const driver = await connected('cuts-1');
    const drive = driveEndingAt(driver.serverNow(), 300);
    for (const [index, fix] of drive.entries()) {
      driver.push(fix);
      if (index % 60 === 59) {
        proxy.cut();
        proxy.restore();
        await vi.waitFor(() => expect(driver.state.kind).toBe('connected'), SOON);
      }
    }
    expect(await driver.drain(DRAIN_MS)).toEqual({ left: 0 });
    expect(await ledgerOf(whole, 'cuts-1', driver)).toMatchObject({
      stored: 300,
      refused: 0,
      ackedMissing: 0,
      extra: 0,
    });
  });

  it("SDK-9: fixes collected before the first connection are stamped with the server's clock afterwards", async () => {
    const driver = createDriver({ url: proxy.url, token: () => whole.token('driver', 'early-1') });
    drivers.push(driver);
    driver.push({ lat: 37.75, lng: -122.42 });
    driver.connect();
    expect(await driver.drain(DRAIN_MS)).toEqual({ left: 0 });
    expect(await ledgerOf(whole, 'early-1', driver)).toMatchObject({ stored: 1, refused: 0 });
    expect(driver.stats().roundTripMs).toBeGreaterThan(0);
  });

  it("SDK-7: where websockets are blocked the SDK falls back to polling, with the load balancer's cookie", async () => {
    proxy.blockWebsocket = true;
    const polling = await Promise.all(Array.from({ length: 6 }, (_, i) => connected(`polling-${i}`)));
    for (const driver of polling) for (const fix of driveEndingAt(driver.serverNow(), 10)) driver.push(fix);
    for (const [i, driver] of polling.entries()) {
      expect(driver.stats().transport).toBe('polling');
      expect(await driver.drain(DRAIN_MS)).toEqual({ left: 0 });
      expect(await ledgerOf(whole, `polling-${i}`, driver)).toMatchObject({ stored: 10, extra: 0 });
    }
  });

  it('SDK-6: an expired token is renewed without the app, and nothing is lost', async () => {
    const { issueToken, readTokenKeys } = await import('@rideline/platform/tokens/tokens');
    const keys = await readTokenKeys(whole.cluster.env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
    let issued = 0;
    const token = async () => {
      issued++;
      const claims = {
        subject: 'expiring-1',
        role: 'driver',
        region: 'main',
        ttlSeconds: issued === 1 ? 3 : 600,
      };
      return (await issueToken(keys, { ...claims, role: 'driver' })).token;
    };
    const driver = await connected('expiring-1', { token });
    for (const fix of driveEndingAt(driver.serverNow(), 20)) driver.push(fix);
    await vi.waitFor(() => expect(driver.stats().connects).toBe(2), SOON);
    expect(issued).toBe(2);
    expect(await driver.drain(DRAIN_MS)).toEqual({ left: 0 });
    expect(await ledgerOf(whole, 'expiring-1', driver)).toMatchObject({ stored: 20, extra: 0 });
  });

  it('SDK-6: a newer connection of the driver stops the older one permanently; a wrong token is reported', async () => {
    const older = await connected('twice-1');
    await connected('twice-1');
    await vi.waitFor(
      () => expect(older.state).toMatchObject({ kind: 'stopped', advice: { code: 'CONNECTION_REPLACED' } }),
      SOON,
    );
    const stranger = createDriver({ url: proxy.url, token: () => whole.token('rider', 'rider-1') });
    drivers.push(stranger);
    stranger.connect();
    await vi.waitFor(
      () => expect(stranger.state).toMatchObject({ kind: 'stopped', advice: { code: 'WRONG_AUDIENCE' } }),
      SOON,
    );
  });

  it('SDK-11: the status is sent until it is confirmed, and again after a reconnect', async () => {
    const driver = await connected('status-1');
    const statuses: string[] = [];
    driver.on('status', ({ status, confirmed }) => statuses.push(`${status} ${confirmed}`));
    driver.setStatus('busy');
    driver.setStatus('available');
    await vi.waitFor(() => expect(statuses.at(-1)).toBe('available true'), SOON);
    const before = statuses.length;
    proxy.cut();
    proxy.restore();
    await vi.waitFor(() => expect(statuses.slice(before)).toContain('available true'), SOON);
  });
});
