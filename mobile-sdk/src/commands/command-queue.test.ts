import { CodedError, type CommandEffect, type ErrorCode } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import type { RecordStore, SdkStorage } from '../storage/storage.ts';
import { type StorageEvent, StoreKeeper } from '../storage/store-keeper.ts';
import { newUuid } from '../uuid.ts';
import { CommandQueue, type StoredCommand } from './command-queue.ts';

/** A clock that the test advances, with seeded randomness. */
function device(seed = 1) {
  let now = 1_000_000;
  let aheadMs = 0;
  let state = seed;
  const timers = new Set<{ at: number; fn: () => void }>();
  const clock = {
    wallMs: () => now + aheadMs,
    monotonicMs: () => now,
    random: () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    },
    after(delayMs: number, fn: () => void) {
      const timer = { at: now + delayMs, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };
  return {
    clock,
    settle,
    setClock(byMs: number) {
      aheadMs += byMs;
    },
    async pass(ms: number) {
      now += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.fn();
        await settle();
      }
      await settle();
    },
  };
}

const refusal = (code: ErrorCode, effect?: CommandEffect) =>
  new CodedError(code, undefined, { effect }).toRefusal();
const command = (commandId: string, until: number | null = null): StoredCommand => ({
  event: 'trip:command',
  body: { commandId },
  until,
});
const urgent = (commandId: string): StoredCommand => ({ ...command(commandId), urgent: true });

/** The commands in a storage that nobody has open. */
async function storedIn(storage: SdkStorage): Promise<string[]> {
  const store = await storage.open({ onLost: () => undefined });
  const records = await store.read('commands', 0, 200);
  await store.close();
  return records.map(({ text }) => String((JSON.parse(text) as StoredCommand).body.commandId));
}

/** A storage whose store is changed by `change`. */
function changed(storage: SdkStorage, change: (store: RecordStore) => Partial<RecordStore>): SdkStorage {
  return {
    wipe: () => storage.wipe(),
    open: async (options) => {
      const store = await storage.open(options);
      return { ...store, ...change(store) };
    },
  };
}

function queueOf(
  options: {
    answers?: (commandId: string, attempt: number) => ReturnType<typeof refusal> | { ok: true };
    connected?: () => boolean;
    storage?: SdkStorage;
    seed?: number;
  } = {},
) {
  const phone = device(options.seed);
  const sent: string[] = [];
  const attempts = new Map<string, number>();
  const ended: string[] = [];
  const unconfirmed: string[] = [];
  const events: StorageEvent[] = [];
  const store: StoreKeeper = new StoreKeeper({
    storage: options.storage,
    clock: phone.clock,
    restore: async (open) => ({ fixes: 0, commands: await queue.restore(open) }),
    onOpen: () => queue.saveAll(),
    onLost: () => queue.handOver(),
    onEvent: (event) => events.push(event),
  });
  const queue = new CommandQueue({
    clock: phone.clock,
    store,
    isConnected: options.connected ?? (() => true),
    send: async (_event, body) => {
      const { commandId } = body as { commandId: string };
      sent.push(commandId);
      const attempt = (attempts.get(commandId) ?? 0) + 1;
      attempts.set(commandId, attempt);
      return options.answers?.(commandId, attempt) ?? { ok: true };
    },
    onEnd: ({ body }, outcome) => ended.push(`${body.commandId} ${outcome.ok ? 'ok' : outcome.code}`),
    onUnconfirmed: ({ body }) => unconfirmed.push(String(body.commandId)),
  });
  return { queue, phone, sent, ended, unconfirmed, store, events };
}

