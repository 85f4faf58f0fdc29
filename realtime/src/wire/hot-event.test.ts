import { expect, test, vi } from 'vitest';
import { hotEvent, takeHotEvent } from './hot-event.ts';
import { connectRawClient } from './wire-harness.ts';

const WAIT = { timeout: 10_000, interval: 5 };

test('FIX-23: an event with one body takes the fast path, the listener receives all others of that name, in order', async () => {
  await using harness = await connectRawClient('/driver');
  const received: unknown[] = [];
  const moved = hotEvent(harness.namespace, 'moved');
  harness.socket.on(moved.name, (...args) => received.push({ args }));
  takeHotEvent(harness.socket, moved, (body) => received.push({ taken: body }));
  const sent: [packet: string, received: unknown][] = [
    ['["moved",{"n":1}]', { taken: { n: 1 } }],
    ['["moved",{"n":2},{"n":3}]', { args: [{ n: 2 }, { n: 3 }] }],
    ['["moved"]', { args: [] }],
    ['["moved",null]', { taken: null }],
    ['["moved",[4]] ', { args: [[4]] }],
    ['["moved",{"text":"]"}]', { taken: { text: ']' } }],
    ['["moved","Żółć"]', { args: ['Żółć'] }],
    ['["moved",5]', { taken: 5 }],
  ];
  for (const [index, [packet]] of sent.entries()) {
    harness.client.send(`42/driver,${packet}`);
    await vi.waitFor(() => expect(received).toHaveLength(index + 1), WAIT);
  }
  expect(received).toEqual(sent.map(([, each]) => each));
});
