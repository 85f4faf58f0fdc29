import { CommandQueue } from '../src/commands/command-queue.ts';
import { StoredFixes } from '../src/fixes/stored-fixes.ts';
import { Uplink } from '../src/fixes/uplink.ts';
import { browserStorage } from '../src/storage/browser-storage.ts';
import type { SdkStorage } from '../src/storage/storage.ts';
import { type StorageEvent, StoreKeeper } from '../src/storage/store-keeper.ts';
import { deviceClock } from '../src/time/clock.ts';
import { ServerClock } from '../src/time/server-clock.ts';
import { STORAGE_CONTRACT } from './storage-contract.ts';

/** What the test gives to the page. `null`: the reply was lost. */
interface Bindings {
  serverRequest(event: string, body: unknown): Promise<object | null>;
  noteStored(log: string, text: string): Promise<void>;
}

const bindings = globalThis as unknown as Bindings;

/** Runs the contract of a storage on IndexedDB. @returns what failed */
export async function runContract(useWebLocks: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const [at, { title, run }] of STORAGE_CONTRACT.entries()) {
    const name = `contract-${useWebLocks}-${at}`;
    try {
      await run({ newStorage: () => browserStorage({ name, useWebLocks }) });
    } catch (error) {
      faults.push(`${title}: ${String(error)}`);
    }
  }
  return faults;
}

/** Opens a store and keeps it, while the page lives. */
export async function holdStore(name: string): Promise<'open'> {
  await browserStorage({ name }).open({ onLost: () => undefined });
  return 'open';
}

/**
 * A store whose connection the browser closes without a word, and then with all data of the site deleted.
 * @returns what is stored after the first, and whether the store was lost after the second
 */
export async function loseConnections(useWebLocks: boolean): Promise<[texts: string[], isLost: boolean]> {
  const name = `closed-${useWebLocks}`;
  const connections: { close(): void }[] = [];
  const factory = Object.getPrototypeOf(indexedDB);
  const { open } = factory;
  factory.open = function (...version: unknown[]) {
    const request = open.apply(this, version);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  };
  let isLost = false;
  const storage = browserStorage({ name, useWebLocks });
  const store = await storage.open({
    onLost: () => {
      isLost = true;
    },
  });
  await store.append('fixes', ['"before"']);
  for (const connection of connections) connection.close();
  await store.append('fixes', ['"after"']);
  const texts = (await store.read('fixes', 0, 10)).map(({ text }) => text);
  const deleted = indexedDB.deleteDatabase(name);
  await new Promise((resolve, reject) => {
    deleted.onsuccess = resolve;
    deleted.onerror = reject;
  });
  await store.append('fixes', ['"later"']).catch(() => undefined);
  factory.open = open;
  return [texts, isLost];
}

/** Tells the test what is stored, as soon as the page knows. */
function noted(storage: SdkStorage): SdkStorage {
  return {
    wipe: () => storage.wipe(),
    open: async (options) => {
      const store = await storage.open(options);
      return {
        append: async (log, texts) => {
          const ids = await store.append(log, texts);
          for (const text of texts) await bindings.noteStored(log, text);
          return ids;
        },
        read: (...page) => store.read(...page),
        delete: (...records) => store.delete(...records),
        deleteUpTo: (...records) => store.deleteUpTo(...records),
        close: () => store.close(),
      };
    },
  };
}

/** The parts of a driver's client over the test's server. */
export function startApp(boot: string) {
  const events: StorageEvent['kind'][] = [];
  const request = async (event: string, body: unknown, timeoutMs: number) => {
    const reply = await bindings.serverRequest(event, body);
    if (reply !== null) return reply as never;
    await new Promise((resolve) => setTimeout(resolve, Math.min(timeoutMs, 300)));
    return { ok: false, code: 'TIMEOUT', effect: 'unknown' } as never;
  };
  const keeper: StoreKeeper = new StoreKeeper({
    storage: noted(browserStorage({ name: 'app' })),
    clock: deviceClock,
    restore: async (store) => ({
      fixes: await uplink.restore(store),
      commands: await commands.restore(store),
    }),
    onOpen: () => {
      commands.saveAll();
      void uplink.flush();
    },
    onLost: () => commands.handOver(),
    onEvent: ({ kind }) => events.push(kind),
  });
  const commands = new CommandQueue({
    clock: deviceClock,
    store: keeper,
    send: request,
    isConnected: () => true,
    onEnd: () => undefined,
    onUnconfirmed: () => undefined,
  });
  const serverClock = new ServerClock(deviceClock);
  const uplink: Uplink = new Uplink({
    boot,
    clock: deviceClock,
    serverClock,
    connection: {
      send: (event, body) => {
        void bindings.serverRequest(event, body);
        return true;
      },
      request: (event, body, timeoutMs) => request(event, body, timeoutMs),
    },
    store: keeper,
    storage: { storedFixes: (parts) => new StoredFixes(parts) },
    onTimeInDoubt: () => undefined,
    onOverflow: () => undefined,
    onRejected: () => undefined,
  });
  return {
    events,
    give(commandId: string): void {
      void commands.add({ event: 'trip:command', body: { commandId }, until: null });
    },
    take(): void {
      uplink.push((seq, t) => [seq, t, 10.7, 106.6]);
    },
    flush: () => uplink.flush(),
    /** Connects, and waits until the server has everything. @returns what is left */
    async deliver(): Promise<[fixes: number, commands: number]> {
      await keeper.ready;
      uplink.begin(null);
      await uplink.drain(20_000, () => false);
      while (commands.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await keeper.close();
      return [uplink.heldCount, commands.size];
    },
  };
}