describe('SDK-13: commands are kept until the server has answered finally, in the given order', () => {
  it('SDK-13: a command without an answer is sent again under the same id and delays the commands behind it', async () => {
    const { queue, phone, sent, ended } = queueOf({
      answers: (id, attempt) => (id === 'a' && attempt < 3 ? refusal('TIMEOUT') : { ok: true }),
    });
    const outcomes = [queue.add(command('a')), queue.add(command('b'))];
    await phone.settle();
    expect(sent).toEqual(['a']);
    await phone.pass(30_000);
    await phone.pass(30_000);
    expect(sent).toEqual(['a', 'a', 'a', 'b']);
    expect(ended).toEqual(['a ok', 'b ok']);
    expect(await Promise.all(outcomes)).toEqual([{ ok: true }, { ok: true }]);
  });

  it.each(['ILLEGAL_TRANSITION', 'CONFLICT', 'GONE', 'KEY_REUSED', 'NOT_FOUND', 'VALIDATION'] as const)(
    'SDK-13: %s ends a command: the queue never jams',
    async (code) => {
      const { queue, phone, ended } = queueOf({
        answers: (id) => (id === 'a' ? refusal(code) : { ok: true }),
      });
      void queue.add(command('a'));
      void queue.add(command('b'));
      await phone.settle();
      expect(ended).toEqual([`a ${code}`, 'b ok']);
    },
  );

  it('SDK-15: a command that is added while the stored ones are read replaces none of them and follows them', async () => {
    const storage = memoryStorage();
    const dying = queueOf({ storage, connected: () => false });
    void dying.queue.add(command('stored'));
    await dying.phone.settle();
    const read = Promise.withResolvers<void>();
    const slow = changed(storage, (store) => ({
      read: async (...page) => {
        await read.promise;
        return store.read(...page);
      },
    }));
    const { queue, phone, sent } = queueOf({ storage: slow });
    void queue.add(command('new'));
    queue.wake();
    await phone.settle();
    expect(sent).toEqual([]);
    read.resolve();
    await phone.settle();
    expect(sent).toEqual(['stored', 'new']);
    await phone.settle();
    expect(await storedIn(storage)).toEqual([]);
  });

  it('SDK-13: nothing is sent without a connection; everything is sent once there is one', async () => {
    let connected = false;
    const { queue, phone, sent } = queueOf({ connected: () => connected });
    void queue.add(command('a'));
    void queue.add(command('b'));
    await phone.pass(60_000);
    expect(sent).toEqual([]);
    connected = true;
    queue.wake();
    await phone.settle();
    expect(sent).toEqual(['a', 'b']);
  });

  it('SDK-14: an expired command is not sent; a full queue refuses', async () => {
    let connected = false;
    const { queue, phone, sent, ended } = queueOf({ connected: () => connected });
    void queue.add(command('late', phone.clock.wallMs() + 1000));
    for (let n = 0; n < 99; n += 1) void queue.add(command(`c${n}`));
    expect(await queue.add(command('one too many'))).toMatchObject({ code: 'STORE_FULL' });
    await phone.pass(2000);
    connected = true;
    queue.wake();
    await phone.settle();
    await phone.settle();
    expect(ended[0]).toBe('late GONE');
    expect(sent).not.toContain('late');
  });
});

it('SDK-15: commands stored before the app died are sent by the next start under the same id', async () => {
  const storage = memoryStorage();
  const order: string[] = [];
  const noted = changed(storage, (store) => ({
    append: async (...records) => {
      const ids = await store.append(...records);
      order.push('stored');
      return ids;
    },
  }));
  const dying = queueOf({
    storage: noted,
    answers: () => {
      order.push('sent');
      return refusal('TIMEOUT');
    },
  });
  void dying.queue.add(command('a'));
  await dying.phone.settle();
  expect(order).toEqual(['stored', 'sent']);
  const next = queueOf({ storage });
  await next.phone.settle();
  expect(next.sent).toEqual(['a']);
  expect(next.events).toEqual([{ kind: 'open', commands: 1, fixes: 0 }]);
  await next.phone.settle();
  expect(await storedIn(storage)).toEqual([]);
});

it('SDK-16: with lost, duplicated and late messages each command has one effect, in order, and none is stuck (200 seeds)', async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const effects: string[] = [];
    const dice = device(seed).clock.random;
    const { queue, phone } = queueOf({
      seed,
      // The server: one effect per id, then an answer that may be lost.
      answers: (id) => {
        if (dice() < 0.2) return refusal('UNAVAILABLE');
        if (!effects.includes(id)) effects.push(id);
        return dice() < 0.4 ? refusal('TIMEOUT') : { ok: true };
      },
    });
    const ids = Array.from({ length: 20 }, (_, n) => `c${n}`);
    const outcomes = ids.map((id) => queue.add(command(id)));
    for (let turn = 0; turn < 400 && queue.size > 0; turn += 1) await phone.pass(11_000);
    expect([seed, effects]).toEqual([seed, ids]);
    await Promise.all(outcomes);
  }
});

it('SDK-13: ids are UUIDs of version 7 and rise with time', () => {
  const { clock, pass } = device();
  const first = newUuid(clock);
  void pass(1000);
  const second = newUuid(clock);
  for (const id of [first, second])
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(first < second).toBe(true);
});

it('SDK-15: closing answers pending callers and leaves stored commands for the next start', async () => {
  const storage = memoryStorage();
  const { queue, phone, store } = queueOf({ storage, connected: () => false });
  const outcome = queue.add(command('a'));
  await phone.settle();
  queue.close();
  await store.close();
  expect(await outcome).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
  expect(await storedIn(storage)).toEqual(['a']);
});

