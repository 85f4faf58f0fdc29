import type { Socket } from 'socket.io';
import { expect, test, vi } from 'vitest';
import { directEvent, sendDirectly } from './direct-send.ts';
import { connectRawClient } from './wire-harness.ts';

const WAIT = { timeout: 10_000, interval: 5 };

const waitingIn = (socket: Socket) =>
  (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length;

test('TRACK-24: directly written events keep their order among all other events', async () => {
  await using harness = await connectRawClient('/rider');
  const expected: string[] = [];
  for (let n = 0; n < 3000; n++) {
    const body = { n, text: 'x'.repeat(n % 400) };
    expected.push(`42/rider,["moved",${JSON.stringify(body)}]`);
    if (n % 3 === 1) harness.socket.emit('moved', body);
    else sendDirectly(harness.socket, directEvent('/rider', 'moved', body));
    if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(harness.received).toHaveLength(expected.length), WAIT);
  expect(harness.received).toEqual(expected);
});

test('TRACK-24: a client that does not read fills the write buffer that detects slow clients, and receives everything once it reads', async () => {
  await using harness = await connectRawClient('/rider');
  harness.client.pause();
  const text = 'x'.repeat(60_000);
  let sent = 0;
  await vi.waitFor(() => {
    for (let n = 0; n < 50; n++)
      sendDirectly(harness.socket, directEvent('/rider', 'moved', { n: sent++, text }));
    expect(waitingIn(harness.socket)).toBeGreaterThan(100);
  }, WAIT);
  harness.client.resume();
  await vi.waitFor(() => expect(harness.received).toHaveLength(sent), WAIT);
  expect(harness.received.map((message) => JSON.parse(message.slice(9))[1].n)).toEqual(
    Array.from({ length: sent }, (_, n) => n),
  );
});

test('TRACK-24: texts that are not ASCII or too long for a small frame take the normal path and arrive unchanged', async () => {
  await using harness = await connectRawClient('/rider');
  const bodies = [{ text: 'Żółć 🚕' }, { text: 'y'.repeat(70_000) }, { text: 'z'.repeat(125) }, {}];
  for (const body of bodies) sendDirectly(harness.socket, directEvent('/rider', 'moved', body));
  await vi.waitFor(() => expect(harness.received).toHaveLength(bodies.length), WAIT);
  expect(harness.received.map((message) => JSON.parse(message.slice(9))[1])).toEqual(bodies);
});
