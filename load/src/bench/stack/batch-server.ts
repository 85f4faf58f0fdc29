import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { Server } from 'socket.io';
import { FixBuffer } from './fix-buffer.ts';
import { serveBench } from './rival-process.ts';
import { locationSchema } from './textbook-location.ts';

/**
 * The cheap design that is often recommended: the newest position of each driver in a key with a time to live (SETEX), a PUBLISH for a driver
 * who is followed, which every node subscribes to and emits to its own room, and history collected in the process for 30 s and stored with
 * one insertMany. No search, no log: a kill loses 30 s of acknowledged fixes.
 */
interface Fix {
  driverId: string;
  boot: string;
  seq: number;
  t: number;
  lat: number;
  lng: number;
}

const BATCH_MS = 30_000;
const POSITION_TTL_SECONDS = 60;
const { REDIS_STATE_URL: redisUrl = '', MONGODB_URI: mongodbUri = '' } = process.env;
const [redis, subscriber] = [new Redis(redisUrl), new Redis(redisUrl)];
const Location = mongoose.model('Location', locationSchema());
await mongoose.connect(mongodbUri);

const buffer = new FixBuffer<Fix>((fixes) => Location.insertMany(fixes, { ordered: false, lean: true }), {
  waitMs: BATCH_MS,
});

const http = createServer();
const io = new Server(http);

io.of('/driver').on('connection', (socket) => {
  const { id: driverId, followed } = socket.handshake.auth as { id: string; followed: boolean };
  socket.on(
    'location:update',
    async (
      frame: { boot: string; fixes: [number, number, number, number][] },
      ack?: (reply: object) => void,
    ) => {
      for (const [seq, t, lat, lng] of frame.fixes)
        buffer.add({ driverId, boot: frame.boot, seq, t, lat, lng });
      const [, timestamp, lat, lng] = frame.fixes.at(-1) ?? [0, 0, 0, 0];
      const position = JSON.stringify({ driverId, lat, lng, timestamp });
      await redis.setex(`driver:${driverId}`, POSITION_TTL_SECONDS, position);
      if (followed) await redis.publish(`trip:${driverId}`, position);
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
subscriber.on('pmessage', (_pattern: string, trip: string, position: string) => {
  io.of('/rider').to(trip).emit('location:update', JSON.parse(position));
});
await subscriber.psubscribe('trip:*');
serveBench(http, { handled: () => buffer.stored, flush: () => buffer.flush() });
