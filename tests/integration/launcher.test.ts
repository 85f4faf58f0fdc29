import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureTokenKeys } from '@rideline/infra/local/development-keys';
import { freePorts, isPortFree } from '@rideline/infra/local/ports';
import { adminSocketOf } from '@rideline/infra/local/servers/haproxy';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { backendStatus } from '@rideline/infra/proxy/haproxy-runtime';
import { isRunning, startOf } from '@rideline/platform/process/process-identity';
import { Redis } from 'ioredis';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checkout, createCheckout } from '../harness/commands/checkout.ts';
import { runProgram } from '../harness/commands/run-program.ts';

type Item = {
  name: string;
  pid: number | null;
  port?: number;
  kind?: string;
  address?: string;
  alive: boolean | null;
};
type Status = { running: boolean; url: string; processes: Item[]; servers: Item[] };

describe('the command line over its own cluster', () => {
  let checkout: Checkout;
  let port: number;

  beforeAll(async () => {
    checkout = createCheckout();
    [port = 0] = await freePorts(1);
    const up = await checkout.rideline(['up', '--port', String(port)]);
    expect(up.stderr + up.stdout).toContain(`Rideline is up: http://127.0.0.1:${port}`);
  });
  afterAll(() => checkout.remove());

  async function status(): Promise<Status> {
    const { stdout } = await checkout.rideline(['status', '--json']);
    return JSON.parse(stdout) as Status;
  }
  const ids = ({ processes, servers }: Status) =>
    [...processes, ...servers].map(({ name, pid }) => `${name}=${pid}`).sort();

  test('OPS-32: status prints url, two gateways, api, workers, and every server with kind and address', async () => {
    const { url, processes, servers } = await status();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(processes.map(({ name }) => name)).toEqual(['api-1', 'gateway-1', 'gateway-2', 'workers-1']);
    expect(servers.map(({ name }) => name).sort()).toEqual([
      'haproxy',
      'mongo',
      'redis-cache',
      'redis-log',
      'redis-state',
      's3',
    ]);
    for (const item of [...processes, ...servers]) expect(item.alive, item.name).toBe(true);
    for (const { address, kind } of servers) {
      expect(address).toMatch(/^(redis|mongodb|http):\/\//);
      expect(['path', 'package', 'stand-in']).toContain(kind);
    }
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  test('OPS-30: the log and the state Redis that run evict nothing and append every write; the cache may evict', async () => {
    const { servers } = await status();
    for (const [name, policy, appendOnly] of [
      ['redis-log', 'noeviction', 'yes'],
      ['redis-state', 'noeviction', 'yes'],
      ['redis-cache', 'allkeys-lru', 'no'],
    ] as const) {
      const redis = new Redis(servers.find((server) => server.name === name)?.address ?? '');
      try {
        const read = async (setting: string) => ((await redis.config('GET', setting)) as string[])[1];
        expect([name, await read('maxmemory-policy'), await read('appendonly')]).toEqual([
          name,
          policy,
          appendOnly,
        ]);
        if (appendOnly === 'yes') expect(await read('appendfsync')).toBe('everysec');
      } finally {
        redis.disconnect();
      }
    }
  });

  test('OPS-33: a second up changes nothing: the same processes stay up', async () => {
    const before = ids(await status());
    const again = await checkout.rideline(['up']);
    expect(again.code, again.stderr).toBe(0);
    expect(ids(await status())).toEqual(before);
  });

  test('LOAD-6: token --csv prints a header, and a row of role, id and token for each', async () => {
    const words = ['token', '--role', 'rider', '--id', 'r', '--count', '2'];
    const { stdout } = await checkout.rideline([...words, '--csv']);
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toBe('role,id,token');
    expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual([
      ['rider', 'r-1'],
      ['rider', 'r-2'],
    ]);
    expect(rows.every((row) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(row.split(',')[2] ?? ''))).toBe(true);
    // The head of a token names its key. A deployment's keys sign where they are named.
    const keysFile = ensureTokenKeys(join(checkout.folder, 'keys-of-a-city.json'));
    const ofCity = await checkout.rideline([...words, '--csv'], { RIDELINE_TOKEN_KEYS_FILE: keysFile });
    const headOf = (out: string) => out.trim().split('\n')[1]?.split(',')[2]?.split('.')[0];
    expect(headOf(ofCity.stdout)).not.toBe(headOf(stdout));
  });

  test('OPS-26: each line of token is what a driver puts into its CONNECT packet', async () => {
    const { url } = await status();
    const { stdout } = await checkout.rideline(['token', '--role', 'driver', '--id', 'd', '--count', '2']);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const auth = JSON.parse(line) as Record<string, unknown>;
      expect(auth).toEqual({ token: expect.any(String), protocol: 1, sdk: 'rideline-cli/0.1.0' });
      const socket = io(`${url}/driver`, {
        auth,
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
      });
      const outcome = await new Promise((resolve) => {
        socket.once('connect', () => resolve('connected'));
        socket.once('connect_error', (error) => resolve(error.message));
      });
      socket.disconnect();
      expect(outcome).toBe('connected');
    }
  });

  test('OPS-27: a drained gateway gets no new client, keeps the ones it has, and takes clients again after --undo', async () => {
    const { url } = await status();
    const poll = async (cookie?: string): Promise<string> => {
      const response = await fetch(
        `${url}/socket.io/?EIO=4&transport=polling`,
        cookie ? { headers: { cookie } } : {},
      );
      await response.text();
      return /RIDELINE_GATEWAY=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? '';
    };
    expect((await checkout.rideline(['drain', 'gateway-1'])).stdout).toContain('DRAIN');
    const whileDrained = await Promise.all(Array.from({ length: 10 }, () => poll()));
    expect(new Set(whileDrained)).toEqual(new Set(['gateway-2']));
    // A client of gateway-1 is routed to it: no new cookie is set.
    expect(await poll('RIDELINE_GATEWAY=gateway-1')).toBe('');
    expect((await checkout.rideline(['drain', 'gateway-1', '--undo'])).stdout).toContain('UP');
    const after = await Promise.all(Array.from({ length: 10 }, () => poll()));
    expect(new Set(after)).toEqual(new Set(['gateway-1', 'gateway-2']));
  });

  test('OPS-34: up after a kill -9 of everything continues with the same ports and data', async () => {
    const before = await status();
    const log = before.servers.find(({ name }) => name === 'redis-log');
    const writer = new Redis(log?.address ?? '');
    await writer.set('kept', 'yes');
    // everysec: the append-only file is flushed by the kernel even when the process is killed.
    await writer.quit();
    for (const { pid } of [...before.processes, ...before.servers]) process.kill(-(pid ?? 0), 'SIGKILL');
    expect((await checkout.rideline(['status'])).code).toBe(0);

    const up = await checkout.rideline(['up']);
    expect(up.code, up.stderr).toBe(0);
    const after = await status();
    const places = ({ url, processes, servers }: Status) => ({
      url,
      ports: processes.map(({ name, port: own }) => [name, own]),
      addresses: servers.map(({ name, address }) => [name, address]).sort(),
    });
    expect(places(after)).toEqual(places(before));
    expect(ids(after).some((id) => ids(before).includes(id))).toBe(false);
    const reader = new Redis(log?.address ?? '');
    expect(await reader.get('kept')).toBe('yes');
    await reader.quit();
  });

  test('OPS-34: status reports one killed process and up starts it again; the others stay up', async () => {
    const before = await status();
    const victim = before.processes.find(({ name }) => name === 'gateway-2');
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await expect.poll(async () => (await checkout.rideline(['status'])).code, { timeout: 30_000 }).toBe(1);
    const up = await checkout.rideline(['up']);
    expect(up.code, up.stderr).toBe(0);
    const after = await status();
    const others = (ids_: string[]) => ids_.filter((id) => !id.startsWith('gateway-2='));
    expect(others(ids(after))).toEqual(others(ids(before)));
    expect(after.processes.find(({ name }) => name === 'gateway-2')?.pid).not.toBe(victim?.pid);
  });

  test('OPS-35: up --scale applies another scale while the cluster runs; a drained gateway stays drained', async () => {
    const before = await status();
    await checkout.rideline(['drain', 'gateway-1']);
    const more = await checkout.rideline(['up', '--scale', 'api=2']);
    expect(more.code, more.stderr).toBe(0);
    const grown = await status();
    expect(grown.processes.map(({ name }) => name)).toContain('api-2');
    for (const id of ids(before)) expect(ids(grown)).toContain(id);
    const fewer = await checkout.rideline(['up', '--scale', 'api=1']);
    expect(fewer.code, fewer.stderr).toBe(0);
    expect(ids(await status())).toEqual(ids(before));
    const drained = (await backendStatus(adminSocketOf(join(checkout.folder, '.rideline/up')))).filter(
      (item) => item.status === 'DRAIN',
    );
    expect(drained.map(({ name }) => name)).toEqual(['gateway-1']);
  });

  test.each([
    ['logs', 'nope', "there is no log 'nope'. The logs are api-1, "],
    ['drain', 'gateway-9', "there is no gateway 'gateway-9'. The gateways are gateway-1, gateway-2"],
  ])('OPS-25: %s %s is a usage error that lists the names', async (command, name, text) => {
    const { code, stderr } = await checkout.rideline([command, name]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
  });

  test('OPS-86: the launcher of a checkout with blanks, quotes and an é in its path runs through a link, from another folder', async () => {
    const link = join(checkout.folder, '.rideline/my link');
    symlinkSync(join(checkout.folder, 'rideline'), link);
    const { code, stdout } = await runProgram(link, ['status', '--json'], {
      cwd: '/',
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
      timeoutMs: 60_000,
    });
    unlinkSync(link);
    expect([code, JSON.parse(stdout).running]).toEqual([0, true]);
  });

  test('OPS-34: up after HAProxy alone has died, with its port taken by another program, serves another port', async () => {
    const before = await status();
    const proxy = before.servers.find(({ name }) => name === 'haproxy');
    process.kill(-(proxy?.pid ?? 0), 'SIGKILL');
    await expect.poll(() => isPortFree(port), { timeout: 10_000 }).toBe(true);
    const taken = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const up = await checkout.rideline(['up']);
    taken.close();
    expect(up.code, up.stderr).toBe(0);
    const after = await status();
    expect(after.url).not.toBe(before.url);
    expect((await fetch(`${after.url}/health/ready`)).status).toBe(200);
  });

  test('OPS-36: down stops what it started, in order, and its processes are gone', async () => {
    const before = await status();
    const down = await checkout.rideline(['down']);
    expect(down.code, down.stderr).toBe(0);
    expect(down.stdout).not.toContain('had to be killed');
    for (const { pid, name } of [...before.processes, ...before.servers])
      expect(startOf(pid ?? 0), name).toBeNull();
    expect((await status()).running).toBe(false);
    expect((await checkout.rideline(['down'])).stdout).toContain('nothing is running');
  });

  test('OPS-37: a taken port gives one line with the remedy and exit code 1, and starts nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const takenPort = typeof address === 'object' ? String(address?.port) : '';
    const up = await checkout.rideline(['up', '--port', takenPort]);
    taken.close();
    expect(up.code).toBe(1);
    expect(up.stderr.trim()).toBe(
      `rideline: port ${takenPort} is in use by another program. Give another one with --port, or stop what uses it`,
    );
    expect((await status()).running).toBe(false);
  });

  test('OPS-37: an unknown variable is refused by name before anything starts', async () => {
    const up = await checkout.rideline(['up'], { RIDELINE_FLUSHMS: '5' });
    expect(up.code).toBe(1);
    expect(up.stderr).toContain('RIDELINE_FLUSHMS: no such variable');
    expect(up.stderr.trim().split('\n')).toHaveLength(1);
    expect((await status()).running).toBe(false);
  });
});

test('OPS-36: down leaves everything that it did not start alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'own-'));
  const own = await startCluster({
    dataDir: join(folder, 'own'),
    scale: { gateway: 0, api: 0, workers: 0 },
    servers: ['redis-cache'],
  });
  const address = own.env.REDIS_CACHE_URL ?? '';
  const other = await startCluster({
    dataDir: join(folder, 'other'),
    scale: { gateway: 0, api: 0, workers: 0 },
    servers: ['redis-cache', 'redis-log'],
    env: { REDIS_CACHE_URL: address },
  });
  expect(other.servers.map(({ name, kind }) => [name, kind])).toEqual(
    expect.arrayContaining([
      ['redis-cache', 'environment'],
      ['redis-log', 'path'],
    ]),
  );
  await other.stop();
  const pid = own.servers[0]?.pid ?? 0;
  expect(isRunning({ pid, startedAt: startOf(pid) ?? '' })).toBe(true);
  await own.stop();
  rmSync(folder, { recursive: true, force: true });
});
