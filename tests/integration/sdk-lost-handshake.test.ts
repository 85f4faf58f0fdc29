import { startTcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { createDriver, createRider, type LogEntry } from '@rideline/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import { startSilentProxy } from '../harness/faults/silent-proxy.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';

const WAIT = { timeout: 60_000, interval: 20 };
let harness: GatewayHarness;
let gateway: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness();
  gateway = await harness.startGateway('gateway-1');
});
afterAll(() => harness.stop());

/** Breaks the first connections when the client asks to enter its namespace: the transport is open, the answer never arrives. */
async function startHandshakeCutter(count: number) {
  const { hostname, port } = new URL(gateway.url);
  let broken = 0;
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) }, (connection) => {
    const { client, target, breakConnection } = connection;
    let isUpgraded = false;
    client.on('data', (chunk) => {
      if (isUpgraded && broken < count) {
        broken++;
        breakConnection();
        return;
      }
      isUpgraded ||= /\r\nupgrade: *websocket/i.test(chunk.toString('latin1'));
      target.write(chunk);
    });
    target.on('data', (chunk) => client.write(chunk));
  });
  return { url: `http://127.0.0.1:${proxy.port}`, broken: () => broken, close: () => proxy.close() };
}

test.for(['driver', 'rider'] as const)(
  'SDK-37: a %s whose connection breaks before the namespace is entered tries again',
  async (role) => {
    const cutter = await startHandshakeCutter(2);
    const options = { url: cutter.url, token: await harness.token(role, `${role}-cut`) };
    const phone = role === 'driver' ? createDriver(options) : createRider(options);
    try {
      phone.connect();
      await vi.waitFor(() => expect(phone.state.kind).toBe('connected'), WAIT);
      expect(cutter.broken()).toBe(2);
    } finally {
      phone.close();
      await cutter.close();
    }
  },
);

/** A client behind a proxy that can fall silent, with what it logs; `foreground` plays the platform's app state. */
async function startPhone(role: 'driver' | 'rider', token: () => Promise<string>) {
  const { hostname, port } = new URL(gateway.url);
  const proxy = await startSilentProxy(Number(port), hostname);
  const logged: LogEntry[] = [];
  let report: (phase: 'foreground' | 'background') => void = () => undefined;
  const options = {
    url: `http://127.0.0.1:${proxy.port}`,
    token,
    transports: ['websocket'] as const,
    log: (entry: LogEntry) => logged.push(entry),
    appState: {
      subscribe: (listener: typeof report) => {
        report = listener;
        return () => undefined;
      },
    },
  };
  const phone = role === 'driver' ? createDriver(options) : createRider(options);
  phone.connect();
  await vi.waitFor(() => expect(phone.state.kind).toBe('connected'), WAIT);
  const happened = (event: LogEntry['event']) => logged.filter((entry) => entry.event === event).length;
  return {
    phone,
    proxy,
    logged,
    happened,
    foreground: () => {
      report('background');
      report('foreground');
    },
    close: async () => {
      phone.close();
      await proxy.close();
    },
  };
}

test.for(['driver', 'rider'] as const)(
  'SDK-74: a %s in the foreground keeps a connection that lives, and opens another one when it only seems to',
  async (role) => {
    const token = await harness.token(role, `${role}-asleep`);
    const { phone, proxy, happened, foreground, close } = await startPhone(role, async () => token);
    try {
      foreground();
      await vi.waitFor(() => expect(happened('connection.probed')).toBe(1), WAIT);
      expect([phone.state.kind, phone.stats().connects]).toEqual(['connected', 1]);

      expect(proxy.swallow()).toBeGreaterThan(0);
      expect(phone.state.kind).toBe('connected');
      await vi.waitFor(
        () => {
          // Again, as somebody does who waits: what arrived before the silence may be read during the first probe, and shows that it lives.
          foreground();
          expect(phone.stats().connects).toBe(2);
        },
        { ...WAIT, interval: 3000 },
      );
      expect(happened('connection.dead')).toBe(1);
      expect(phone.diagnostics().connection).toMatchObject({ state: 'connected', transport: 'websocket' });
    } finally {
      await close();
    }
  },
);

test('SDK-65: a phone that was without a network for longer than its token lasts comes back with another one at once', async () => {
  const LIFE_SECONDS = 5;
  let issued = 0;
  const { phone, proxy, logged, close } = await startPhone('driver', () => {
    issued++;
    return harness.token('driver', 'driver-expired', LIFE_SECONDS);
  });
  try {
    proxy.cut();
    const expiredMs = Date.now() + LIFE_SECONDS * 1000;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(expiredMs), WAIT);
    const [connects, entries] = [phone.stats().connects, logged.length];
    proxy.restore();
    phone.wake();
    await vi.waitFor(() => expect(phone.stats().connects).toBe(connects + 1), WAIT);
    expect(logged.slice(entries).filter(({ code }) => code !== undefined)).toEqual([]);
    expect(issued).toBeGreaterThan(1);
  } finally {
    await close();
  }
});
