import { FIX_FLAGS } from '@rideline/contract';
import { expect, it } from 'vitest';
import { ModelServer, seeded, World } from '../../test/model-fleet.ts';
import { AppStart, Ledger, type Surroundings } from '../../test/model-phone.ts';
import { createDriver, driverStorage } from '../entries/driver.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import type { RecordStore, SdkStorage } from '../storage/storage.ts';

it('SDK-122: a storage without `driverStorage` is refused at once, in JavaScript too: no fix waits in memory by mistake', async () => {
  const options = { url: 'http://127.0.0.1:9', token: 'none' };
  const storage = memoryStorage();
  // @ts-expect-error: a bare storage
  expect(() => createDriver({ ...options, storage })).toThrow(TypeError);
  const driver = createDriver({ ...options, storage: driverStorage(storage) });
  await new Promise((resolve) => driver.on('storage', resolve));
  driver.push({ lat: 1, lng: 2 });
  await driver.close();
  const store = await storage.open({ onLost: () => undefined });
  expect(await store.read('fixes', 0, 10)).toHaveLength(1);
});

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A phone whose app can be started again and again on one storage, without faults unless the test makes them. */
function newPhone(options: { capacity?: number; storage?: SdkStorage } = {}) {
  const world = new World();
  const server = new ModelServer();
  const ledger = new Ledger();
  const around: Surroundings = { isOnline: true, lostReplies: 0, isDiskFull: false, clockOffMs: 0 };
  const calls = { append: 0, delete: 0 };
  const storage = options.storage ?? memoryStorage();
  const counted: SdkStorage = {
    wipe: () => storage.wipe(),
    open: async (hooks) => {
      const store = await storage.open(hooks);
      const count = <Result>(what: 'append' | 'delete', call: Promise<Result>) => {
        calls[what]++;
        return call;
      };
      const counting: RecordStore = {
        ...store,
        append: (...records) => count('append', store.append(...records)),
        delete: (...records) => count('delete', store.delete(...records)),
        deleteUpTo: (...records) => count('delete', store.deleteUpTo(...records)),
      };
      return counting;
    },
  };
  const parts = { world, server, around, ledger, random: seeded(1) };
  let starts = 0;
  return {
    world,
    server,
    ledger,
    around,
    calls,
    start: () => new AppStart(`boot-${starts++}`, counted, parts, options.capacity ?? 1000),
    pass: (ms: number) => world.pass(ms, tick),
    /** One fix a second; the server makes them durable and acknowledges every 5 s. */
    async drive(app: AppStart, seconds: number): Promise<void> {
      for (let second = 1; second <= seconds; second++) {
        app.take(second);
        await world.pass(1000, tick);
        if (second % 5 !== 0) continue;
        server.persist(() => 0);
        app.acknowledge();
      }
    },
    stored: async () => {
      const store = await storage.open({ onLost: () => undefined });
      const records = await store.read('fixes', 0, 1000);
      await store.close();
      return records.map(({ text }) => JSON.parse(text) as { boot: string; wall?: true; fixes: number[][] });
    },
  };
}

it('SDK-51: a fix a second costs a write in 5 s and a deletion in 5 s; when everything is durable nothing is left', async () => {
  const { start, drive, calls, pass, stored, server } = newPhone();
  const app = start();
  await app.connect();
  await drive(app, 300);
  expect(calls.append).toBeGreaterThan(40);
  expect(calls.append).toBeLessThanOrEqual(61);
  expect(calls.delete).toBeLessThanOrEqual(61);
  server.persist(() => 0);
  app.acknowledge();
  await pass(6000);
  expect(app.uplink.heldCount).toBe(0);
  expect(await stored()).toEqual([]);
});

it('SDK-51: without a connection fixes are stored within a second, when it is lost at once, and `flush` waits for all', async () => {
  const { start, drive, pass, ledger } = newPhone();
  const app = start();
  await app.connect();
  await pass(100);
  await drive(app, 3);
  expect(app.uplink.stats().unstored).toBe(3);
  app.disconnect();
  await tick();
  expect(app.uplink.stats().unstored).toBe(0);
  app.take(4);
  await pass(999);
  expect(app.uplink.stats().unstored).toBe(1);
  await pass(2);
  expect(app.uplink.stats().unstored).toBe(0);
  app.take(5);
  app.take(6);
  await app.uplink.flush();
  expect([app.uplink.stats().unstored, ledger.storedFixes.size]).toEqual([0, 6]);
});

it('SDK-52: fixes of earlier starts are sent under their own boots and seqs, marked as collected, before those of this start', async () => {
  const { start, drive, pass, server } = newPhone();
  const first = start();
  await drive(first, 3);
  first.kill();
  const second = start();
  await drive(second, 2);
  second.kill();
  const third = start();
  third.take(9);
  await third.connect();
  await pass(1000);
  expect([...server.boots.keys()]).toEqual(['boot-0', 'boot-1', 'boot-2']);
  server.persist(() => 0);
  third.acknowledge();
  await pass(1000);
  const durable = [...server.boots.values()].map(({ durable }) =>
    [...durable.values()].map(([seq, , lat]) => [seq, lat]),
  );
  expect(durable[0]?.slice(0, 2)).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(durable[2]).toEqual([[0, 9]]);
  expect(server.boots.get('boot-0')?.durable.get(0)?.[7]).toBe(FIX_FLAGS.replayed);
  expect(third.uplink.stats()).toMatchObject({ earlier: 0, held: 0, fixesSent: 1 });
});

