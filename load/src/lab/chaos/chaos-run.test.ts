import { expect, test } from 'vitest';
import type { RunEvent } from '../run-report.ts';
import { Recorder } from '../runner/recorder.ts';
import type { ChaosPlace } from './chaos-place.ts';
import { chaosDisturbance } from './chaos-run.ts';

/** Time for one fault. With this seed it is one that stops a program. */
const SETTINGS = { users: 1, minutes: 0.1, rate: 1, transport: 'websocket', seed: 'a' } as const;

/** Plays the first fault, in which the load ends. */
function endDuringFault(start: () => Promise<void>) {
  const load = new AbortController();
  const events: RunEvent[] = [];
  const place = {
    urls: ['http://127.0.0.1:1'],
    issueToken: async () => 'token',
    mongoProxy: null,
    logProxy: { streamReadDelayMs: 0 },
    cluster: {
      processes: [{ name: 'api-1' }],
      servers: [],
      kill: async () => load.abort(),
      start,
    },
  } as unknown as ChaosPlace; // What a fault touches of a cluster; a real one takes half a minute to start.
  const running = chaosDisturbance(place, SETTINGS).run({
    // The users are connected by now, so that the first fault is due.
    startedAt: Date.now() - 60_000,
    recorder: new Recorder(() => 'rideline'),
    records: () => [],
    onEvent: (event) => events.push(event),
    onProgress: () => undefined,
    signal: load.signal,
  });
  return { running, kinds: () => events.map(({ kind }) => kind).filter((kind) => kind !== 'note') };
}

test('LOAD-18: a fault in which the load ends is healed, and the report says so', async () => {
  let healed = 0;
  const { running, kinds } = endDuringFault(async () => {
    healed++;
  });
  await running;
  expect(healed).toBe(1);
  expect(kinds()).toEqual(['fault', 'healed']);
});

test('LOAD-18: a fault that cannot be healed is an error, also when the load has ended', async () => {
  const { running, kinds } = endDuringFault(() => Promise.reject(new Error('api-1 does not start')));
  await expect(running).rejects.toThrow('api-1 does not start');
  expect(kinds()).toEqual(['fault']);
});
