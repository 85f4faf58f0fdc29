import { createMetrics } from '@rideline/platform/metrics/metrics';
import { expect, test } from 'vitest';
import { reportInternals } from '../process/internals-check.ts';
import { directEvent, sendDirectly } from './direct-send.ts';
import { HotWebSocket, HotWebSocketServer } from './hot-websocket.ts';
import { CHECKED_VERSIONS, INTERNALS, inspect, missingInternals } from './internals.ts';
import { type ProbeResult, probeInternals } from './internals-probe.ts';
import { WIRE_METRICS } from './metrics.ts';
import { connectRawClient } from './wire-harness.ts';

const namesOf = (internals: readonly { readonly name: string }[]) => internals.map(({ name }) => name);

/** Whether ws itself reads the field. Our own frames come first: ws calls some of our methods. */
const isReadByWs = () => new Error().stack?.split('\n')[3]?.includes('/ws/lib/') ?? false;

/** As a release of ws in which a field got another name. */
function engineWithout(field: '_socket' | '_receiver'): typeof HotWebSocketServer {
  class Renamed extends HotWebSocket {
    constructor(...args: ConstructorParameters<typeof HotWebSocket>) {
      super(...args);
      let held: unknown = null;
      Object.defineProperty(this, field, {
        // ws itself needs the field to open the connection: it is renamed for readers outside of ws.
        get: () => (isReadByWs() ? held : undefined),
        set: (value: unknown) => {
          held = value;
        },
      });
    }
  }
  return class extends HotWebSocketServer {
    constructor(options: ConstructorParameters<typeof HotWebSocketServer>[0]) {
      super(options);
      // The declared type of the class has an overload for clients that a server's class does not need.
      this.options.WebSocket = Renamed as typeof HotWebSocket;
    }
  };
}

function report(result: ProbeResult) {
  const reasons: string[] = [];
  const errors: object[] = [];
  const { metrics } = createMetrics('test', WIRE_METRICS);
  const call = () =>
    reportInternals(result, {
      health: { degraded: (dependency, reason) => reasons.push(`${dependency}: ${reason}`) },
      metrics,
      log: { warn: (fields: object) => errors.push(fields), error: (fields: object) => errors.push(fields) },
    });
  const path = async (name: string) =>
    (await metrics.fast_path.get()).values.find(({ labels }) => labels.path === name)?.value;
  return { call, reasons, errors, path };
}

test('DEG-32: the installed versions are those that the table of internals was checked with, and have all of them', async () => {
  expect(await probeInternals()).toEqual({
    missing: [],
    fastPaths: { read: true, send: true },
    otherVersions: [],
  });
});

test('DEG-32: the table names the version that package.json pins', async () => {
  const { default: pinned } = await import('../../package.json', { with: { type: 'json' } });
  expect(CHECKED_VERSIONS).toMatchObject({
    ws: pinned.dependencies.ws,
    'socket.io': pinned.dependencies['socket.io'],
  });
});

test('DEG-32: a ws that renamed _socket loses the direct send, and health, metric and log say so', async () => {
  const result = await probeInternals(engineWithout('_socket'));
  expect(namesOf(result.missing)).toContain('WebSocket._socket');
  expect(result.fastPaths).toMatchObject({ send: false });
  const { call, reasons, errors, path } = report(result);
  call();
  expect(reasons).toEqual([
    expect.stringMatching(/^fast-path: ws WebSocket\._socket .*not written on the fast path/),
  ]);
  expect(errors).toHaveLength(1);
  expect([await path('send'), await path('read')]).toEqual([0, 1]);
});

test('DEG-32: a ws that renamed its receiver loses the fast read, and events still arrive', async () => {
  const result = await probeInternals(engineWithout('_receiver'));
  expect(namesOf(result.missing)).toEqual([
    'Receiver._bufferedBytes',
    'Receiver._state',
    'Receiver._fragmented',
    'Receiver._maxPayload',
  ]);
  expect(result.fastPaths).toEqual({ read: false, send: true });
});

test('DEG-32: a field without which the gateway does the wrong thing refuses the start', async () => {
  await using harness = await connectRawClient('/rider');
  const whole = inspect(harness.socket.nsp.server, harness.socket);
  expect(missingInternals(whole)).toEqual([]);
  const missing = INTERNALS.filter(({ name }) => name === 'Socket.writeBuffer');
  const { call } = report({
    missing,
    fastPaths: { read: true, send: true },
    otherVersions: ['engine.io 7.0.0'],
  });
  expect(call).toThrow('engine.io Socket.writeBuffer');
});

test('DEG-32: each entry of the table is missed when nothing is there', () => {
  const nothing = { server: {}, socket: {}, websocket: {}, tcp: {} } as unknown as Parameters<
    typeof missingInternals
  >[0];
  const everywhere = INTERNALS.filter(({ name }) => name !== 'WebSocket.prototype.setSocket');
  expect(namesOf(missingInternals(nothing))).toEqual(namesOf(everywhere));
});

test('DEG-32: without the direct send an event still arrives, on the normal path', async () => {
  await using harness = await connectRawClient('/rider');
  const { websocket } = inspect(harness.socket.nsp.server, harness.socket);
  const tcp = (websocket as { _socket: unknown })._socket;
  Object.defineProperty(websocket, '_socket', { get: () => (isReadByWs() ? tcp : undefined) });
  sendDirectly(harness.socket, directEvent('/rider', 'moved', { n: 1 }));
  await expect.poll(() => harness.received).toEqual(['42/rider,["moved",{"n":1}]']);
});
