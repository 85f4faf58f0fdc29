import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connection } from './connection.ts';
import { Recorder } from './recorder.ts';
import { loadSocketClient } from './socket-client.ts';

const SOON = { timeout: 20_000, interval: 20 };

let server: Server;
let target: string;
let errors: string[];
let recorder: Recorder;
let connection: Connection;

beforeEach(async () => {
  errors = [];
  const http = createServer();
  server = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  recorder = new Recorder({
    emit: (event: string, name: string) => (event === 'error' ? errors.push(name) : undefined),
  });
  connection = new Connection({
    client: loadSocketClient(),
    target,
    namespace: '/driver',
    transport: 'websocket',
    token: () => 'token',
    recorder,
    nowMs: () => performance.now(),
    onConnect: () => undefined,
    onEvent: () => undefined,
  });
});
afterEach(async () => {
  connection.close();
  recorder.close();
  await server.close();
});

it.each([
  { goodbye: { code: 'TOKEN_REVOKED' }, counted: 'connect.TOKEN_REVOKED' },
  { goodbye: { code: 'CONNECTION_REPLACED' }, counted: 'connect.CONNECTION_REPLACED' },
  { goodbye: { code: 'made up' }, counted: 'connect.OTHER' },
  { goodbye: null, counted: 'connect.DISCONNECTED' },
])('LOAD-3: a connection that the server ends is counted as $counted', async ({ goodbye, counted }) => {
  server.of('/driver').on('connection', (socket) => {
    if (goodbye !== null) socket.emit('goodbye', goodbye);
    socket.disconnect(true);
  });
  connection.open(performance.now());
  await vi.waitFor(() => expect(connection.isClosed).toBe(true), SOON);
  expect(errors).toEqual([counted]);
});
