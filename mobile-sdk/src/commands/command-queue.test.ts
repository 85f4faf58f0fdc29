import { CodedError, type CommandEffect, type ErrorCode } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { newUuid } from '../uuid.ts';
import { CommandQueue, type CommandStorage, type StoredCommand } from './command-queue.ts';

/** A clock that the test advances, with seeded randomness. */
function device(seed = 1) {
  let now = 1_000_000;
  let state = seed;
  const timers = new Set<{ at: number; fn: () => void }>();
  const clock = {
    wallMs: () => now,
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

function queueOf(
  options: {
    answers?: (commandId: string, attempt: number) => ReturnType<typeof refusal> | { ok: true };
    connected?: () => boolean;
    storage?: CommandStorage;
    seed?: number;
  } = {},
) {
  const phone = device(options.seed);
  const sent: string[] = [];
  const attempts = new Map<string, number>();
  const ended: string[] = [];
  const unconfirmed: string[] = [];
  const queue = new CommandQueue({
    clock: phone.clock,
    storage: options.storage,
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
    onStorageError: (error) => {
      throw error;
    },
  });
  return { queue, phone, sent, ended, unconfirmed };
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
    const loaded = Promise.withResolvers<string | null>();
    const saves: string[] = [];
    const storage: CommandStorage = {
      load: () => loaded.promise,
      save: async (text) => void saves.push(text),
    };
    const { queue, phone, sent } = queueOf({ storage });
    const restoring = queue.restore();
    void queue.add(command('new'));
    queue.wake();
    await phone.settle();
    expect([sent, saves]).toEqual([[], []]);
    loaded.resolve(JSON.stringify([command('stored')]));
    await restoring;
    await phone.settle();
    expect(sent).toEqual(['stored', 'new']);
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
  let stored: string | null = null;
  const order: string[] = [];
  const storage: CommandStorage = {
    load: async () => stored,
    save: async (text) => {
      order.push('save');
      stored = text;
    },
  };
  const dying = queueOf({ storage, answers: () => refusal('TIMEOUT') });
  void dying.queue.add(command('a'));
  await dying.phone.settle();
  expect(order[0]).toBe('save');
  expect(dying.sent).toEqual(['a']);
  const next = queueOf({ storage });
  await next.queue.restore();
  await next.phone.settle();
  expect(next.sent).toEqual(['a']);
  expect(stored).toBe('[]');
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
  let stored: string | null = null;
  const storage: CommandStorage = {
    load: async () => stored,
    save: async (text) => {
      stored = text;
    },
  };
  const { queue, phone } = queueOf({ storage, connected: () => false });
  const outcome = queue.add(command('a'));
  await phone.settle();
  queue.close();
  expect(await outcome).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
  expect(stored).toContain('"a"');
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
