import type { Ack } from '@rideline/contract';
import { expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { isAlive, PROBE_MS, type ProbedConnection } from './probe.ts';

/** A connection whose server answers after `answerMs`, and sends something else after `otherMs`. */
function newConnection(clock: TestClock, { answerMs = Infinity, otherMs = Infinity }) {
  let heard = 7;
  const hear = (afterMs: number, then: () => void) => {
    if (afterMs === Infinity) return;
    clock.after(afterMs, () => {
      heard++;
      then();
    });
  };
  hear(otherMs, () => undefined);
  const connection: ProbedConnection = {
    get heard() {
      return heard;
    },
    request: <Reply extends object>() =>
      new Promise<Ack<Reply>>((resolve) => {
        clock.after(PROBE_MS, () => resolve({ ok: false, code: 'TIMEOUT' }));
        // A refusal shows life as well as the time does.
        hear(answerMs, () => resolve({ ok: false, code: 'SHED' }));
      }),
  };
  return connection;
}

async function outcome(parts: { answerMs?: number; otherMs?: number }) {
  const clock = new TestClock();
  const startMs = clock.monotonicMs();
  let endMs: number | undefined;
  const alive = isAlive(newConnection(clock, parts), clock).finally(() => {
    endMs = clock.monotonicMs();
  });
  await clock.pass(10_000);
  return [await alive, (endMs ?? Infinity) - startMs];
}

it('SDK-74: a connection is alive when the server answers within 2 s, whatever it answers', async () => {
  expect(await outcome({ answerMs: 1900 })).toEqual([true, 1900]);
  expect(await outcome({ answerMs: 2100 })).toEqual([false, 2000]);
});

it('SDK-74: anything that arrives within the 2 s shows life on a network that is too slow for the answer', async () => {
  expect(await outcome({ otherMs: 500 })).toEqual([true, 2000]);
});

it('SDK-74: a connection that is silent for 2 s is dead, whatever its flag says', async () => {
  expect(await outcome({})).toEqual([false, 2000]);
});
