import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL, SOCKET_EVENTS } from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRaw } from '../harness/clients/raw-client.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { startChild } from '../harness/processes/child-process.ts';

/** The official client with its defaults: polling first, no cookie jar, its own reconnection. */
const CLIENTS = 40;
const WAIT = { timeout: 60_000, interval: 250 };
const GATEWAYS = ['gateway-1', 'gateway-2', 'gateway-3', 'gateway-4'];

let whole: WholeCluster;
const open: Socket[] = [];

beforeAll(async () => {
  whole = await startWholeCluster({ scale: { gateway: 4, api: 0, workers: 0 } });
});
afterAll(async () => {
  for (const socket of open) socket.disconnect();
  await whole?.stop();
});

async function connectAll(count: number, options: object = {}): Promise<Socket[]> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const token = await whole.token('driver', `stock-${randomUUID().slice(0, 8)}`);
      const auth = { token, protocol: PROTOCOL.max, sdk: 'stock' };
      return io(`${whole.cluster.url}/driver`, { auth, forceNew: true, ...options });
    }),
  );
  open.push(...sockets);
  return sockets;
}

const connected = (sockets: readonly Socket[]) => sockets.filter((socket) => socket.connected).length;
const reasonsOf = (sockets: readonly Socket[]) => {
  const reasons: string[] = [];
  for (const socket of sockets) socket.on('disconnect', (reason) => reasons.push(reason));
  return reasons;
};

test('OPS-55: official clients with their defaults connect over four gateways and return after one is killed', async () => {
  const sockets = await connectAll(CLIENTS);
  await vi.waitFor(() => expect(connected(sockets)).toBe(CLIENTS), WAIT);
  await vi.waitFor(
    () => expect(sockets.filter(({ io: { engine } }) => engine.transport.name !== 'websocket')).toEqual([]),
    WAIT,
  );
  const reasons = reasonsOf(sockets);
  await whole.cluster.kill('gateway-1');
  await vi.waitFor(() => expect(reasons.length).toBeGreaterThan(0), WAIT);
  await vi.waitFor(() => expect(connected(sockets)).toBe(CLIENTS), WAIT);
  await whole.cluster.start('gateway-1');
  for (const socket of sockets) socket.disconnect();
});

test('OPS-55: clients that only poll stay on their gateway', async () => {
  const sockets = await connectAll(CLIENTS, { transports: ['polling'] });
  const reasons = reasonsOf(sockets);
  await vi.waitFor(() => expect(connected(sockets)).toBe(CLIENTS), WAIT);
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      sockets.map((socket) => socket.timeout(10_000).emitWithAck('time', { at: Date.now() }).catch(String)),
    );
    expect(answers.filter((answer) => typeof answer === 'string')).toEqual([]);
  }
  expect(reasons).toEqual([]);
  for (const socket of sockets) socket.disconnect();
});

test('OPS-56: gateways that are stopped in order, one after the other, lose no official client', async () => {
  const sockets = await connectAll(CLIENTS, { transports: ['websocket'] });
  await vi.waitFor(() => expect(connected(sockets)).toBe(CLIENTS), WAIT);
  const reasons = reasonsOf(sockets);
  for (const name of GATEWAYS) {
    await whole.cluster.kill(name, 'SIGTERM');
    await vi.waitFor(() => expect(connected(sockets)).toBe(CLIENTS), WAIT);
    await whole.cluster.start(name);
  }
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.filter((reason) => reason === 'io server disconnect')).toEqual([]);
  for (const socket of sockets) socket.disconnect();
});

test('OPS-56: a token that expires closes the transport, so that the client returns with its next token; a second connection of the driver does not return', async () => {
  const userId = `stock-${randomUUID().slice(0, 8)}`;
  let dials = 0;
  const socket = io(`${whole.cluster.url}/driver`, {
    auth: (give) => {
      dials += 1;
      void whole
        .token('driver', userId, dials === 1 ? 2 : 600)
        .then((token) => give({ token, protocol: PROTOCOL.max, sdk: 'stock' }));
    },
    forceNew: true,
    transports: ['websocket'],
  });
  open.push(socket);
  const reasons = reasonsOf([socket]);
  await vi.waitFor(() => expect(reasons).toEqual(['transport close']), WAIT);
  await vi.waitFor(() => expect([socket.connected, dials]).toEqual([true, 2]), WAIT);

  const token = await whole.token('driver', userId);
  const second = io(`${whole.cluster.url}/driver`, {
    auth: { token, protocol: PROTOCOL.max, sdk: 'stock' },
    forceNew: true,
    transports: ['websocket'],
  });
  open.push(second);
  await vi.waitFor(() => expect(reasons).toEqual(['transport close', 'io server disconnect']), WAIT);
  expect(second.connected).toBe(true);
});

test('FIX-26: the example of docs/api.md runs as it stands', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  const code = /```js\n(.+?)```/s.exec(page)?.[1] ?? '';
  expect(code).toContain("from 'socket.io-client'");
  const child = startChild(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, URL: whole.cluster.url, TOKEN: await whole.token('driver', 'example') },
  });
  try {
    await vi.waitFor(() => {
      expect(child.output()).toContain('driver:status { ok: true }');
      expect(child.output()).toContain('location:update { ok: true }');
      expect(child.output()).toMatch(/location:ack .*"received":0,"durable":-1,"gaps":\[\]/);
    }, WAIT);
  } finally {
    await child.end('SIGKILL');
  }
});

test.each([
  ['/driver', 'driver'],
  ['/rider', 'rider'],
  ['/operator', 'operator'],
] as const)('FIX-26: a gateway knows every event of %s in the reference', async (namespace, role) => {
  const token = await whole.token(role, `events-${role}`);
  for (const event of Object.keys(SOCKET_EVENTS[namespace].toServer)) {
    const client = await connectRaw(whole.cluster.url, namespace, token);
    expect([event, (await client.ask(event, {})).code]).not.toEqual([event, 'UNKNOWN_EVENT']);
    client.close();
  }
});