it('SDK-52: fixes whose time the server never gave get it from the wall clock, however wrong that is', async () => {
  const { start, drive, pass, server, around, stored } = newPhone();
  around.clockOffMs = 7 * 3600_000;
  const first = start();
  await drive(first, 2);
  first.kill();
  expect((await stored()).every(({ wall }) => wall === true)).toBe(true);
  await pass(60_000);
  const second = start();
  await second.connect();
  await pass(1000);
  server.persist(() => 0);
  const times = [...(server.boots.get('boot-0')?.durable.values() ?? [])].map((fix) => fix[1]);
  expect(times).toEqual([0, 1000]);
  second.kill();
  const third = start();
  await third.connect();
  await drive(third, 1);
  third.disconnect();
  await tick();
  expect((await stored()).at(-1)).not.toHaveProperty('wall');
});

it('SDK-52: a boot that is read after the first frame of this start waits for the next start, unless the server knows it', async () => {
  const storage = memoryStorage();
  const phone = newPhone({ storage });
  const known = phone.start();
  await known.connect();
  await phone.drive(known, 2);
  known.acknowledge();
  known.take(3);
  await known.uplink.flush();
  known.kill();
  const unknown = phone.start();
  await phone.drive(unknown, 2);
  unknown.kill();

  const opened = Promise.withResolvers<void>();
  const slow: SdkStorage = {
    wipe: () => storage.wipe(),
    open: async (hooks) => {
      await opened.promise;
      return storage.open(hooks);
    },
  };
  const parts = { ...phone, random: seeded(2) };
  const late = new AppStart('boot-late', slow, parts, 1000);
  void late.connect();
  late.take(4);
  await phone.pass(3000);
  expect(phone.ledger.events.at(-1)).toEqual({ kind: 'waiting' });
  expect([...phone.server.boots.keys()]).toEqual(['boot-0', 'boot-late']);
  opened.resolve();
  await phone.pass(1000);
  expect([...phone.server.boots.keys()]).toEqual(['boot-0', 'boot-late']);
  expect(phone.server.boots.get('boot-0')?.log.has(2)).toBe(true);
  await late.uplink.flush();
  late.kill();

  const next = phone.start();
  next.take(5);
  await next.connect();
  await phone.pass(1000);
  expect([...phone.server.boots.keys()]).toEqual(['boot-0', 'boot-late', 'boot-1', 'boot-2']);
});

it('SDK-53: the fixes of all starts share one bound: the oldest go first, counted with their boot, on the disk too', async () => {
  const { start, drive, ledger, stored } = newPhone({ capacity: 10 });
  const first = start();
  await drive(first, 8);
  first.kill();
  const second = start();
  await tick();
  await drive(second, 6);
  expect([...ledger.countedFixes]).toEqual(['boot-0/0', 'boot-0/1', 'boot-0/2', 'boot-0/3']);
  expect(second.uplink.heldCount).toBe(10);
  await drive(second, 10);
  expect(second.uplink.stats()).toMatchObject({ held: 10, earlier: 0, overflowed: 6 });
  await second.uplink.flush();
  second.kill();
  const left = await stored();
  expect(left.flatMap(({ boot, fixes }) => fixes.map(([seq]) => `${boot}/${seq}`))).toEqual(
    Array.from({ length: 10 }, (_, n) => `boot-1/${n + 6}`),
  );
});

it('SDK-53: while the disk is full fixes are held in memory and reported, and stored when there is space', async () => {
  const { start, drive, pass, ledger, around } = newPhone();
  const app = start();
  await tick();
  around.isDiskFull = true;
  await drive(app, 5);
  expect(ledger.events.at(-1)).toMatchObject({ kind: 'failed', during: 'write', isFull: true });
  expect(ledger.events).toHaveLength(2);
  expect(app.uplink.stats()).toMatchObject({ held: 5, unstored: 5 });
  around.isDiskFull = false;
  await pass(31_000);
  expect(app.uplink.stats()).toMatchObject({ held: 5, unstored: 0 });
});

it('SDK-139: records that another version or a damaged storage left are deleted; what is good among them is sent', async () => {
  const storage = memoryStorage();
  const store = await storage.open({ onLost: () => undefined });
  const odd = [
    'null',
    '7',
    '{"boot":"old"}',
    '{"boot":"old","fixes":[null]}',
    '{"boot":"old","fixes":[[]]}',
    '{"boot":"old","fixes":[["0",1,2,3]]}',
    '{"boot":"old","fixes":[[-1,1,2,3]]}',
    '{"boot":"old","fixes":[[1.5,1,2,3]]}',
    '{"boot":"old","fixes":{"length":1}}',
    '{"boot":"__proto__","fixes":[]}',
  ];
  for (const text of odd) await store.append('fixes', [text]);
  await store.append('fixes', ['{"boot":"good","fixes":[[0,1700000000000,1,2]]}']);
  for (const text of [
    'null',
    '7',
    '{"event":3}',
    '{"event":"x","body":null}',
    '{"event":"x","body":[],"until":"soon"}',
  ])
    await store.append('commands', [text]);
  await store.close();
  const phone = newPhone({ storage });
  const app = phone.start();
  await phone.pass(3000);
  expect(phone.ledger.events).toMatchObject([{ kind: 'open', fixes: 1 }]);
  expect(app.uplink.stats().earlier + app.uplink.stats().held).toBeLessThanOrEqual(1);
});
