import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@rideline/infra/local/ports';
import { Redis } from 'ioredis';

const MASTERS = 3;
const SLOTS = 16_384;
const READY_MS = 15_000;

/** A Redis Cluster of three masters on loopback. `url` is what the configuration takes. */
export interface RedisCluster {
  readonly url: string;
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline)
      throw new Error(`Redis Cluster: ${what} did not come true within ${READY_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function joinMasters(
  clients: readonly Redis[],
  ports: readonly number[],
  busPorts: readonly number[],
): Promise<void> {
  for (const [index, client] of clients.entries()) {
    await until('a node answers', async () => (await client.ping()) === 'PONG');
    const first = Math.floor((index * SLOTS) / MASTERS);
    const last = Math.floor(((index + 1) * SLOTS) / MASTERS) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
    if (index > 0)
      await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', String(ports[index]), String(busPorts[index]));
  }
  for (const client of clients) {
    await until('the cluster is whole', async () => {
      const info = String(await client.call('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_size:${MASTERS}`);
    });
  }
}

/** Starts the three masters over a folder of their own; `stop` ends them and removes it. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-redis-cluster-'));
  const taken = await freePorts(MASTERS * 2);
  const ports = taken.slice(0, MASTERS);
  const busPorts = taken.slice(MASTERS);
  const servers: ChildProcess[] = ports.map((port, index) =>
    spawn(
      'redis-server',
      [
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
      ],
      { stdio: 'ignore' },
    ),
  );
  const clients = ports.map((port) => {
    const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
    // A server that is not up yet refuses: `until` tells when it never comes.
    client.on('error', () => undefined);
    return client;
  });
  const stop = async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(
      servers.map(async (server) => {
        if (server.exitCode !== null || server.signalCode !== null) return;
        const ended = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGKILL');
        await ended;
      }),
    );
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await joinMasters(clients, ports, busPorts);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis-cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`, ports, stop };
}
