import { expect, it } from 'vitest';
import { type KeyValueDatabase, keyValueStorage } from './key-value-storage.ts';

function database() {
  const values = new Map<string, string>();
  const state = { writtenBytes: 0, largest: 0, fails: false };
  const open: KeyValueDatabase = {
    identity: values,
    keys: () => [...values.keys()],
    getMany: (keys) => keys.map((key) => values.get(key) ?? null),
    set: (key, value) => {
      if (state.fails) throw new Error('database or disk is full');
      state.writtenBytes += Buffer.byteLength(value);
      state.largest = Math.max(state.largest, Buffer.byteLength(value));
      values.set(key, value);
    },
    remove: (key) => void values.delete(key),
  };
  return { values, state, storage: keyValueStorage(open) };
}

const ignore = () => undefined;
const batch = JSON.stringify({
  boot: 'b',
  fixes: Array.from({ length: 5 }, (_, n) => [n, 1_800_000_000_000, 10.7, 106.6]),
});

it('SDK-62: a long log is many values of at most 64 KB, and an append writes a small part of it', async () => {
  const { values, state, storage } = database();
  const store = await storage.open({ onLost: ignore });
  for (let n = 0; n < 2000; n++) await store.append('fixes', [batch]);
  await store.append('fixes', [JSON.stringify('"'.repeat(14_000))]);
  expect(state.largest).toBeLessThan(65_536);
  expect(values.size).toBeGreaterThan(20);
  expect(state.writtenBytes / 2000).toBeLessThan(12_000);
  const ids = (await store.read('fixes', 0, 3000)).map(({ id }) => id);
  await store.deleteUpTo('fixes', ids.at(-1) ?? 0);
  expect(values.size).toBe(1);
});

it('SDK-62: a write that fails leaves what was stored, and the next one goes on', async () => {
  const { state, storage } = database();
  const store = await storage.open({ onLost: ignore });
  await store.append('commands', ['"a"']);
  state.fails = true;
  await expect(store.append('commands', ['"b"'])).rejects.toThrow('full');
  state.fails = false;
  await store.append('commands', ['"c"']);
  const read = async () => (await store.read('commands', 0, 10)).map(({ text }) => text);
  expect(await read()).toEqual(['"a"', '"c"']);
});

it('SDK-62: keys of the app and of other names are left alone, and a damaged value costs only its own records', async () => {
  const { values, storage } = database();
  values.set('rideline/fixes/unrelated', 'x');
  values.set('rideline-b/fixes/0', '[1]');
  const store = await storage.open({ onLost: ignore });
  for (let n = 0; n < 200; n++) await store.append('fixes', [batch]);
  await store.close();
  const damaged = [...values.keys()].find((key) => /^rideline\/fixes\/1$/.test(key)) ?? '';
  values.set(damaged, '{');
  const again = await storage.open({ onLost: ignore });
  const left = await again.read('fixes', 0, 1000);
  expect(left.length).toBeGreaterThan(100);
  expect(left.length).toBeLessThan(200);
  await storage.wipe();
  expect([values.get('rideline/fixes/unrelated'), values.get('rideline-b/fixes/0')]).toEqual(['x', '[1]']);
});

/** A database whose writes take effect when the test says so. */
function slowDatabase() {
  const values = new Map<string, string>();
  const waiting: (() => void)[] = [];
  const slow: KeyValueDatabase = {
    identity: values,
    keys: () => [...values.keys()],
    getMany: (keys) => keys.map((key) => values.get(key) ?? null),
    set: async (key, value) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      values.set(key, value);
    },
    remove: async (key) => void values.delete(key),
  };
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) {
      for (const done of waiting.splice(0)) done();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { values, settle, storage: keyValueStorage(slow) };
}

it('SDK-138: a client that takes the store over has what the client before it was just writing', async () => {
  const { settle, storage } = slowDatabase();
  const first = await storage.open({ onLost: ignore });
  const written = first.append('commands', ['"cancel"']);
  await new Promise((resolve) => setImmediate(resolve));
  const opening = storage.open({ onLost: ignore });
  await new Promise((resolve) => setImmediate(resolve));
  await settle();
  const second = await opening;
  const [id = 0] = await written;
  const more = second.append('commands', ['"sos"']);
  await settle();
  const [nextId = 0] = await more;
  expect(await second.read('commands', 0, 10)).toEqual([
    { id, text: '"cancel"' },
    { id: nextId, text: '"sos"' },
  ]);
});

it('SDK-138: what was being written when the person signed out is deleted with the rest', async () => {
  const { values, settle, storage } = slowDatabase();
  const store = await storage.open({ onLost: ignore });
  const written = store.append('fixes', [batch]).catch(ignore);
  await new Promise((resolve) => setImmediate(resolve));
  const wiped = storage.wipe();
  await settle();
  await Promise.all([wiped, written]);
  expect([...values.values()].join()).not.toContain('106.6');
});
