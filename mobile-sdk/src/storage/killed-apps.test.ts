import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { ModelServer, seeded, World } from '../../test/model-fleet.ts';
import { AppStart, Ledger, type Surroundings } from '../../test/model-phone.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { fromNodeSqlite } from './from-sqlite-libraries.ts';
import { memoryStorage } from './memory-storage.ts';
import { fileStorage } from './node/file-storage.ts';
import type { RecordStore, SdkStorage } from './storage.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A disk that outlives the app. */
interface Disk {
  /** The storage as the next start of the app opens it. */
  next(): SdkStorage;
  /** The app is killed: what it is told from now on it does not hear. */
  kill(): void;
  /** Leaves any part of what the killed app had not been told is stored. */
  tear(random: () => number): Promise<void>;
}

function memoryDisk(): Disk {
  const storage = memoryStorage();
  return { next: () => storage, kill: () => undefined, tear: async () => undefined };
}

function sqliteDisk(): Disk {
  const folder = temporaryFolder();
  let database = new DatabaseSync(join(folder, 'rideline.db'));
  cleanUps.push(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    next: () => {
      database.close();
      database = new DatabaseSync(join(folder, 'rideline.db'));
      return fromNodeSqlite(database, { isShared: false });
    },
    kill: () => undefined,
    tear: async () => undefined,
  };
}

/** A kill leaves any part of the line that was being written. */
function fileDisk(): Disk {
  const folder = temporaryFolder();
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'rideline.log');
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let acknowledged = 0;
  let isKilled = false;
  let opened: RecordStore | undefined;
  return {
    next: () => {
      // This process lives, so it would hold the lock of the start that it killed.
      for (const name of readdirSync(folder)) if (name.includes('.lock.')) rmSync(join(folder, name));
      acknowledged = size();
      isKilled = false;
      const storage = fileStorage({ folder });
      return {
        wipe: () => storage.wipe(),
        open: async (options) => {
          const store = await storage.open(options);
          opened = store;
          const noted = async <Result>(call: Promise<Result>): Promise<Result> => {
            const result = await call;
            if (!isKilled) acknowledged = size();
            return result;
          };
          return {
            append: (...records) => noted(store.append(...records)),
            read: (...page) => store.read(...page),
            delete: (...records) => noted(store.delete(...records)),
            deleteUpTo: (...records) => noted(store.deleteUpTo(...records)),
            close: () => store.close(),
          };
        },
      };
    },
    kill: () => {
      isKilled = true;
    },
    tear: async (random) => {
      const written = size();
      if (written > acknowledged)
        truncateSync(path, acknowledged + Math.floor(random() * (written - acknowledged + 1)));
      // The system does this for a process that is gone.
      await opened?.close();
    },
  };
}

const DISKS: readonly [string, () => Disk, number][] = [
  ['memory', memoryDisk, 60],
  ['the Node file', fileDisk, 5],
  ['SQLite', sqliteDisk, 5],
];
/** With the last one no more boots than one connection takes. */
const KILLS = 11;
const COMMANDS = 100;
/** Seconds with a fix each. */
const ROUNDS = 300;

