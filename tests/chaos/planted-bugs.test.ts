import { createDriver, type Driver } from '@rideline/sdk';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ThrowawayDrivers } from '../harness/clients/throwaway-drivers.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { driveEndingAt, ledgerOf } from '../harness/fixes/sent-ledger.ts';

/**
 * Tests of the checkers of the fault tests (docs/design/reliability.md, "Test programme", T0): each gets a correct run and must report
 * nothing, then the same run with the loss or the duplicate that a bug would leave behind, and must report it. A checker that cannot fail
 * proves nothing.
 */
const FIXES = 20;
const SOON = { timeout: 60_000, interval: 250 };

let whole: WholeCluster;
let record: mongoose.Connection;
const phones: Driver[] = [];

beforeAll(async () => {
  whole = await startWholeCluster();
  record = await mongoose.createConnection(whole.cluster.env.MONGODB_URI ?? '').asPromise();
});
afterAll(async () => {
  for (const phone of phones) phone.close();
  await record?.close();
  await whole?.stop();
});

/** A driver with every fix durable and a complete ledger. */
async function wholeDrive(driverId: string): Promise<Driver> {
  const driver = createDriver({ url: whole.cluster.url, token: () => whole.token('driver', driverId) });
  phones.push(driver);
  for (const fix of driveEndingAt(Date.now(), FIXES)) driver.push(fix);
  driver.connect();
  expect(await driver.drain(30_000)).toEqual({ left: 0 });
  expect(await ledgerOf(whole, driverId, driver)).toMatchObject({ ackedMissing: 0, extra: 0 });
  return driver;
}

describe('planted bugs', () => {
  it('OPS-68: an acknowledged fix that is not in Mongo is reported (acknowledged before it was written)', async () => {
    const driver = await wholeDrive('planted-loss');
    const tracks = record.collection('tracks');
    await tracks.updateOne({ driverId: 'planted-loss' }, { $unset: { 'f.7': '' } });
    expect(await ledgerOf(whole, 'planted-loss', driver)).toMatchObject({ ackedMissing: 1 });
  });

  it('OPS-68: a fix in Mongo that nobody sent is reported (stored a second time under another seq)', async () => {
    const driver = await wholeDrive('planted-double');
    const tracks = record.collection('tracks');
    const block = await tracks.findOne({ driverId: 'planted-double' });
    const copy = (block as unknown as { f: Record<string, unknown> }).f['7'];
    await tracks.updateOne({ driverId: 'planted-double' }, { $set: { [`f.${FIXES + 1}`]: copy } });
    expect((await ledgerOf(whole, 'planted-double', driver)).extra).toBeGreaterThan(0);
  });

  it('OPS-68: a stream that was trimmed before history had read it is reported, even though the phones are gone (blind MAXLEN)', async () => {
    const throwawayDrivers = new ThrowawayDrivers(whole, 2);
    await whole.cluster.pause('workers-1');
    throwawayDrivers.start();
    await vi.waitFor(() => expect(throwawayDrivers.acknowledged.length).toBeGreaterThan(1), SOON);
    await throwawayDrivers.stop();
    await trimAllStreams(whole.cluster.env.REDIS_LOG_URL ?? '');
    await whole.cluster.resume('workers-1');
    await wholeDrive('planted-after-trim');
    expect(await throwawayDrivers.broken()).not.toEqual([]);
  });

  it('OPS-68: without a planted bug the same checker reports nothing', async () => {
    const throwawayDrivers = new ThrowawayDrivers(whole, 2);
    throwawayDrivers.start();
    await vi.waitFor(() => expect(throwawayDrivers.acknowledged.length).toBeGreaterThan(1), SOON);
    await throwawayDrivers.stop();
    await vi.waitFor(async () => expect(await throwawayDrivers.broken()).toEqual([]), SOON);
  });
});

async function trimAllStreams(url: string): Promise<void> {
  const log = new Redis(url);
  try {
    for (const key of await log.keys('*:fixes')) {
      if ((await log.type(key)) === 'stream') await log.xtrim(key, 'MAXLEN', 0);
    }
  } finally {
    log.disconnect();
  }
}
