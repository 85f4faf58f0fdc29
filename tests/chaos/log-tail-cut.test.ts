import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createDriver, type Driver } from '@rideline/sdk';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { driveEndingAt, ledgerOf } from '../harness/fixes/sent-ledger.ts';

const SOON = { timeout: 60_000, interval: 100 };
const DRIVERS = 20;
const FIXES = 60;

/**
 * Emulates a power loss: kill -9 alone loses nothing with `everysec` (the kernel has the bytes), so the end of the append-only file is cut off.
 */
describe('the fix log loses its most recent entries', () => {
  let whole: WholeCluster;
  const drivers: { id: string; driver: Driver }[] = [];

  beforeAll(async () => {
    whole = await startWholeCluster();
  });

  afterAll(async () => {
    for (const { driver } of drivers) driver.close();
    await whole?.stop();
  });

  async function logged(): Promise<number> {
    const redis = new Redis(whole.cluster.env.REDIS_LOG_URL ?? '');
    try {
      const keys = (await redis.keys('*')).sort();
      const types = await Promise.all(keys.map((key) => redis.type(key)));
      const lengths = await Promise.all(
        keys.filter((_, i) => types[i] === 'stream').map((key) => redis.xlen(key)),
      );
      return lengths.reduce((sum, length) => sum + length, 0);
    } finally {
      redis.disconnect();
    }
  }

  async function cutHalfOfTheTail(): Promise<void> {
    const folder = join(whole.cluster.dataDir, 'redis-log');
    const files = await readdir(folder, { recursive: true });
    const name = files.find((file) => file.endsWith('.incr.aof'));
    if (name === undefined) throw new Error(`no append-only file in ${files.join(', ')}`);
    const file = join(folder, name);
    await truncate(file, Math.round((await stat(file)).size / 2));
  }

  it('FIX-15: the phones send acknowledged fixes that are gone from the log again, on the same connection', async () => {
    for (let index = 0; index < DRIVERS; index++) {
      const id = `tail-${index}`;
      const driver = createDriver({ url: whole.cluster.url, token: () => whole.token('driver', id) });
      drivers.push({ id, driver });
      driver.connect();
    }
    await vi.waitFor(
      () => expect(drivers.every(({ driver }) => driver.state.kind === 'connected')).toBe(true),
      SOON,
    );
    // Nothing becomes durable meanwhile.
    await whole.cluster.pause('workers-1');
    for (const { driver } of drivers)
      for (const fix of driveEndingAt(driver.serverNow(), FIXES)) driver.push(fix);
    await vi.waitFor(
      () => expect(drivers.flatMap(({ driver }) => driver.unacknowledged())).toEqual([]),
      SOON,
    );
    const before = await logged();

    await whole.cluster.kill('redis-log');
    await cutHalfOfTheTail();
    await whole.cluster.start('redis-log');
    expect(await logged()).toBeLessThan(before);
    await whole.cluster.resume('workers-1');

    for (const { id, driver } of drivers) {
      expect(await driver.drain(60_000)).toEqual({ left: 0 });
      expect(await ledgerOf(whole, id, driver)).toMatchObject({ acked: FIXES, ackedMissing: 0, extra: 0 });
      expect(driver.stats()).toMatchObject({ connects: 1 });
    }
    expect(drivers.reduce((sum, { driver }) => sum + driver.stats().fixesResent, 0)).toBeGreaterThan(0);
  });
});
