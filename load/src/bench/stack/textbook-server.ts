import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { Server } from 'socket.io';
import { locationSchema } from './textbook-location.ts';

/**
 * The stack that tutorials build: Socket.IO's defaults, the classic Redis adapter, GEOADD and XADD for each fix, an emit to the trip's
 * room, and (with MONGODB_URI) one mongoose document for each fix. It is measured with and without the latter.
 */
interface Fix {
  driverId: string;
  seq: number;
  t: number;
  lat: number;
  lng: number;
}

const redisUrl = process.env.REDIS_STATE_URL ?? '';
const [redis, publisher, subscriber] = [new Redis(redisUrl), new Redis(redisUrl), new Redis(redisUrl)];
const Location = mongoose.model('Location', locationSchema());
const { MONGODB_URI: mongodbUri = '' } = process.env;
const keepsHistory = mongodbUri !== '';
if (keepsHistory) await mongoose.connect(mongodbUri);

const http = createServer();
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) });

async function onFix(fix: Fix, boot: string, followed: boolean): Promise<void> {
  await redis.geoadd('drivers', fix.lng, fix.lat, fix.driverId);
  await redis.xadd(
    'fixes',
    'MAXLEN',
    '~',
    100_000,
    '*',
    'driverId',
    fix.driverId,
    'seq',
    fix.seq,
    't',
    fix.t,
    'lat',
    fix.lat,
    'lng',
    fix.lng,
  );
  if (followed) {
    const { lat, lng, t: timestamp } = fix;
    io.of('/rider')
      .to(`trip:${fix.driverId}`)
      .emit('location:update', { driverId: fix.driverId, lat, lng, timestamp });
  }
  if (keepsHistory) await Location.create({ ...fix, boot });
}

io.of('/driver').on('connection', (socket) => {
  const { id: driverId, followed } = socket.handshake.auth as { id: string; followed: boolean };
  socket.on(
    'location:update',
    async (
      frame: { boot: string; fixes: [number, number, number, number][] },
      ack?: (reply: object) => void,
    ) => {
      for (const [seq, t, lat, lng] of frame.fixes)
        await onFix({ driverId, seq, t, lat, lng }, frame.boot, followed);
      ack?.({ ok: true });
    },
  );
});
io.of('/rider').on('connection', (socket) => {
  socket.on('follow', async (driverId: string, ack: (reply: object) => void) => {
    await socket.join(`trip:${driverId}`);
    ack({ ok: true });
  });
});
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
