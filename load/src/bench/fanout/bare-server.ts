import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/** Socket.IO on one node that passes a driver's fix to the room of their riders and does nothing else: the floor of a fan-out. */
interface Frame {
  readonly fixes: readonly (readonly [seq: number, t: number, lat: number, lng: number])[];
}

const http = createServer();
const io = new Server(http, { serveClient: false, transports: ['websocket'], perMessageDeflate: false });
const riders = io.of('/rider');

io.of('/driver').on('connection', (socket) => {
  const { id: driverId } = socket.handshake.auth as { id: string };
  socket.on('location:update', ({ fixes }: Frame, ack?: (reply: object) => void) => {
    for (const [, timestamp, lat, lng] of fixes)
      riders.to(`trip:${driverId}`).emit('location:update', { driverId, lat, lng, timestamp });
    ack?.({ ok: true });
  });
});
riders.on('connection', (socket) => {
  socket.on('follow', async (driverId: string, ack: (reply: object) => void) => {
    await socket.join(`trip:${driverId}`);
    ack({ ok: true });
  });
});
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
