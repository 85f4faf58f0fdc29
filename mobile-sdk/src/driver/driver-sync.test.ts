import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, expect, it, vi } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { Driver } from './driver.ts';

const server = new Server();
let driver: Driver | undefined;
afterEach(async () => {
  await driver?.close();
  await server.close();
});

it('SDK-140: a server that cannot answer `sync` is asked again, until the trip is known', async () => {
  const clock = new TestClock();
  const http = createServer();
  server.attach(http);
  let asked = 0;
  server.of('/driver').on('connection', (socket) => {
    const time = { ok: true, rate: 1, domainMs: clock.wallMs(), wallMs: clock.wallMs() };
    socket.on('time', (_body: object, ack: (reply: object) => void) => ack(time));
    socket.on('sync', (_body: object, ack: (reply: object) => void) => {
      asked++;
      const trip = { tripId: 'trip-1', state: 'accepted', version: 3, driver: null, position: null };
      const policy = { intervalMs: 1000, ackIntervalMs: 5000, reason: 'default' };
      ack(
        asked < 3
          ? { ok: false, code: 'UNAVAILABLE' }
          : { ok: true, status: 'available', trip, offers: [], policy, ack: null },
      );
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  driver = new Driver({ url, token: 'token', clock, transports: ['websocket'] });
  driver.connect();
  await vi.waitFor(
    async () => {
      await clock.pass(1000);
      expect(driver?.trip).toMatchObject({ tripId: 'trip-1' });
    },
    { timeout: 20_000, interval: 5 },
  );
  expect(asked).toBe(3);
});
