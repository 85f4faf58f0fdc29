import { randomUUID } from 'node:crypto';
import { ROOT } from '@rideline/infra/local/paths';
import { createDriver, createRider, type Rider } from '@rideline/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { driveEndingAt, ledgerOf } from '../harness/fixes/sent-ledger.ts';
import { type Child, startChild } from '../harness/processes/child-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
const FIVE_MINUTES_MS = 300_000;
const DRIVERS = 12;

/** One gateway five minutes ahead and the worker five minutes behind, by the injected clock of the processes. */
describe('clocks that disagree', () => {
  let whole: WholeCluster;
  const skewed: Child[] = [];

  beforeAll(async () => {
    whole = await startWholeCluster();
    await skew('gateway-1', 'realtime/src/main.ts', FIVE_MINUTES_MS);
    await skew('workers-1', 'workers/src/main.ts', -FIVE_MINUTES_MS);
  });

  afterAll(async () => {
    await Promise.all(skewed.map((child) => child.end()));
    await whole?.stop();
  });

  /** Restarts the process on the same ports with another domain clock. */
  async function skew(name: string, entry: string, byMs: number): Promise<void> {
    const former = whole.cluster.processes.find((process) => process.name === name);
    if (former === undefined) throw new Error(`there is no ${name}`);
    await whole.cluster.kill(name);
    const nowMs = Date.now();
    const child = startChild(process.execPath, [entry], {
      cwd: ROOT,
      env: {
        ...process.env,
        ...whole.cluster.env,
        RIDELINE_PROCESS: name,
        RIDELINE_PORT: String(former.port ?? 0),
        RIDELINE_INNER_PORT: String(former.innerPort),
        RIDELINE_DOMAIN_CLOCK: `${nowMs}:${nowMs + byMs}:1`,
        RIDELINE_LOG_LEVEL: 'error',
      },
    });
    skewed.push(child);
    await vi.waitFor(async () => {
      const answer = await fetch(`http://127.0.0.1:${former.innerPort}/health/ready`);
      expect(answer.ok).toBe(true);
    }, SOON);
  }

  it('OPS-66: nothing is lost or duplicated, and a rider is shown no position from the future', async () => {
    const drivers = Array.from({ length: DRIVERS }, (_, index) => ({
      id: `clock-${index}`,
      driver: createDriver({ url: whole.cluster.url, token: () => whole.token('driver', `clock-${index}`) }),
    }));
    const shown: number[] = [];
    const onTrip = new Set<string>();
    const riders: Rider[] = [];
    for (const [index, { id, driver }] of drivers.entries()) {
      driver.on('tripEvent', () => onTrip.add(id));
      driver.connect();
      const tripId = randomUUID();
      const place = { lat: 37.75, lng: -122.42 };
      await whole.api.call('POST', '/v1/dev/trips', {
        tripId,
        riderId: `clock-rider-${index}`,
        driverId: id,
        pickup: place,
        dropoff: place,
        at: new Date().toISOString(),
      });
      const rider = createRider({
        url: whole.cluster.url,
        token: () => whole.token('rider', `clock-rider-${index}`),
      });
      rider.connect();
      rider.follow(tripId, { onPosition: ({ timestamp }) => shown.push(timestamp - Date.now()) });
      riders.push(rider);
    }
    await vi.waitFor(() => expect(riders.every((rider) => rider.stats().resets > 0)).toBe(true), SOON);
    // Their gateways know the trips: fixes of a driver without one are shown to nobody.
    await vi.waitFor(
      () => expect(drivers.filter(({ id, driver }) => driver.trip === null && !onTrip.has(id))).toEqual([]),
      SOON,
    );
    const carried = await Promise.all(
      ['gateway-1', 'gateway-2'].map((name) =>
        whole.metric(name, 'gateway_sockets', { namespace: '/driver' }),
      ),
    );
    expect(Math.min(...carried)).toBeGreaterThan(0);

    // Phones with a correct clock, except the last, which is ten minutes ahead.
    for (const [index, { driver }] of drivers.entries()) {
      const aheadMs = index === DRIVERS - 1 ? 2 * FIVE_MINUTES_MS : 0;
      for (const fix of driveEndingAt(Date.now() + aheadMs, 20)) driver.push(fix);
    }
    for (const { id, driver } of drivers) {
      expect(await driver.drain(40_000)).toEqual({ left: 0 });
      expect(await ledgerOf(whole, id, driver)).toMatchObject({
        pushed: 20,
        acked: 20,
        ackedMissing: 0,
        extra: 0,
      });
    }
    await vi.waitFor(() => expect(shown.length).toBeGreaterThan(0), SOON);
    expect(Math.max(...shown)).toBeLessThan(60_000);
    for (const phone of [...riders, ...drivers.map(({ driver }) => driver)]) phone.close();
  });
});
