import { createMetrics } from '@rideline/platform/metrics/metrics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GATEWAY_METRICS } from '../metrics.ts';
import type { EngineConnection } from '../wire/engine-connection.ts';
import { UnauthenticatedConnections } from './unauthenticated-connections.ts';

const NETWORKS = 6;
const MAX = 12;

interface Held {
  readonly network: string;
  readonly connection: EngineConnection;
}

function connectionThat(onCut: () => void): EngineConnection {
  const connection = {
    readyState: 'open',
    writeBuffer: [],
    transport: { writable: true },
    on: () => undefined,
    removeListener: () => undefined,
    sendPacket: () => undefined,
    close: onCut,
  };
  return connection;
}

it('LIM-9: at the limit the oldest connection of a network with the most gives way, in whatever order they come and go', () => {
  const { metrics } = createMetrics('test', GATEWAY_METRICS);
  const steps = fc.array(fc.record({ network: fc.nat(NETWORKS - 1), leaves: fc.boolean() }), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const options = { max: MAX, maxPerNetwork: MAX, wallMs: () => 0, metrics };
      const connections = new UnauthenticatedConnections(options);
      let held: Held[] = [];
      for (const { network, leaves } of list) {
        const name = String(network);
        const first = held.find((one) => one.network === name);
        if (leaves) {
          if (first) connections.remove(first.connection);
          held = held.filter((one) => one !== first);
          continue;
        }
        const sizeOf = (which: string) => held.filter((one) => one.network === which).length;
        let cut: Held | undefined;
        const one: Held = {
          network: name,
          connection: connectionThat(() => {
            cut = one;
          }),
        };
        const others = held.map((other) => {
          other.connection.close = () => {
            cut = other;
          };
          return other;
        });
        held = [...others, one];
        const largest = Math.max(...held.map((other) => sizeOf(other.network)));
        connections.open(one.connection, name);
        if (held.length <= MAX) {
          expect(cut).toBeUndefined();
          continue;
        }
        expect(sizeOf(cut?.network ?? '')).toBe(largest);
        expect(cut).toBe(held.find((other) => other.network === cut?.network));
        held = held.filter((other) => other !== cut);
      }
      expect(connections.size).toBe(held.length);
    }),
    { numRuns: 300 },
  );
});

it('LIM-9: a connection that shows no token is cut in time when the wall clock was set back, too', () => {
  const { metrics } = createMetrics('test', GATEWAY_METRICS);
  let nowMs = 10_000_000;
  const connections = new UnauthenticatedConnections({
    max: MAX,
    maxPerNetwork: MAX,
    wallMs: () => nowMs,
    metrics,
  });
  const cut: string[] = [];
  for (const name of ['a', 'b'])
    connections.open(
      connectionThat(() => cut.push(name)),
      'one',
    );
  nowMs = 1_000_000;
  connections.cutLate(nowMs);
  expect(cut).toEqual([]);
  connections.cutLate(nowMs + 60_000);
  expect(cut).toEqual(['a', 'b']);
});
