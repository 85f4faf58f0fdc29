import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Car } from './car.ts';
import { Connection } from './connection.ts';
import { FixStream } from './fix-stream.ts';
import { Lab } from './lab.ts';
import { readSettings } from './settings.ts';

interface Frame {
  readonly boot: string;
  readonly fixes: readonly (readonly [seq: number, ...rest: unknown[]])[];
  readonly lowest?: number;
}
type Answer = { ok: true } | { ok: false; code: string; retryAfterMs?: number } | 'silence';

const SOON = { timeout: 20_000, interval: 20 };
/** Long enough for a busy machine to answer what is answered. */
const ACK_SECONDS = '3';

/** What the server answers to each frame, in order; then `ok`. */
let answers: Answer[];
let frames: Frame[];
let server: Server;
let lab: Lab;
let connection: Connection;
let stream: FixStream;
let counts: Map<string, number>;

beforeEach(async () => {
  answers = [];
  frames = [];
  counts = new Map();
  const http = createServer();
  server = new Server(http);
  server.of('/driver').on('connection', (socket) => {
    socket.on('location:update', (frame: Frame, ack: (answer: Answer) => void) => {
      frames.push(frame);
      const answer = answers.shift() ?? { ok: true };
      if (answer !== 'silence') ack(answer);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const settings = readSettings(
    {
      target: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      users: 1,
      groups: { drivers: { share: 1, does: ['drive'] } },
      plan: { location: [[0, 1]] },
    },
    { RIDELINE_ACK_TIMEOUT_SECONDS: ACK_SECONDS },
  );
  const add = (name: string, by: number) => counts.set(name, (counts.get(name) ?? 0) + by);
  lab = new Lab(settings, {
    emit: (event: string, name: string, value?: number) =>
      add(event === 'error' ? `errors.${name}` : name, event === 'counter' ? (value ?? 0) : 1),
  });
  connection = new Connection({
    client: lab.client,
    target: settings.target,
    namespace: '/driver',
    transport: 'websocket',
    token: () => 'token',
    recorder: lab.recorder,
    nowMs: lab.nowMs,
    onConnect: () => stream.send(),
    onEvent: () => undefined,
  });
  stream = new FixStream(lab, { driverId: 'd', car: new Car({ lat: 37, lng: -122 }), connection });
});
afterEach(async () => {
  connection.close();
  await server.close();
  await lab.close();
});

const connect = async () => {
  connection.open(lab.nowMs());
  expect(await connection.connected(20_000)).toBe(true);
};
const seqs = () => frames.map(({ fixes }) => fixes.map(([seq]) => seq));

it('LOAD-7: a fix without an acknowledgement within the deadline is sent again under its seq', async () => {
  await connect();
  answers = ['silence', { ok: false, code: 'BUSY', retryAfterMs: 10 }];
  stream.take(lab.nowMs());
  await stream.drain(lab.nowMs() + 20_000);
  expect(seqs()).toEqual([[0], [0], [0]]);
  expect(new Set(frames.map(({ boot }) => boot)).size).toBe(1);
  lab.recorder.flush();
  expect(counts.get('errors.location.ACK_TIMEOUT')).toBe(1);
  expect(counts.get('errors.location.BUSY')).toBe(1);
  expect(counts.get('operations.failed')).toBe(2);
  // One fix, one latency: from when it was due to the acknowledgement of its last frame.
  expect(counts.get('location.ack')).toBe(1);
});

it('LOAD-7: fixes that are taken without a connection fail when they are due, and are sent once there is one', async () => {
  for (let fix = 0; fix < 3; fix++) stream.take(lab.nowMs());
  expect(counts.get('errors.location.DISCONNECTED')).toBe(3);
  await connect();
  await vi.waitFor(() => expect(seqs()).toEqual([[0, 1, 2]]), SOON);
  await stream.drain(lab.nowMs() + 20_000);
  expect(counts.get('location.ack')).toBe(3);
});

it('LOAD-7: a fix that is refused for good is given up, and the server learns the lowest seq that is left', async () => {
  await connect();
  answers = [{ ok: false, code: 'VALIDATION' }];
  stream.take(lab.nowMs());
  await vi.waitFor(() => expect(counts.get('errors.location.VALIDATION')).toBe(1), SOON);
  stream.take(lab.nowMs());
  await stream.drain(lab.nowMs() + 20_000);
  expect(seqs()).toEqual([[0], [1]]);
  expect(frames[1]?.lowest).toBe(1);
  lab.recorder.flush();
  expect(counts.get('fixes.lost')).toBe(1);
});

it('LOAD-7: beyond the limit the oldest fixes are given up and counted', async () => {
  for (let fix = 0; fix < 2005; fix++) stream.take(lab.nowMs());
  lab.recorder.flush();
  expect(counts.get('fixes.lost')).toBe(5);
  await connect();
  await stream.drain(lab.nowMs() + 20_000);
  expect(seqs().flat()).toEqual(Array.from({ length: 2000 }, (_, index) => index + 5));
  expect(frames[0]?.lowest).toBe(5);
});

it('LOAD-7: what is sent without a connection, or after the user has left, fails at once', async () => {
  await expect(connection.call('sync', {}, 1000)).rejects.toMatchObject({
    code: 'DISCONNECTED',
    effect: 'none',
  });
  await connect();
  connection.close();
  await expect(connection.call('sync', {}, 1000)).rejects.toMatchObject({
    code: 'DISCONNECTED',
    effect: 'none',
  });
});
