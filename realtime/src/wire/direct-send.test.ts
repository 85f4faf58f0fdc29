import { expect, test, vi } from 'vitest';
import type { AnySocket } from '../socket/socket-data.ts';
import { directEvent, sendDirectly } from './direct-send.ts';
import { connectByHand } from './wire-harness.ts';

const WAIT = { timeout: 10_000, interval: 5 };

const waitingIn = (socket: AnySocket) =>
  (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length;

test('TRACK-24: what is written directly keeps its place among all other events', async () => {
  await using harness = await connectByHand('/rider');
  const wanted: string[] = [];
  for (let n = 0; n < 3000; n++) {
    const body = { n, text: 'x'.repeat(n % 400) };
    wanted.push(`42/rider,["told",${JSON.stringify(body)}]`);
    if (n % 3 === 1) harness.socket.emit('told', body);
    else sendDirectly(harness.socket, directEvent('/rider', 'told', body));
    if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(harness.heard).toHaveLength(wanted.length), WAIT);
  expect(harness.heard).toEqual(wanted);
});

test('TRACK-24: a client that does not read fills the buffer in which the slow are found, and hears all when it reads', async () => {
  await using harness = await connectByHand('/rider');
  harness.client.pause();
  const text = 'x'.repeat(60_000);
  let sent = 0;
  await vi.waitFor(() => {
    for (let n = 0; n < 50; n++)
      sendDirectly(harness.socket, directEvent('/rider', 'told', { n: sent++, text }));
    expect(waitingIn(harness.socket)).toBeGreaterThan(100);
  }, WAIT);
  harness.client.resume();
  await vi.waitFor(() => expect(harness.heard).toHaveLength(sent), WAIT);
  expect(harness.heard.map((message) => JSON.parse(message.slice(9))[1].n)).toEqual(
    Array.from({ length: sent }, (_, n) => n),
  );
});

test('TRACK-24: what is not ASCII, or too long for a small frame, goes the long way and arrives as it is', async () => {
  await using harness = await connectByHand('/rider');
  const bodies = [{ text: 'Żółć 🚕' }, { text: 'y'.repeat(70_000) }, { text: 'z'.repeat(125) }, {}];
  for (const body of bodies) sendDirectly(harness.socket, directEvent('/rider', 'told', body));
  await vi.waitFor(() => expect(harness.heard).toHaveLength(bodies.length), WAIT);
  expect(harness.heard.map((message) => JSON.parse(message.slice(9))[1])).toEqual(bodies);
});
