import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { choosablePorts, claimPort, freePorts } from './ports.ts';

test('OPS-80: calls at once in one process never get the same port', async () => {
  const ports = (await Promise.all(Array.from({ length: 40 }, () => freePorts(10)))).flat();
  expect(new Set(ports).size).toBe(400);
});

test('OPS-80: a port that another process has chosen is not chosen again until that process ends', async () => {
  const url = new URL('./ports.ts', import.meta.url).href;
  const script = `const { freePorts } = await import('${url}'); console.log(String((await freePorts(1))[0])); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(other.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  expect(await claimPort(port)).toBe(false);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await vi.waitFor(async () => expect(await claimPort(port)).toBe(true), 5000);
});

test('OPS-80: a port on which a server listens is not chosen', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await claimPort(port)).toBe(false);
  server.close();
  await once(server, 'close');
});

test('OPS-80: ports are chosen outside of the range that the kernel gives to outgoing connections', async () => {
  const within = ([first, last]: readonly [number, number], ports: readonly number[]) =>
    ports.filter((port) => port >= first && port <= last);
  for (const range of [
    [16_000, 65_535],
    [32_768, 60_999],
    [49_152, 65_535],
    [20_000, 30_000],
  ] as const) {
    const choosable = choosablePorts({ first: range[0], last: range[1] });
    expect(choosable.length).toBeGreaterThan(1000);
    expect(within(range, choosable)).toEqual([]);
  }
  if (process.platform !== 'linux') return;
  const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const range = text.trim().split(/\s+/).map(Number) as [number, number];
  // A machine tuned to use nearly every port for outgoing connections leaves no choice.
  if (range[1] - range[0] < 50_000) expect(within(range, await freePorts(20))).toEqual([]);
});
