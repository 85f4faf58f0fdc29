import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/** Socket.IO that only acknowledges an event when asked to: the floor of every gateway built on it. */
const http = createServer();
const io = new Server(http, { serveClient: false, transports: ['websocket'], perMessageDeflate: false });
io.of('/driver').on('connection', (socket) => {
  socket.on('location:update', (_frame: unknown, ack?: (reply: object) => void) => ack?.({ ok: true }));
});
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