describe('SDK-55: an urgent command', () => {
  it('SDK-55: goes before the commands that wait, beside one without an answer, and before it is stored', async () => {
    const never = new Promise<number[]>(() => undefined);
    const storage = changed(memoryStorage(), () => ({ append: () => never }));
    const answer = Promise.withResolvers<{ ok: true }>();
    const { queue, phone, sent } = queueOf({
      storage,
      answers: (id) => (id === 'a' ? (answer.promise as never) : { ok: true }),
    });
    void queue.add(command('a'));
    void queue.add(command('b'));
    await phone.pass(6000);
    expect(sent).toEqual(['a']);
    expect(await queue.add(urgent('sos'))).toEqual({ ok: true });
    expect(sent).toEqual(['a', 'sos']);
  });

  it('SDK-55: is sent first by the next start, and is accepted by a queue that is full', async () => {
    const storage = memoryStorage();
    const dying = queueOf({ storage, connected: () => false });
    for (let n = 0; n < 100; n += 1) void dying.queue.add(command(`c${n}`));
    void dying.queue.add(urgent('sos'));
    for (let turn = 0; turn < 40; turn += 1) await dying.phone.settle();
    expect(await dying.queue.add(command('one too many'))).toMatchObject({ code: 'STORE_FULL' });
    const next = queueOf({ storage });
    for (let turn = 0; turn < 40; turn += 1) await next.phone.settle();
    expect(next.sent.slice(0, 3).sort()).toEqual(['c0', 'c1', 'sos']);
    expect(next.sent.indexOf('sos')).toBeLessThan(2);
    expect(next.sent.filter((id) => id !== 'sos')).toEqual(Array.from({ length: 100 }, (_, n) => `c${n}`));
  });
});

describe('SDK-58: a storage that fails', () => {
  it('SDK-58: is reported and not waited for: commands are sent from memory, in order', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const storage = changed(memoryStorage(), () => ({ append: () => Promise.reject(full) }));
    const { queue, phone, sent, events } = queueOf({ storage });
    void queue.add(command('a'));
    void queue.add(command('b'));
    await phone.settle();
    await phone.settle();
    expect(sent).toEqual(['a', 'b']);
    expect(events[1]).toEqual({ kind: 'failed', during: 'write', isFull: true, error: full });
  });

  it('SDK-58: what could not be stored is stored with the next command, once the storage works', async () => {
    const storage = memoryStorage();
    let isFull = true;
    const sometimes = changed(storage, (store) => ({
      append: (...records) => (isFull ? Promise.reject(new Error('full')) : store.append(...records)),
    }));
    const { queue, phone } = queueOf({ storage: sometimes, connected: () => false });
    void queue.add(command('a'));
    await phone.settle();
    isFull = false;
    void queue.add(command('b'));
    await phone.settle();
    expect(await storedIn(storage)).toEqual(['a', 'b']);
  });

  it('SDK-58: cannot be opened: commands are sent, and it is opened again later', async () => {
    const storage = memoryStorage();
    let tries = 0;
    const flaky: SdkStorage = {
      wipe: () => storage.wipe(),
      open: (options) => (tries++ < 2 ? Promise.reject(new Error('locked')) : storage.open(options)),
    };
    let connected = true;
    const { queue, phone, sent, events } = queueOf({ storage: flaky, connected: () => connected });
    void queue.add(command('a'));
    await phone.settle();
    expect(sent).toEqual(['a']);
    connected = false;
    void queue.add(command('b'));
    for (let turn = 0; turn < 5; turn += 1) await phone.pass(1000);
    expect(events.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'open']);
    expect(await storedIn(storage)).toEqual(['b']);
  });

  it('SDK-58: takes for ever: commands are sent, and so are those of earlier starts when it is there', async () => {
    const storage = memoryStorage();
    const dying = queueOf({ storage, connected: () => false });
    void dying.queue.add(command('stored'));
    await dying.phone.settle();
    const opened = Promise.withResolvers<void>();
    const slow: SdkStorage = {
      wipe: () => storage.wipe(),
      open: async (options) => {
        await opened.promise;
        return storage.open(options);
      },
    };
    const { queue, phone, sent, events } = queueOf({ storage: slow });
    void queue.add(command('a'));
    await phone.pass(2000);
    expect([sent, events]).toEqual([['a'], [{ kind: 'waiting' }]]);
    opened.resolve();
    await phone.settle();
    expect(sent).toEqual(['a', 'stored']);
  });

  it('SDK-58: damaged records are deleted, and the others are sent', async () => {
    const storage = memoryStorage();
    const store = await storage.open({ onLost: () => undefined });
    await store.append('commands', ['{"event":"trip:', '[]', JSON.stringify(command('a')), 'null']);
    await store.close();
    const { queue, phone, sent } = queueOf({ storage });
    await phone.settle();
    await phone.settle();
    expect([sent, queue.size]).toEqual([['a'], 0]);
    expect(await storedIn(storage)).toEqual([]);
  });
});

