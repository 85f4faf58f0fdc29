import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@rideline/infra/local/cluster';
import { awaitReady, launch, stopDaemon } from '@rideline/infra/local/daemon';
import { freePorts } from '@rideline/infra/local/ports';
import { adminSocketOf, chooseHaproxy, haproxySpec } from '@rideline/infra/local/servers/haproxy';
import { SERVER_NAMES } from '@rideline/infra/local/servers/managed-server';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { backendStatus } from '@rideline/infra/proxy/haproxy-runtime';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLIENTS = 50;
/** Many clients at once on a small machine; a failure is visible at once, as a closed or refused transport. */
const UPGRADE_MS = 60_000;

let cluster: Cluster;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ps-'));
  const [port = 0] = await freePorts(1);
  cluster = await startCluster({
    dataDir,
    servers: SERVER_NAMES.filter((name) => name !== 's3'),
    scale: { gateway: 2, api: 1, workers: 0 },
    dashboard: false,
    port,
  });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Outcome = 'upgraded' | string;

/** Connects by polling, waits for the upgrade to websocket; resolves to what went wrong, if anything did. */
function pollThenUpgrade(socket: Socket): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('no upgrade in time'), UPGRADE_MS);
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    socket.on('connect_error', (error) => finish(`refused: ${error.message}`));
    socket.on('disconnect', (reason) => finish(`closed: ${reason}`));
    // The transport is checked when it opens: the upgrade may be done before the namespace answers.
    socket.io.once('open', () => {
      const { engine } = socket.io;
      if (engine.transport.name !== 'polling') finish(`started with ${engine.transport.name}`);
      const upgraded = new Promise<void>((done) => engine.once('upgrade', () => done()));
      const connected = new Promise<void>((done) => socket.once('connect', () => done()));
      engine.once('upgradeError', (error: Error) => finish(`upgrade failed: ${error.message}`));
      void Promise.all([upgraded, connected]).then(() => finish('upgraded'));
    });
  });
}

/** In Node the load balancer's cookie is sent back only with `withCredentials`; false is the client's default. */
function clients(withCredentials: boolean): Socket[] {
  const options = { transports: ['polling', 'websocket'], forceNew: true, reconnection: false };
  return Array.from({ length: CLIENTS }, () => io(cluster.url, { ...options, withCredentials }));
}

test('OPS-28: 50 clients poll first and then upgrade through HAProxy over two gateways: 0 failures', async () => {
  const sockets = clients(true);
  try {
    const outcomes = await Promise.all(sockets.map(pollThenUpgrade));
    expect(outcomes.filter((outcome) => outcome !== 'upgraded')).toEqual([]);
    const sessions = (await backendStatus(adminSocketOf(dataDir))).filter(({ name }) =>
      name.startsWith('gateway-'),
    );
    expect(sessions.map(({ name }) => name)).toEqual(['gateway-1', 'gateway-2']);
    // Fewest connections first: neither gateway got all of them.
    for (const { name, sessions: open } of sessions) expect(open, name).toBeGreaterThan(CLIENTS / 4);
  } finally {
    for (const socket of sockets) socket.disconnect();
  }
});

test('OPS-28: 50 clients that keep no cookie poll and upgrade as well: the session id names the gateway', async () => {
  const sockets = clients(false);
  try {
    const outcomes = await Promise.all(sockets.map(pollThenUpgrade));
    expect(outcomes.filter((outcome) => outcome !== 'upgraded')).toEqual([]);
  } finally {
    for (const socket of sockets) socket.disconnect();
  }
});

test('OPS-28: a session is unknown to every gateway but its own, and the front port finds its own each time', async () => {
  const openPacket = await (await fetch(`${cluster.url}/socket.io/?EIO=4&transport=polling`)).text();
  const { sid } = JSON.parse(openPacket.slice(1)) as { sid: string };
  const owner = sid.slice(0, sid.indexOf('.'));
  const statusAt = async (base: string, id = sid) => {
    const body = { method: 'POST', body: '40' };
    const query = `EIO=4&transport=polling&sid=${id}`;
    return (await fetch(`${base}/socket.io/?${query}`, body)).status;
  };
  const gateways = cluster.processes.filter(({ role }) => role === 'gateway');
  expect(gateways.map(({ name }) => name)).toContain(owner);
  for (const { name, port } of gateways)
    if (name !== owner) expect(await statusAt(`http://127.0.0.1:${port}`), name).toBe(400);
  for (let round = 0; round < 10; round += 1) expect(await statusAt(cluster.url)).toBe(200);
  // Some clients encode more than they have to.
  const encoded = sid.replaceAll('.', '%2E').replaceAll('-', '%2D');
  for (let round = 0; round < 10; round += 1) expect(await statusAt(cluster.url, encoded)).toBe(200);
});

test('OPS-29: what a client claims about its origin does not reach a process', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const backend = createServer((request, response) => {
    if (request.url !== '/health/ready') seen.push(request.headers);
    response.end('ok');
  });
  const folder = mkdtempSync(join(tmpdir(), 'ph-'));
  const [port = 0, backendPort = 0] = await freePorts(2);
  await new Promise<void>((resolve) => backend.listen(backendPort, '127.0.0.1', resolve));
  const plan = {
    dataDir: folder,
    host: '127.0.0.1',
    port,
    gateways: [],
    apis: [{ name: 'api-1', port: backendPort, innerPort: backendPort }],
    connectionsPerAddress: 0,
  };
  const { found: program } = await chooseHaproxy(() => undefined);
  const proxy = await launch(haproxySpec(program, plan));
  try {
    await awaitReady(proxy);
    const forged = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
      'x-forwarded-proto': 'https',
    };
    const response = await fetch(`http://127.0.0.1:${port}/v1/anything`, { headers: forged });
    expect(response.status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(JSON.stringify(seen[0])).not.toContain('203.0.113.9');
  } finally {
    await stopDaemon(proxy);
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
