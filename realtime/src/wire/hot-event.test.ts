import { expect, test, vi } from 'vitest';
import { hotEvent, takeHotEvent } from './hot-event.ts';
import { connectByHand } from './wire-harness.ts';

const WAIT = { timeout: 10_000, interval: 5 };

test('FIX-23: an event with one body is taken, all others of that name are heard by the listener, in order', async () => {
  await using harness = await connectByHand('/driver');
  const heard: unknown[] = [];
  const told = hotEvent(harness.namespace, 'told');
  harness.socket.on(told.name, (...args) => heard.push({ args }));
  takeHotEvent(harness.socket, told, (body) => heard.push({ taken: body }));
  const sent: [packet: string, heard: unknown][] = [
    ['["told",{"n":1}]', { taken: { n: 1 } }],
    ['["told",{"n":2},{"n":3}]', { args: [{ n: 2 }, { n: 3 }] }],
    ['["told"]', { args: [] }],
    ['["told",null]', { taken: null }],
    ['["told",[4]] ', { args: [[4]] }],
    ['["told",{"text":"]"}]', { taken: { text: ']' } }],
    ['["told","Żółć"]', { args: ['Żółć'] }],
    ['["told",5]', { taken: 5 }],
  ];
  for (const [index, [packet]] of sent.entries()) {
    harness.client.send(`42/driver,${packet}`);
    await vi.waitFor(() => expect(heard).toHaveLength(index + 1), WAIT);
  }
  expect(heard).toEqual(sent.map(([, each]) => each));
});
