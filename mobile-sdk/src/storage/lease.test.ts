import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { World } from '../../test/model-fleet.ts';
import type { SdkClock } from '../time/clock.ts';
import { fromNodeSqlite } from './from-sqlite-libraries.ts';
import { isLeaseFree, LEASE_MS } from './lease.ts';
import { StoreLostError } from './storage.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function twoProcesses() {
  const world = new World();
  let wallOffMs = 1_800_000_000_000;
  const clock: SdkClock = {
    wallMs: () => wallOffMs + world.nowMs,
    monotonicMs: () => world.nowMs,
    random: () => 0.5,
    after: (delayMs, fn) => world.after(delayMs, fn),
  };
  /** Timers of a process that is stopped do not run. */
  const stopped = { is: false };
  const stoppable: SdkClock = {
    ...clock,
    after: (delayMs, fn) => world.after(delayMs, () => void (stopped.is || fn())),
  };
  const database = new DatabaseSync(':memory:');
  return {
    first: fromNodeSqlite(database, { clock: stoppable }),
    second: fromNodeSqlite(database, { clock }),
    stopped,
    setClock: (byMs: number) => {
      wallOffMs += byMs;
    },
    pass: (ms: number) => world.pass(ms, settle),
  };
}

it('SDK-56: a lease lasts while its holder lives, and ends 15 s after it stopped; the stopped one changes nothing any more', async () => {
  const { first, second, stopped, pass } = twoProcesses();
  let lost = 0;
  const held = await first.open({ onLost: () => void lost++ });
  await held.append('commands', ['"a"']);
  let taken: Awaited<ReturnType<typeof second.open>> | undefined;
  void second.open({ onLost: () => undefined }).then((store) => {
    taken = store;
  });
  await pass(10 * 60_000);
  expect(taken).toBeUndefined();
  stopped.is = true;
  await pass(LEASE_MS + 5000);
  expect((await taken?.read('commands', 0, 10))?.map(({ text }) => text)).toEqual(['"a"']);
  await expect(held.append('commands', ['"late"'])).rejects.toThrow(StoreLostError);
  expect(lost).toBe(1);
  expect(await taken?.read('commands', 0, 10)).toHaveLength(1);
});

it('SDK-56: a store that was closed is open to the next client at once', async () => {
  const { first, second, pass } = twoProcesses();
  await (await first.open({ onLost: () => undefined })).close();
  let isOpen = false;
  void second.open({ onLost: () => undefined }).then(() => {
    isOpen = true;
  });
  await pass(0);
  expect(isOpen).toBe(true);
});

it('SDK-56: a wall clock that is set by a day neither keeps a lease for a day nor lets two clients write', async () => {
  for (const byMs of [-86_400_000, 86_400_000]) {
    const { first, second, setClock, pass } = twoProcesses();
    const held = await first.open({ onLost: () => undefined });
    setClock(byMs);
    let next: Awaited<ReturnType<typeof second.open>> | undefined;
    void second.open({ onLost: () => undefined }).then((store) => {
      next = store;
    });
    await pass(LEASE_MS);
    // Either the first one has renewed it in time, or the second one has it alone.
    const written = await held.append('commands', ['"a"']).then(
      () => true,
      () => false,
    );
    expect(written).toBe(next === undefined);
  }
  expect(isLeaseFree({ fence: 1, until: 86_400_000 }, 0)).toBe(true);
  expect(isLeaseFree({ fence: 1, until: LEASE_MS }, 1)).toBe(false);
});
