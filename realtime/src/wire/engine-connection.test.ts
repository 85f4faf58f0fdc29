import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { closeWithin, type EngineConnection } from './engine-connection.ts';

/** Engine.IO's own wait for the next poll is 30 s. */
const SOON = { timeout: 10_000, interval: 10 };
const LINGER_MS = 100;

let http: HttpServer;
let io: Server;
let url: string;
beforeEach(async () => {
  http = createServer();
  io = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=polling`;
});
afterEach(async () => {
  await io.close();
});

/** A client that opened a session by polling and polls no more. */
async function openPolling(): Promise<EngineConnection> {
  const opened = new Promise<EngineConnection>((resolve) => {
    io.engine.once('connection', (connection: unknown) => resolve(connection as EngineConnection));
  });
  await (await fetch(url)).text();
  return opened;
}

it('OPS-95: a polling client that reads no more is closed after the time to linger, with and without packets left', async () => {
  const idle = await openPolling();
  closeWithin(idle, LINGER_MS);
  const behind = await openPolling();
  behind.sendPacket('ping');
  closeWithin(behind, LINGER_MS);
  await vi.waitFor(() => expect([idle.readyState, behind.readyState]).toEqual(['closed', 'closed']), SOON);
});
