import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { AnyServer, AnySocket } from '../socket-data.ts';
import { hotEvent, takeHotEvent } from './hot-event.ts';
import { HotWebSocketServer } from './hot-websocket.ts';

const WAIT = { timeout: 10_000, interval: 5 };

test('FIX-23: an event with one body is taken, all others of that name are heard by the listener, in order', async () => {
  const http = createServer();
  const io: AnyServer = new Server(http, { serveClient: false, wsEngine: HotWebSocketServer });
  const heard: unknown[] = [];
  const namespace = io.of('/driver');
  const told = hotEvent(namespace, 'told');
  namespace.on('connection', (socket: AnySocket) => {
    socket.on(told.name, (...args) => heard.push({ args }));
    takeHotEvent(socket, told, (body) => heard.push({ taken: body }));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new WebSocket(
    `ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`,
  );
  const joined = vi.fn();
  client.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('0')) client.send('40/driver,');
    else if (text.startsWith('40')) joined();
  });
  await vi.waitFor(() => expect(joined).toHaveBeenCalled(), WAIT);
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
    client.send(`42/driver,${packet}`);
    await vi.waitFor(() => expect(heard).toHaveLength(index + 1), WAIT);
  }
  expect(heard).toEqual(sent.map(([, each]) => each));
  client.terminate();
  await io.close();
});
