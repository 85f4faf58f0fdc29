import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@rideline/infra/local/ports';
import { guardErrors } from '@rideline/platform/redis/redis-errors';
import { Redis } from 'ioredis';
import { type Child, startChild, untilReady } from '../processes/child-process.ts';

const MASTERS = 3;
const SLOTS = 16_384;
const READY_MS = 60_000;

/** A Redis Cluster of three masters on loopback. `url` is in the form of the configuration. */
export interface RedisCluster {
  readonly url: string;
  readonly ports: readonly number[];
  /** Announces other ports for the nodes, those of proxies in front of them; returns when every node names them to clients. */
  announce(ports: readonly number[]): Promise<void>;
  stop(): Promise<void>;
}

async function joinMasters(
  servers: readonly Child[],
  clients: readonly Redis[],
  ports: readonly number[],
  busPorts: readonly number[],
): Promise<void> {
  for (const [index, client] of clients.entries()) {
    const isUp = async () => (await client.ping()) === 'PONG';
    await untilReady(servers[index] as Child, `Redis Cluster node ${index}`, isUp, READY_MS);
    const first = Math.floor((index * SLOTS) / MASTERS);
    const last = Math.floor(((index + 1) * SLOTS) / MASTERS) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
    if (index > 0)
      await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', String(ports[index]), String(busPorts[index]));
  }
  for (const [index, client] of clients.entries()) {
    const isComplete = async () => {
      const info = String(await client.call('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_size:${MASTERS}`);
    };
    await untilReady(servers[index] as Child, `Redis Cluster seen by node ${index}`, isComplete, READY_MS);
  }
}

/** Starts the three masters with their own folder; `stop` stops them and removes it. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-redis-cluster-'));
  const taken = await freePorts(MASTERS * 2);
  const ports = taken.slice(0, MASTERS);
  const busPorts = taken.slice(MASTERS);
  const servers = ports.map((port, index) =>
    startChild('redis-server', [
      '--port',
      String(port),
      '--cluster-port',
      String(busPorts[index]),
      '--cluster-enabled',
      'yes',
      '--cluster-config-file',
      `nodes-${port}.conf`,
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      '--cluster-node-timeout',
      '2000',
    ]),
  );
  const clients = ports.map((port) => {
    const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
    guardErrors(client, `the test's own to port ${port}`);
    // A server that is not up yet refuses connections: `untilReady` fails when it never is.
    client.on('error', () => undefined);
    return client;
  });
  const stop = async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await joinMasters(servers, clients, ports, busPorts);
  } catch (error) {
    await stop();
    throw error;
  }
  async function announce(announced: readonly number[]): Promise<void> {
    for (const [index, client] of clients.entries())
      await client.config('SET', 'cluster-announce-port', String(announced[index]));
    for (const [index, client] of clients.entries()) {
      const isKnown = async () => {
        const slots = (await client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
        return slots.every(([, , [, port]]) => announced.includes(port));
      };
      await untilReady(servers[index] as Child, `ports announced by node ${index}`, isKnown, READY_MS);
    }
  }
  return {
    url: `redis-cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    ports,
    announce,
    stop,
  };
}
