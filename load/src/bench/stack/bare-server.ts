import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/** Socket.IO that does nothing with an event but acknowledge it when asked: the floor that every gateway on it stands on. */
const http = createServer();
const io = new Server(http, { serveClient: false, transports: ['websocket'], perMessageDeflate: false });
io.of('/driver').on('connection', (socket) => {
  socket.on('location:update', (_frame: unknown, ack?: (reply: object) => void) => ack?.({ ok: true }));
});
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
