import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { PhoneNetwork } from './phone-network.ts';
import type { NetworkProfileName } from './profiles.ts';

/** What the servers' side of one connection saw. */
interface Served {
  readonly socket: Socket;
  received: string;
  isEnded: boolean;
}

let server: Server;
let served: Served[] = [];
const opened: (PhoneNetwork | Socket)[] = [];

beforeEach(async () => {
  served = [];
  server = createServer((socket) => {
    const one: Served = { socket, received: '', isEnded: false };
    served.push(one);
    socket.on('data', (chunk) => {
      one.received += chunk.toString();
    });
    socket.on('end', () => {
      one.isEnded = true;
    });
    // Resets are expected.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      one.isEnded = true;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const one of opened.splice(0)) {
    if (one instanceof PhoneNetwork) await one.close();
    else one.destroy();
  }
  server.close();
});

async function openNetwork(profile: NetworkProfileName, seed = 1): Promise<PhoneNetwork> {
  const front = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const network = await PhoneNetwork.open({ front, profile, random: seededRandom(seed) });
  opened.push(network);
  return network;
}

interface Phone {
  readonly socket: Socket;
  received(): string;
  isClosed(): boolean;
}

async function dial(network: PhoneNetwork): Promise<Phone> {
  const socket = connect(Number(new URL(network.url).port), '127.0.0.1');
  opened.push(socket);
  let received = '';
  let isClosed = false;
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  await once(socket, 'connect');
  return { socket, received: () => received, isClosed: () => isClosed };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 5 });

/** A connection over which a word has gone in each direction. */
async function talking(network: PhoneNetwork): Promise<{ phone: Phone; servers: Served }> {
  const before = served.length;
  const phone = await dial(network);
  phone.socket.write('hello ');
  await until(() => expect(served[before]?.received).toBe('hello '));
  const servers = served[before] as Served;
  servers.socket.write('welcome ');
  await until(() => expect(phone.received()).toBe('welcome '));
  return { phone, servers };
}

describe('LOAD-49: the network of a phone', () => {
  test('a lossy network delays and keeps every byte in order, in both directions', async () => {
    const network = await openNetwork('4g', 9);
    const { phone, servers } = await talking(network);
    const random = seededRandom(3);
    let up = 'hello ';
    let down = 'welcome ';
    for (let piece = 0; piece < 60; piece++) {
      const text = `${piece}:${'x'.repeat(Math.floor(random() * 4000))}\n`;
      if (random() < 0.5) {
        up += text;
        phone.socket.write(text);
      } else {
        down += text;
        servers.socket.write(text);
      }
    }
    await until(() => expect(servers.received.length).toBe(up.length));
    await until(() => expect(phone.received().length).toBe(down.length));
    expect(servers.received === up && phone.received() === down).toBe(true);
  });

  test('a cut closes the sockets of the phone; the servers still have theirs, and no new connection is made until the end', async () => {
    const network = await openNetwork('direct');
    const { phone, servers } = await talking(network);
    network.interrupt('cut');
    await until(() => expect(phone.isClosed()).toBe(true));
    servers.socket.write('are you there?');
    const refused = await dial(network);
    await until(() => expect(refused.isClosed()).toBe(true));
    network.restore(1);
    await talking(network);
    expect(servers.isEnded).toBe(false);
    expect(network.counts).toMatchObject({ broken: 1, abandoned: 1 });
  });

  test('a black hole holds both directions; connections that survive it deliver everything afterwards', async () => {
    const network = await openNetwork('direct');
    const { phone, servers } = await talking(network);
    network.interrupt('black_hole');
    phone.socket.write('one ');
    servers.socket.write('two ');
    // Another phone's connection to the same servers shows that time has passed for them.
    await talking(await openNetwork('direct'));
    expect([servers.received, phone.received()]).toEqual(['hello ', 'welcome ']);
    phone.socket.write('three ');
    network.restore(1);
    await until(() => expect(servers.received).toBe('hello one three '));
    await until(() => expect(phone.received()).toBe('welcome two '));
  });

  test('connections that do not survive are reset at both ends, and what was held is lost', async () => {
    const network = await openNetwork('direct');
    const { phone, servers } = await talking(network);
    network.interrupt('black_hole');
    phone.socket.write('never ');
    network.restore(0);
    await until(() => expect(phone.isClosed()).toBe(true));
    await until(() => expect(servers.isEnded).toBe(true));
    expect(servers.received).toBe('hello ');
  });

  test.for(['uplink_lost', 'downlink_lost'] as const)('%s: the other direction works', async (kind) => {
    const network = await openNetwork('direct');
    const { phone, servers } = await talking(network);
    network.interrupt(kind);
    phone.socket.write('up ');
    servers.socket.write('down ');
    if (kind === 'uplink_lost') {
      await until(() => expect(phone.received()).toBe('welcome down '));
      expect(servers.received).toBe('hello ');
    } else {
      await until(() => expect(servers.received).toBe('hello up '));
      expect(phone.received()).toBe('welcome ');
    }
    network.restore(1);
    await until(() => expect(servers.received).toBe('hello up '));
    await until(() => expect(phone.received()).toBe('welcome down '));
  });

  test('what a killed app had written still arrives, then its connections end; after an empty battery nothing does', async () => {
    const network = await openNetwork('4g');
    const { phone, servers } = await talking(network);
    phone.socket.write('last words');
    await until(() => expect(network.bytesUnderway).toBeGreaterThan(0));
    network.loseApp();
    await until(() => expect(servers.isEnded).toBe(true));
    expect(servers.received).toBe('hello last words');

    const other = await talking(network);
    other.phone.socket.write('last words');
    await until(() => expect(network.bytesUnderway).toBeGreaterThan(0));
    network.losePhone();
    await until(() => expect(other.phone.isClosed()).toBe(true));
    await talking(network);
    expect(other.servers).toMatchObject({ received: 'hello ', isEnded: false });
  });

  test('a suspended app neither sends nor reads, and its connections stay open', async () => {
    const network = await openNetwork('direct');
    const { phone, servers } = await talking(network);
    network.suspend();
    servers.socket.write('a push ');
    await talking(await openNetwork('direct'));
    expect(phone.received()).toBe('welcome ');
    network.resume();
    await until(() => expect(phone.received()).toBe('welcome a push '));
    expect(servers.isEnded).toBe(false);
  });

  test('the proxy holds a bounded amount, whatever a phone sends into a black hole', async () => {
    const network = await openNetwork('direct');
    const { phone } = await talking(network);
    network.interrupt('black_hole');
    const piece = Buffer.alloc(64 * 1024);
    for (let n = 0; n < 200; n++) phone.socket.write(piece);
    await until(() => expect(network.bytesUnderway).toBeGreaterThan(256 * 1024));
    await talking(await openNetwork('direct'));
    // One chunk of a socket beyond the limit.
    expect(network.bytesUnderway).toBeLessThanOrEqual(256 * 1024 + 64 * 1024);
  });
});
