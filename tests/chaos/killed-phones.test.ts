import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { seeded } from '../simulator/seeded-world.ts';

const FULL = process.env.TEST_MODE === 'faults';
const KILLS = 8;
const TRIPS = 16;
const SEED = 17;

/** What the phone's process says, one JSON text a line. */
type Line =
  | { readonly stored: 'commands'; readonly id: string }
  | { readonly stored: 'fixes'; readonly boot: string; readonly seqs: readonly number[] }
  | { readonly left: number; readonly problems: readonly string[] };

/** A driver's and a rider's phone in one process; the parameters come as JSON. It says what is stored, after it is. */
const PHONE = `
  import { createDriver, createRider, driverStorage } from '@rideline/sdk';
  import { fileStorage } from '@rideline/sdk/node';
  const { url, tokens, folder, trips, isLast } = JSON.parse(process.argv[1]);
  const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
  function told(storage) {
    return {
      wipe: () => storage.wipe(),
      open: async (options) => {
        const store = await storage.open(options);
        const append = async (log, texts) => {
          const ids = await store.append(log, texts);
          for (const text of texts) {
            const record = JSON.parse(text);
            if (log === 'commands') say({ stored: 'commands', id: record.body.tripId });
            else say({ stored: 'fixes', boot: record.boot, seqs: record.fixes.map(([seq]) => seq) });
          }
          return ids;
        };
        const bound = (name) => (...values) => store[name](...values);
        return { append, read: bound('read'), delete: bound('delete'), deleteUpTo: bound('deleteUpTo'), close: bound('close') };
      },
    };
  }
  const problems = [];
  const watch = (phone) => phone.on('storage', (event) => {
    if (event.kind === 'failed') problems.push(String(event.error));
  });
  const driver = createDriver({ url, token: tokens.driver, storage: driverStorage(told(fileStorage({ folder, name: 'driver' }))) });
  const rider = createRider({ url, token: tokens.rider, storage: told(fileStorage({ folder, name: 'rider' })) });
  watch(driver);
  watch(rider);
  let waiting = 0;
  let lat = 37.75;
  const taking = setInterval(() => {
    driver.push({ lat: (lat += 0.00005), lng: -122.42 });
    void driver.flush();
  }, 20);
  const pickup = { lat: 37.75, lng: -122.42 };
  const scheduledAt = Date.now() + 7_200_000;
  for (const tripId of trips) {
    waiting++;
    rider.requestTrip({ tripId, pickup, dropoff: { lat: 37.77, lng: -122.4 }, scheduledAt }).then(() => waiting--);
  }
  driver.connect();
  rider.connect();
  if (isLast) {
    clearInterval(taking);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { left } = await driver.drain(60_000);
    while (rider.diagnostics().queues.commands > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([driver.close(), rider.close()]);
    say({ left, problems });
    process.exit(0);
  }
`;

describe('phones on real servers, killed with kill -9', () => {
  let whole: WholeCluster;
  let folder: string | undefined;
  beforeAll(async () => {
    if (!FULL) return;
    folder = await mkdtemp(join(tmpdir(), 'rl-killed-phones-'));
    whole = await startWholeCluster({ scale: { gateway: 1 } });
  });
  afterAll(async () => {
    await whole?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  beforeEach((context) => {
    context.skip(!FULL, 'takes a minute: ./rideline test --faults');
  });

  function startPhone(parameters: object, onLine: (line: Line) => void): ChildProcess {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--no-warnings', '--eval', PHONE, JSON.stringify(parameters)],
      { stdio: ['ignore', 'pipe', 'inherit'], cwd: join(import.meta.dirname, '..') },
    );
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      onLine(JSON.parse(line) as Line),
    );
    return child;
  }

  it(`SDK-60: a process killed ${KILLS} times at random instants loses no stored request and no stored fix`, async () => {
    const random = seeded(SEED);
    const tokens = {
      driver: await whole.token('driver', 'killed-driver'),
      rider: await whole.token('rider', 'killed-rider'),
    };
    const ids = Array.from({ length: TRIPS }, () => randomUUID());
    const requested = new Set<string>();
    const fixes = new Map<string, Set<number>>();
    let end: Extract<Line, { left: number }> | undefined;
    const onLine = (line: Line) => {
      if ('left' in line) end = line;
      else if (line.stored === 'commands') requested.add(line.id);
      else fixes.set(line.boot, new Set([...(fixes.get(line.boot) ?? []), ...line.seqs]));
    };
    for (let kill = 0; kill < KILLS; kill++) {
      const trips = ids.slice(kill * 2, kill * 2 + 2);
      const child = startPhone({ url: whole.cluster.url, tokens, folder, trips, isLast: false }, onLine);
      const exited = once(child, 'exit');
      // Its modules take longer to load than all that is to be interrupted.
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      await new Promise((resolve) => setTimeout(resolve, random() * 1000));
      child.kill('SIGKILL');
      await exited;
    }
    const last = startPhone({ url: whole.cluster.url, tokens, folder, trips: [], isLast: true }, onLine);
    await once(last, 'exit');
    expect(end).toEqual({ left: 0, problems: [] });

    expect(requested.size).toBeGreaterThan(4);
    for (const id of requested) {
      const trip = await whole.api.call<{ tripId: string; state: string }>('GET', `/v1/trips/${id}`);
      expect(trip).toMatchObject({ tripId: id, state: 'scheduled' });
    }
    const { boots } = await whole.api.ledger('killed-driver');
    expect([...fixes.values()].reduce((sum, seqs) => sum + seqs.size, 0)).toBeGreaterThan(100);
    for (const [boot, seqs] of fixes) {
      const stored = boots.find((one) => one.boot === boot);
      const missing = [...seqs].filter(
        (seq) =>
          stored === undefined ||
          seq < stored.lowestSeq ||
          seq > stored.highestSeq ||
          stored.missing.some(([from, to]) => seq >= from && seq <= to),
      );
      expect([boot, missing]).toEqual([boot, []]);
    }
  });
});
