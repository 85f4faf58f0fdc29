import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { WebSocket } from 'ws';
import { HotWebSocketServer } from './hot-websocket.ts';

/**
 * For the tests here: a Socket.IO server with our websocket engine, one client that speaks the protocol without a library, and the events
 * that the client received, as they were on the wire.
 */
export async function connectRawClient(namespaceName: `/${string}`) {
  const http = createServer();
  const io: Server = new Server(http, { serveClient: false, wsEngine: HotWebSocketServer });
  const namespace = io.of(namespaceName);
  const joined = new Promise<Socket>((resolve) => namespace.on('connection', resolve));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new WebSocket(
    `ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`,
  );
  const received: string[] = [];
  client.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('0')) client.send(`40${namespaceName},`);
    else if (text.startsWith('42')) received.push(text);
  });
  return {
    client,
    received,
    namespace,
    socket: await joined,
    async [Symbol.asyncDispose]() {
      client.terminate();
      await io.close();
    },
  };
}
