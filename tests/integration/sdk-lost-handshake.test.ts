import { startTcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { createDriver, createRider } from '@rideline/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
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
