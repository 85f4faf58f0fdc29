import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { Server } from 'socket.io';
import { STATE_AFTER } from '../generator/trip-commands.ts';
import { FixBuffer } from './fix-buffer.ts';
import { serveBench } from './rival-process.ts';
import { locationSchema } from './textbook-location.ts';

/**
 * The stack that tutorials build: Socket.IO's defaults, the classic Redis adapter, GEOADD and XADD for each fix, an emit to the trip's
 * room; of a frame of several fixes only the newest is placed and emitted, as ours does. TEXTBOOK_HISTORY is `none`, `create` (one mongoose document for each fix, stored before the frame is acknowledged) or `insertMany`
 * (documents are collected for a second, at most 500, and stored together; a frame is acknowledged once Redis has it).
 */
interface Fix {
  driverId: string;
  boot: string;
  seq: number;
  t: number;
  lat: number;
  lng: number;
}

const BATCH = { waitMs: 1000, most: 500 };
const {
  REDIS_STATE_URL: redisUrl = '',
  MONGODB_URI: mongodbUri = '',
  TEXTBOOK_HISTORY: history,
} = process.env;
const [redis, publisher, subscriber] = [new Redis(redisUrl), new Redis(redisUrl), new Redis(redisUrl)];
const Location = mongoose.model('Location', locationSchema());
if (history !== 'none') await mongoose.connect(mongodbUri);

// `lean` spares a hydrated document for each fix: what mongoose itself recommends for large inserts.
const buffer = new FixBuffer<Fix>(
  (fixes) => Location.insertMany(fixes, { ordered: false, lean: true }),
  BATCH,
);
let handled = 0;

const http = createServer();
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) });

async function onFix(fix: Fix, followed: boolean, isNewest: boolean): Promise<void> {
  const { driverId, seq, t, lat, lng } = fix;
  if (isNewest) await redis.geoadd('drivers', lng, lat, driverId);
  const fields = ['driverId', driverId, 'seq', seq, 't', t, 'lat', lat, 'lng', lng];
  await redis.xadd('fixes', 'MAXLEN', '~', 100_000, '*', ...fields);
  if (isNewest && followed)
    io.of('/rider').to(`trip:${driverId}`).emit('location:update', { driverId, lat, lng, timestamp: t });
  if (history === 'create') await Location.create(fix);
  if (history === 'insertMany') buffer.add(fix);
  else handled++;
}

io.of('/driver').on('connection', (socket) => {
  const { id: driverId, followed } = socket.handshake.auth as { id: string; followed: boolean };
  socket.on(
    'location:update',
    async (
      frame: { boot: string; fixes: [number, number, number, number][] },
      ack?: (reply: object) => void,
    ) => {
      const { boot, fixes } = frame;
      for (const [index, [seq, t, lat, lng]] of fixes.entries())
        await onFix({ driverId, boot, seq, t, lat, lng }, followed, index === fixes.length - 1);
      ack?.({ ok: true });
    },
  );
  socket.on(
    'trip:command',
    async (command: { tripId: string; action: string; at: number }, ack: (reply: object) => void) => {
      const { tripId, action, at } = command;
      const state = STATE_AFTER[action as keyof typeof STATE_AFTER];
      const version = await redis.hincrby(`trip:${tripId}`, 'version', 1);
      await redis.hset(`trip:${tripId}`, 'state', state, 'at', at);
      io.of('/rider').to(`trip:${driverId}`).emit('trip:event', { tripId, version, state, at });
      ack({ ok: true });
    },
  );
});
io.of('/rider').on('connection', (socket) => {
  socket.on('follow', async (driverId: string, ack: (reply: object) => void) => {
    await socket.join(`trip:${driverId}`);
    ack({ ok: true });
  });
});
serveBench(http, { handled: () => handled + buffer.stored, flush: () => buffer.flush() });
