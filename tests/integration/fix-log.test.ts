import type { BootId, DriverId, RegionId } from '@rideline/contract';
import { FixLog } from '@rideline/fleet/fixes/fix-log';
import { decodeEntry, type FixRecord } from '@rideline/fleet/fixes/fix-record';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';

const log = createLogger({ process: 'test', level: 'silent' });
const WAIT = { timeout: 60_000, interval: 10 };
let server: RedisServer;
let redis: RedisClient;
let region: RegionId;
let regions = 0;
const opened: FixLog<string>[] = [];

beforeAll(async () => {
  server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  redis = await connectRedis({ url: server.url, name: 'test', use: 'command', log });
});
afterEach(async () => {
  for (const fixLog of opened.splice(0)) await fixLog.close(100);
});
afterAll(async () => {
  await quitRedis(redis);
  await server.stop();
});

function record(driverId: string, seqs: readonly number[]): FixRecord {
  return {
    driverId: driverId as DriverId,
    boot: 'boot' as BootId,
    bootIndex: 1,
    status: 'available',
    receivedAt: 1,
    lowest: 0,
    fixes: seqs.map((seq) => ({
      seq,
      t: seq,
      lat: 1,
      lng: 2,
      speed: null,
      heading: null,
      accuracy: null,
      flags: 0,
      verdict: 'ok',
    })),
  };
}

async function open(
  options: { flushFixes?: number; flushMs?: number; bufferFixes?: number; shards?: number } = {},
) {
  regions++;
  region = `region-${regions}` as RegionId;
  const streams = await openFixStreams(redis, region, options.shards ?? 1);
  const appended: string[] = [];
  const errors: Error[] = [];
  const fixLog = new FixLog<string>({
    redis,
    streams,
    flushFixes: options.flushFixes ?? 100,
    flushMs: options.flushMs ?? 5,
    bufferFixes: options.bufferFixes ?? 1000,
    onAppended: (token) => appended.push(token),
    onError: (error) => errors.push(error),
  });
  opened.push(fixLog);
  return { fixLog, appended, errors, streams };
}

async function entries(key: string): Promise<FixRecord[][]> {
  const raw = await server.client.xrangeBuffer(key, '-', '+');
  return raw.map(([, fields]) => decodeEntry(fields[1] as Buffer).records);
}

test('FIX-10: a micro-batch is written when it is full or old, whichever comes first', async () => {
  const { fixLog, appended, streams } = await open({ flushFixes: 10, flushMs: 1000 });
  for (let seq = 0; seq < 10; seq++) fixLog.append(record('d', [seq]), `full-${seq}`);
  await vi.waitFor(() => expect(appended).toHaveLength(10), WAIT);
  expect((await entries(streams.keys[0] as string)).map((records) => records.length)).toEqual([10]);

  const aged = await open({ flushFixes: 10_000, flushMs: 20 });
  aged.fixLog.append(record('d', [1]), 'one');
  aged.fixLog.append(record('e', [1, 2]), 'two');
  await vi.waitFor(() => expect(aged.appended).toEqual(['one', 'two']), WAIT);
  expect(await entries(aged.streams.keys[0] as string)).toHaveLength(1);
});

test('FIX-11: while Redis is dead fixes wait, bounded; none is reported as appended; afterwards all are, in order', async () => {
  const { fixLog, appended, errors, streams } = await open({ bufferFixes: 20, flushFixes: 5 });
  fixLog.append(record('d', [0]), '0');
  await vi.waitFor(() => expect(appended).toEqual(['0']), WAIT);
  await server.kill();
  const notified: string[] = ['0'];
  for (let seq = 1; fixLog.refusal(1) === null; seq++) {
    fixLog.append(record('d', [seq]), String(seq));
    notified.push(String(seq));
  }
  expect(fixLog.held).toBe(20);
  expect(fixLog.refusal(1)).toBe('buffer');
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(2), WAIT);
  expect(appended).toEqual(['0']);
  await server.start();
  await vi.waitFor(() => expect(appended).toEqual(notified), WAIT);
  expect(fixLog.held).toBe(0);
  const seqs = (await entries(streams.keys[0] as string))
    .flat()
    .flatMap(({ fixes }) => fixes.map(({ seq }) => seq));
  expect([...new Set(seqs)]).toEqual(notified.map(Number));
});

test('FIX-11: a log that is nearly full accepts nothing, and reports why', async () => {
  const { fixLog } = await open();
  fixLog.memoryFull = true;
  expect(fixLog.refusal(1)).toBe('memory');
  fixLog.memoryFull = false;
  expect(fixLog.refusal(1)).toBeNull();
});

test("FIX-10: a callback behind a driver's records runs after them, also while one is in flight", async () => {
  const { fixLog, appended } = await open();
  fixLog.follow('d' as DriverId, 'nothing before');
  expect(appended).toEqual(['nothing before']);
  fixLog.append(record('d', [1]), 'a');
  fixLog.follow('d' as DriverId, 'after a');
  await vi.waitFor(() => expect(appended).toEqual(['nothing before', 'a', 'after a']), WAIT);
});

test('FIX-12: a process whose shard configuration differs from that of the log is refused', async () => {
  const { streams } = await open({ shards: 4 });
  expect(streams.keys).toHaveLength(4);
  await expect(openFixStreams(redis, region, 8)).rejects.toThrow(/4 fix shards .* is 8/);
});

test('OPS-42: closing writes what is held, and reports what could not be written', async () => {
  const { fixLog, appended } = await open({ flushMs: 1000 });
  fixLog.append(record('d', [1, 2, 3]), 'last');
  expect(await fixLog.close(5000)).toBe(0);
  expect(appended).toEqual(['last']);
  const stuck = await open({ flushMs: 1000 });
  await server.kill();
  stuck.fixLog.append(record('d', [1, 2]), 'lost');
  expect(await stuck.fixLog.close(100)).toBe(2);
  await server.start();
});
