import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { AnyServer, AnySocket } from '../socket-data.ts';
import { directEvent, sendDirectly } from './direct-send.ts';
import { HotWebSocketServer } from './hot-websocket.ts';

const WAIT = { timeout: 10_000, interval: 5 };

/** A Socket.IO server of ours, one client of its namespace that speaks the protocol by hand, and what the client heard. */
async function connected() {
  const http = createServer();
  const io: AnyServer = new Server(http, { serveClient: false, wsEngine: HotWebSocketServer });
  const sockets: AnySocket[] = [];
  io.of('/rider').on('connection', (socket) => sockets.push(socket));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new WebSocket(
    `ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`,
  );
  const heard: string[] = [];
  client.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('0')) client.send('40/rider,');
    else if (text.startsWith('42')) heard.push(text);
  });
  await vi.waitFor(() => expect(sockets).toHaveLength(1), WAIT);
  return {
    client,
    heard,
    socket: sockets[0] as AnySocket,
    async [Symbol.asyncDispose]() {
      client.terminate();
      await io.close();
    },
  };
}

const waitingIn = (socket: AnySocket) =>
  (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length;

test('TRACK-24: what is written directly keeps its place among all other events', async () => {
  await using bed = await connected();
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
  await using bed = await connected();
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
  await using bed = await connected();
  const bodies = [{ text: 'Żółć 🚕' }, { text: 'y'.repeat(70_000) }, { text: 'z'.repeat(125) }, {}];
  for (const body of bodies) sendDirectly(bed.socket, directEvent('/rider', 'told', body));
  await vi.waitFor(() => expect(bed.heard).toHaveLength(bodies.length), WAIT);
  expect(bed.heard.map((message) => JSON.parse(message.slice(9))[1])).toEqual(bodies);
});
