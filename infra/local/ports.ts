import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export type PortRange = { readonly first: number; readonly last: number };

/** Well-known ports of servers lie below. */
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 65_535;
/** Where the kernel does not tell (macOS): everything from Linux's default on. */
const USUAL_EPHEMERAL: PortRange = { first: 32_768, last: HIGHEST_PORT };
const LINUX_RANGE_FILE = '/proc/sys/net/ipv4/ip_local_port_range';
/** With fewer ports than this outside the ephemeral range, those inside are used too. */
const LEAST_CHOICE = 1000;
/** Browsers and fetch refuse to connect to it (the only one of their "bad ports" above 10000). */
const REFUSED_BY_FETCH = 10_080;
const MAX_TRIES = 500;

function ephemeralRange(): PortRange {
  try {
    const [first = Number.NaN, last = Number.NaN] = readFileSync(LINUX_RANGE_FILE, 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number);
    return first > 0 && last >= first ? { first, last } : USUAL_EPHEMERAL;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return USUAL_EPHEMERAL;
    throw error;
  }
}

/**
 * The ports to choose from: outside the kernel's ephemeral range. A port inside it may become the source port of any outgoing
 * connection between the moment when it is chosen and the moment when its server binds it, also when a killed server is started
 * again on it.
 */
export function choosablePorts(ephemeral: PortRange = ephemeralRange()): number[] {
  const all = Array.from(
    { length: HIGHEST_PORT - LOWEST_PORT + 1 },
    (_, index) => LOWEST_PORT + index,
  ).filter((port) => port !== REFUSED_BY_FETCH);
  const outside = all.filter((port) => port < ephemeral.first || port > ephemeral.last);
  return outside.length >= LEAST_CHOICE ? outside : all;
}

/** Whether a server can listen on this port now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const claims = new Map<number, Socket>();

/** Binds the UDP port of the same number; null when another process has bound it. */
function bindClaim(port: number): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.unref();
      resolve(socket);
    });
  });
}

/**
 * Claims a port for this process until it ends, so that no other process of this machine that asks here chooses it before the
 * server that it is for has bound it. The claim is the UDP port of the same number: the kernel grants it to one process, and
 * releases it also after a kill -9.
 * @returns false when another process claimed it, or a server listens on it
 */
export async function claimPort(port: number): Promise<boolean> {
  if (!claims.has(port)) {
    const socket = await bindClaim(port);
    if (socket === null) return false;
    claims.set(port, socket);
  }
  return isPortFree(port);
}

/** `count` different free ports, claimed for this process (`claimPort`). */
export async function freePorts(count: number, taken: ReadonlySet<number> = new Set()): Promise<number[]> {
  const choice = choosablePorts();
  const found: number[] = [];
  for (let tries = 0; found.length < count && tries < MAX_TRIES; tries += 1) {
    const port = choice[randomInt(choice.length)] as number;
    // Also without a pause in between, two calls in one process never get the same port.
    if (taken.has(port) || claims.has(port)) continue;
    const socket = await bindClaim(port);
    if (socket === null) continue;
    claims.set(port, socket);
    if (await isPortFree(port)) found.push(port);
  }
  if (found.length < count) throw new Error(`no ${count} free ports were found in ${MAX_TRIES} tries`);
  return found;
}
