import { expect, it } from 'vitest';
import { settle, TestClock } from '../../test/test-clock.ts';
import { memoryStorage } from './memory-storage.ts';
import type { OpenOptions, RecordStore, SdkStorage } from './storage.ts';
import { type StorageEvent, StoreKeeper } from './store-keeper.ts';

/** A storage that, like a Web Lock or a file lock, is not given to a second holder while the first has not closed it. */
function lockedStorage(): SdkStorage & { holders: number } {
  const inner = memoryStorage();
  let free: Promise<void> = Promise.resolve();
  const locked = {
    holders: 0,
    wipe: () => inner.wipe(),
    async open(options: OpenOptions): Promise<RecordStore> {
      const before = free;
      let release: () => void = () => undefined;
      free = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      locked.holders++;
      const store = await inner.open(options);
      return {
        ...store,
        close: async () => {
          await store.close();
          locked.holders--;
          release();
        },
      };
    },
  };
  return locked;
}

it('SDK-135: a store whose records could not be read is given up before it is opened again', async () => {
  const clock = new TestClock();
  const storage = lockedStorage();
  const events: StorageEvent['kind'][] = [];
  let failures = 1;
  const keeper = new StoreKeeper({
    storage,
    clock,
    restore: async (store) => {
      await store.read('commands', 0, 10);
      if (failures-- > 0) throw new Error('the database is busy');
      return { commands: 0, fixes: 0 };
    },
    onOpen: () => undefined,
    onLost: () => undefined,
    onEvent: ({ kind }) => events.push(kind),
  });
  await clock.pass(5000);
  expect([keeper.isOpen, storage.holders, events]).toEqual([true, 1, ['failed', 'open']]);
  await keeper.close();
  await settle();
  expect(storage.holders).toBe(0);
});

it('SDK-135: closing ends although the storage never does', async () => {
  const clock = new TestClock();
  const storage = memoryStorage();
  const events: StorageEvent['kind'][] = [];
  const keeper = new StoreKeeper({
    storage: {
      wipe: () => storage.wipe(),
      open: async (options) => ({
        ...(await storage.open(options)),
        close: () => new Promise(() => undefined),
      }),
    },
    clock,
    restore: async () => ({ commands: 0, fixes: 0 }),
    onOpen: () => undefined,
    onLost: () => undefined,
    onEvent: ({ kind }) => events.push(kind),
  });
  await clock.pass(0);
  let isClosed = false;
  void keeper.close().then(() => {
    isClosed = true;
  });
  await clock.pass(10_000);
  expect([isClosed, events]).toEqual([true, ['open', 'failed']]);
});
