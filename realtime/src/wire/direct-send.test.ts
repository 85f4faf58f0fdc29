import { expect, test, vi } from 'vitest';
import type { AnySocket } from '../socket/socket-data.ts';
import { directEvent, sendDirectly } from './direct-send.ts';
import { connectByHand } from './wire-harness.ts';

const WAIT = { timeout: 10_000, interval: 5 };

const waitingIn = (socket: AnySocket) =>
  (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length;

test('TRACK-24: what is written directly keeps its place among all other events', async () => {
  await using bed = await connectByHand('/rider');
  const wanted: string[] = [];
  for (let n = 0; n < 3000; n++) {
    const body = { n, text: 'x'.repeat(n % 400) };
    wanted.push(`42/rider,["told",${JSON.stringify(body)}]`);
    if (n % 3 === 1) bed.socket.emit('told', body);
    else sendDirectly(bed.socket, directEvent('/rider', 'told', body));
    if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(bed.heard).toHaveLength(wanted.length), WAIT);
  expect(bed.heard).toEqual(wanted);
});

test('TRACK-24: a client that does not read fills the buffer in which the slow are found, and hears all when it reads', async () => {
  await using bed = await connectByHand('/rider');
  bed.client.pause();
  const text = 'x'.repeat(60_000);
  let sent = 0;
  await vi.waitFor(() => {
    for (let n = 0; n < 50; n++) sendDirectly(bed.socket, directEvent('/rider', 'told', { n: sent++, text }));
    expect(waitingIn(bed.socket)).toBeGreaterThan(100);
  }, WAIT);
  bed.client.resume();
  await vi.waitFor(() => expect(bed.heard).toHaveLength(sent), WAIT);
  expect(bed.heard.map((message) => JSON.parse(message.slice(9))[1].n)).toEqual(
    Array.from({ length: sent }, (_, n) => n),
  );
});

test('TRACK-24: what is not ASCII, or too long for a small frame, goes the long way and arrives as it is', async () => {
  await using bed = await connectByHand('/rider');
  const bodies = [{ text: 'Żółć 🚕' }, { text: 'y'.repeat(70_000) }, { text: 'z'.repeat(125) }, {}];
  for (const body of bodies) sendDirectly(bed.socket, directEvent('/rider', 'told', body));
  await vi.waitFor(() => expect(bed.heard).toHaveLength(bodies.length), WAIT);
  expect(bed.heard.map((message) => JSON.parse(message.slice(9))[1])).toEqual(bodies);
});
