import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePorts, isPortFree } from '../local/ports.ts';
import { findProgram } from '../local/program-path.ts';
import { haproxyConfig, maxConnectionsFor, type ProxySettings, TUNNEL_TIMEOUT_S } from './haproxy-config.ts';

const settings: ProxySettings = {
  host: '127.0.0.1',
  port: 8080,
  gateways: [
    { name: 'gateway-1', port: 20_001, innerPort: 20_002 },
    { name: 'gateway-2', port: 20_003, innerPort: 20_004 },
  ],
  apis: [{ name: 'api-1', port: 20_005, innerPort: 20_006 }],
  adminSocket: '/tmp/admin.sock',
  maxConnections: 1000,
  connectionsPerAddress: 300,
};

describe('haproxyConfig', () => {
  test('OPS-28: gateways are sticky by a cookie of HAProxy and checked on their inner port', () => {
    const text = haproxyConfig(settings);
    expect(text).toContain('cookie RIDELINE_GATEWAY insert indirect nocache httponly');
    expect(text).toContain('server gateway-2 127.0.0.1:20003 port 20004 cookie gateway-2');
    expect(text).toContain('option httpchk GET /health/ready');
  });

  test('OPS-28: a session id leads to the gateway that it names, also where one name begins with another', () => {
    const names = ['gateway-1', 'gateway-11'];
    const text = haproxyConfig({
      ...settings,
      gateways: names.map((name, at) => ({ name, port: 20_001 + at, innerPort: 20_101 + at })),
    });
    for (const name of names)
      expect(text).toContain(`use-server ${name} if { urlp(sid),url_dec -m beg ${name}. }`);
  });

  test('OPS-28: a tunnel outlives a whole missed heartbeat (25 s + 60 s)', () => {
    expect(TUNNEL_TIMEOUT_S).toBeGreaterThan(25 + 60);
    expect(haproxyConfig(settings)).toContain(`timeout tunnel ${TUNNEL_TIMEOUT_S}s`);
  });

  test('OPS-29: X-Forwarded-For is removed before it is set', () => {
    const lines = haproxyConfig(settings)
      .split('\n')
      .map((line) => line.trim());
    const removed = lines.indexOf('http-request del-header X-Forwarded-For');
    expect(removed).toBeGreaterThan(-1);
    expect(lines.indexOf('http-request set-header X-Forwarded-For %[src]')).toBeGreaterThan(removed);
  });

  test('LIM-10: an address has its own limit of connections, at most half of all; 0 turns it off', () => {
    const limitOf = (connectionsPerAddress: number) =>
      /sc0_conn_cur gt (\d+)/.exec(haproxyConfig({ ...settings, connectionsPerAddress }))?.[1];
    expect([300, 2000, 0].map(limitOf)).toEqual(['300', '500', undefined]);
  });

  test('LIM-10: an IPv4 client behind NAT64 is counted by itself; the first rule that tracks a connection counts', () => {
    const tracked = haproxyConfig(settings)
      .split('\n')
      .filter((line) => line.includes('track-sc0'));
    expect(tracked.map((line) => line.trim().replace('tcp-request connection track-sc0 ', ''))).toEqual([
      'src if { src 64:ff9b::/96 }',
      'src,ipmask(32,64)',
    ]);
  });

  describe('as HAProxy reads it', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'rl-proxy-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    test('OPS-28: the configuration is valid, with many backends, with none, and in a folder with a space', (context) => {
      const haproxy = findProgram('haproxy');
      if (!haproxy) return context.skip('haproxy is not installed');
      const spaced = { ...settings, adminSocket: join(folder, 'a folder #1', 'admin.sock') };
      for (const variant of [
        settings,
        { ...settings, gateways: [], apis: [], connectionsPerAddress: 0 },
        spaced,
      ]) {
        const file = join(folder, 'haproxy.cfg');
        writeFileSync(file, haproxyConfig(variant));
        expect(() => execFileSync(haproxy, ['-c', '-q', '-f', file], { stdio: 'pipe' })).not.toThrow();
      }
    });

    test('LIM-10: an address that holds its connections gets no more; another address does', async (context) => {
      const haproxy = findProgram('haproxy');
      if (!haproxy) return context.skip('haproxy is not installed');
      const [port = 0] = await freePorts(1);
      const file = join(folder, 'limit.cfg');
      writeFileSync(
        file,
        haproxyConfig({
          ...settings,
          host: '0.0.0.0',
          port,
          adminSocket: join(folder, 'limit.sock'),
          connectionsPerAddress: 3,
        }),
      );
      const child = spawn(haproxy, ['-db', '-f', file], { stdio: 'ignore' });
      context.onTestFinished(() => {
        child.kill('SIGKILL');
      });
      await vi.waitFor(async () => expect(await isPortFree(port)).toBe(false), { timeout: 20_000 });
      /** A connection that says nothing. */
      const hold = (localAddress: string) => {
        const socket = connect({ host: '127.0.0.1', port, localAddress });
        context.onTestFinished(() => void socket.destroy());
        socket.on('error', () => undefined);
        return socket;
      };
      const open = (sockets: readonly Socket[]) => sockets.filter(({ closed }) => !closed).length;
      const soon = { timeout: 10_000, interval: 20 };
      const held = Array.from({ length: 4 }, () => hold('127.0.0.1'));
      await vi.waitFor(() => expect(open(held)).toBe(3), soon);
      const other = hold('127.0.0.2');
      const further = hold('127.0.0.1');
      await vi.waitFor(() => expect(further.closed).toBe(true), soon);
      expect([open(held), other.closed]).toEqual([3, false]);
    });

    test('OPS-28: a second HAProxy on the same port does not start', async (context) => {
      const haproxy = findProgram('haproxy');
      if (!haproxy) return context.skip('haproxy is not installed');
      const [port = 0] = await freePorts(1);
      const run = (name: string) => {
        const file = join(folder, `${name}.cfg`);
        writeFileSync(file, haproxyConfig({ ...settings, port, adminSocket: join(folder, `${name}.sock`) }));
        const child = spawn(haproxy, ['-db', '-f', file], { stdio: 'ignore' });
        context.onTestFinished(() => {
          child.kill('SIGKILL');
        });
        return child;
      };
      const first = run('first');
      await vi.waitFor(async () => expect(await isPortFree(port)).toBe(false), { timeout: 20_000 });
      const [code] = await once(run('second'), 'exit');
      expect(code).toBe(1);
      expect(first.exitCode).toBeNull();
    });
  });
});

test('OPS-28: front connections follow the limit of open files: two descriptors each, and a reserve', () => {
  expect(maxConnectionsFor(20_000)).toBe(9872);
  expect(maxConnectionsFor(Number.POSITIVE_INFINITY)).toBe(40_000);
  expect(maxConnectionsFor(64)).toBe(100);
});