it('SDK-56: a client whose store was taken over sends nothing of it any more; its callers learn that the effect is unknown', async () => {
  const storage = memoryStorage();
  let connected = false;
  const first = queueOf({ storage, connected: () => connected });
  const outcome = first.queue.add(command('a'));
  await first.phone.settle();
  const second = queueOf({ storage });
  await second.phone.settle();
  connected = true;
  first.queue.wake();
  await first.phone.settle();
  expect([first.sent, second.sent]).toEqual([[], ['a']]);
  expect(await outcome).toMatchObject({ code: 'UNAVAILABLE', effect: 'unknown' });
  expect(first.events.at(-1)).toEqual({ kind: 'lost' });
});

it('SDK-14: a phone whose clock is set while a command waits still sends it within its window, and not after it', async () => {
  let connected = false;
  const { queue, phone, sent, ended } = queueOf({ connected: () => connected });
  void queue.add(command('kept', phone.clock.wallMs() + 5000));
  void queue.add(command('late', phone.clock.wallMs() + 500));
  phone.setClock(86_400_000);
  await phone.pass(1000);
  connected = true;
  queue.wake();
  await phone.settle();
  expect([sent, ended]).toEqual([['kept'], ['kept ok', 'late GONE']]);
});

it('TRIP-59: a command whose effect is unknown is reported once, and its end says what is known', async () => {
  const answers = [refusal('SCALE_004', 'none'), refusal('TIMEOUT', 'unknown'), refusal('SCALE_004', 'none')];
  const { queue, phone, sent, unconfirmed } = queueOf({
    answers: (id, attempt) =>
      id === 'a' ? (answers[attempt - 1] ?? { ok: true }) : refusal('SCALE_004', 'none'),
  });
  const first = queue.add(command('a'));
  await phone.settle();
  expect([sent, unconfirmed]).toEqual([['a'], []]);
  for (let round = 0; round < 8 && sent.length < 4; round += 1) await phone.pass(60_000);
  expect(await first).toEqual({ ok: true });
  expect([sent, unconfirmed]).toEqual([['a', 'a', 'a', 'a'], ['a']]);
  const second = queue.add(command('b'));
  await phone.settle();
  queue.close();
  expect(await second).toMatchObject({ code: 'UNAVAILABLE', effect: 'none' });
});

it('TRIP-59: the app that closes while a command is unanswered learns that its effect is unknown', async () => {
  const { queue, phone } = queueOf({ answers: () => refusal('TIMEOUT', 'unknown') });
  const ended = queue.add(command('a'));
  await phone.settle();
  queue.close();
  expect(await ended).toMatchObject({ code: 'UNAVAILABLE', effect: 'unknown' });
});

it('SDK-145: a command that is given after `close()` is refused at once and not stored', async () => {
  const { queue, phone } = queueOf();
  queue.close();
  expect(await queue.add(command('a'))).toMatchObject({ ok: false, code: 'UNAVAILABLE', effect: 'none' });
  await phone.settle();
  expect(queue.size).toBe(0);
});

it('TRIP-59: a server that does not know the field `effect` leaves it out: the effect is unknown where no server has answered', async () => {
  for (const [code, effect] of [
    ['UNAVAILABLE', 'unknown'],
    ['TIMEOUT', 'unknown'],
    ['INTERNAL', 'unknown'],
    ['BUSY', 'none'],
    ['SCALE_003', 'none'],
  ] as const) {
    const { queue, phone, unconfirmed } = queueOf({ answers: () => refusal(code) });
    const ended = queue.add(command('a'));
    await phone.settle();
    expect([code, unconfirmed]).toEqual([code, effect === 'unknown' ? ['a'] : []]);
    queue.close();
    expect(await ended).toMatchObject({ code: 'UNAVAILABLE', effect });
  }
});

it('TRIP-59: a command that expires before the server says whether it took effect ends with the effect unknown', async () => {
  for (const [code, effect] of [
    ['TIMEOUT', 'unknown'],
    ['BUSY', 'none'],
  ] as const) {
    const { queue, phone } = queueOf({ answers: () => refusal(code, effect) });
    const ended = queue.add(command('a', phone.clock.wallMs() + 1000));
    await phone.settle();
    for (let round = 0; round < 4; round += 1) await phone.pass(60_000);
    expect(await ended).toMatchObject({ code: 'GONE', effect });
  }
});