/** One device's life: 100 commands and a fix a second, through kills, cuts, lost replies, set clocks and a full disk. */
async function liveThrough(
  seed: number,
  disk: Disk,
): Promise<{ server: ModelServer; ledger: Ledger; starts: number }> {
  const random = seeded(seed);
  const world = new World();
  const server = new ModelServer();
  const ledger = new Ledger();
  const around: Surroundings = { isOnline: true, lostReplies: 0.2, isDiskFull: false, clockOffMs: 0 };
  const parts = { world, server, around, ledger, random };
  let starts = 0;
  let given = 0;
  let offlineUntilMs = 0;
  let app = new AppStart(`boot-${starts++}`, disk.next(), parts, 400);
  const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
  /** Lets promises settle, and the disk most of the time: a kill may come while it writes. */
  const settle = async (isPatient: boolean) => {
    await tick();
    while (isPatient && ledger.pendingCalls > 0) await tick();
  };

  async function restart(): Promise<void> {
    app.kill();
    disk.kill();
    for (let turn = 0; turn < 3; turn++) await tick();
    while (ledger.pendingCalls > 0) await tick();
    await disk.tear(random);
    app = new AppStart(`boot-${starts++}`, disk.next(), parts, 400);
  }

  const killRounds = new Set<number>();
  while (killRounds.size < KILLS) killRounds.add(Math.floor(random() * ROUNDS));
  for (let round = 0; round < ROUNDS; round++) {
    const nowMs = world.nowMs;
    if (random() < 0.01) offlineUntilMs = nowMs + 120_000;
    around.isOnline = nowMs >= offlineUntilMs;
    if (!around.isOnline) app.disconnect();
    else if (random() < (app.isDead ? 0.2 : 0.02)) app.disconnect();
    else void app.connect();
    if (random() < 0.02) around.clockOffMs = (random() < 0.5 ? -1 : 1) * 86_400_000;
    if (random() < 0.05) around.isDiskFull = random() < 0.15;
    app.take(round);
    if (given < COMMANDS && random() < 0.4) app.give(`c${given++}`);
    if (round % 5 === 0) {
      server.persist(random);
      app.acknowledge();
    }
    if (killRounds.has(round)) {
      // Somewhere between two steps of a call, not only between calls.
      await world.pass(random() * 1000, () => settle(false));
      for (let turn = Math.floor(random() * 4); turn > 0; turn--) await Promise.resolve();
      await restart();
    } else await world.pass(1000, () => settle(true));
  }

  // Everything is well again, and the app starts once more.
  Object.assign(around, { isOnline: true, lostReplies: 0, isDiskFull: false });
  while (given < COMMANDS) app.give(`c${given++}`);
  await world.pass(1000, () => settle(true));
  await restart();
  app.take(ROUNDS);
  await world.pass(2000, () => settle(true));
  for (let turn = 0; turn < 300 && !(app.uplink.heldCount === 0 && app.commands.size === 0); turn++) {
    void app.connect();
    if (turn % 40 === 39) app.disconnect();
    await world.pass(2500, () => settle(true));
    server.persist(() => 0);
    app.acknowledge();
  }
  expect([app.uplink.heldCount, app.commands.size]).toEqual([0, 0]);
  await world.pass(6000, () => settle(true));
  await app.uplink.flush();
  await app.keeper.close();
  return { server, ledger, starts };
}

it.each(DISKS)(
  'SDK-60: apps killed at 50 points, offline for 2 min, with lost replies, clocks a day off and full disks lose no stored command and no stored fix: %s',
  async (_name, newDisk, devices) => {
    let kills = 0;
    for (let seed = 1; seed <= devices; seed++) {
      const disk = newDisk();
      const { server, ledger, starts } = await liveThrough(seed, disk);
      kills += starts - 1;
      const about = `seed ${seed}`;
      // Each command has one effect (the model counts an id once; here: none twice, none missing), in the order given.
      const missing = [...ledger.storedCommands].filter((id) => !server.effects.includes(id));
      expect([about, missing]).toEqual([about, []]);
      expect(ledger.storedCommands.size).toBeGreaterThan(COMMANDS / 4);
      const inOrder = ledger.givenCommands.filter((id) => server.effects.includes(id));
      expect([about, server.effects]).toEqual([about, inOrder]);

      const isDurable = (key: string) => {
        const [boot = '', seq] = key.split('/');
        return server.boots.get(boot)?.durable.has(Number(seq)) === true;
      };
      const lost = [...ledger.storedFixes].filter((key) => !isDurable(key) && !ledger.countedFixes.has(key));
      expect([about, lost]).toEqual([about, []]);
      const lostUnstored = [...ledger.takenFixes].filter(
        (key) => !isDurable(key) && !ledger.countedFixes.has(key),
      );
      expect(lostUnstored.length).toBeLessThanOrEqual(ledger.unstoredAtKills);
      expect(ledger.takenFixes.size).toBeGreaterThan(ROUNDS - 1);

      // The server takes a boot that it sees later for a newer one.
      const order = [...server.boots.keys()].map((boot) => Number(boot.slice('boot-'.length)));
      expect([about, order]).toEqual([about, order.toSorted((a, b) => a - b)]);

      const store = await disk.next().open({ onLost: () => undefined });
      expect([about, await store.read('commands', 0, 10), await store.read('fixes', 0, 10)]).toEqual([
        about,
        [],
        [],
      ]);
      await store.close();
    }
    expect(kills).toBeGreaterThanOrEqual(50);
  },
);
