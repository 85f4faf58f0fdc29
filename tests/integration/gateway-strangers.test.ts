import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connectRaw } from '../harness/clients/raw-client.ts';
import { openRawWebSocket, type RawWebSocket } from '../harness/clients/raw-websocket.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';

const WAIT = { timeout: 60_000, interval: 20 };
let harness: GatewayHarness;
let gateway: ServiceProcess;
let genuine: string;

beforeAll(async () => {
  harness = await startGatewayHarness();
});
afterAll(() => harness.stop());
/** Budgets are in the gateway's memory: each test has its own. */
let gateways = 0;
beforeEach(async () => {
  gateway = await harness.startGateway(`gateway-${++gateways}`);
  genuine = await harness.token('driver', 'driver-1');
  return () => gateway.end();
});

/** A token of a known key with a wrong signature: costs a whole verification. */
function badToken(): string {
  const [head, payload] = genuine.split('.');
  return `${head}.${payload}.${randomBytes(64).toString('base64url')}`;
}
const connectPacket = (token: string) => `40/driver,${JSON.stringify({ token, protocol: 1, sdk: 'x' })}`;
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const asDriver = async (address: string) =>
  connectRaw(gateway.url, '/driver', await harness.token('driver', 'driver-honest'), {
    extraHeaders: { 'x-forwarded-for': address },
  });
const refused = (code: string) => gateway.metric('gateway_refused_total', { stage: 'handshake', code });
const closed = (reason: string) => gateway.metric('gateway_strangers_closed_total', { reason });
/** Sends many packets at once and waits until the gateway has closed the connection. */
async function flood(websocket: RawWebSocket, packet: (count: number) => string, packets = 500) {
  for (let count = 0; count < packets; count++) websocket.send(packet(count));
  await vi.waitFor(() => expect(websocket.closed).toBe(true), WAIT);
}
/** Refused handshakes one after the other, as a broken client sends them, until the connection is closed. @returns how many were answered */
async function refusals(websocket: RawWebSocket, packet: () => string): Promise<number> {
  for (let count = 1; ; count++) {
    websocket.send(packet());
    const answered = () => websocket.messages.filter((message) => message.startsWith('44')).length;
    await vi.waitFor(() => expect(answered() === count || websocket.closed).toBe(true), WAIT);
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (websocket.closed) return answered();
  }
}
/** Uses up the budget of an address. */
async function useUpBudget(address: string) {
  for (let connection = 0; connection < 4; connection++)
    await refusals(await openRawWebSocket(gateway.url, from(address)), () => connectPacket(badToken()));
}

test('SEC-19: five refused handshakes close the connection; each refusal is answered and counted', async () => {
  const signature = await openRawWebSocket(gateway.url);
  expect(await refusals(signature, () => connectPacket(badToken()))).toBe(5);
  expect(await refused('TOKEN_INVALID')).toBe(5);
  const namespace = await openRawWebSocket(gateway.url);
  expect(await refusals(namespace, () => '40/no-such-namespace,{}')).toBe(5);
  expect(await refused('NOT_FOUND')).toBe(5);
  expect(await closed('refused')).toBe(2);
});

test('SEC-19: a client that gets a token after refusals stays, and the refusals are forgotten', async () => {
  const client = await openRawWebSocket(gateway.url);
  for (let round = 0; round < 2; round++) {
    for (let count = 0; count < 4; count++) client.send(count % 2 ? '40/none,{}' : connectPacket(''));
    const { length } = client.messages;
    client.send(connectPacket(genuine));
    await vi.waitFor(() => expect(client.messages.slice(length).join()).toContain('40/driver,'), WAIT);
    client.send('41/driver,');
  }
  expect(client.closed).toBe(false);
  client.socket.destroy();
});

test('SEC-20: a flood of handshakes on one connection costs a few verifications', async () => {
  await flood(await openRawWebSocket(gateway.url), () => connectPacket(badToken()));
  await flood(await openRawWebSocket(gateway.url), (count) => `40/n${count},{}`);
  await flood(await openRawWebSocket(gateway.url), () => '40');
  await flood(await openRawWebSocket(gateway.url), () => '3');
  expect((await refused('TOKEN_INVALID')) ?? 0).toBeLessThanOrEqual(3);
  expect((await refused('NOT_FOUND')) ?? 0).toBeLessThanOrEqual(5);
  for (const reason of ['connects', 'refused', 'packets']) expect(await closed(reason)).toBeGreaterThan(0);
});

test('SEC-20: beyond its budget, an address gets one handshake a connection, and a good token of the same address still gets in', async () => {
  await useUpBudget('10.1.1.1');
  expect(await refused('TOKEN_INVALID')).toBe(20);
  expect(await gateway.metric('gateway_refused_networks')).toBe(1);
  const next = await openRawWebSocket(gateway.url, from('10.1.1.1'));
  expect(await refusals(next, () => connectPacket(badToken()))).toBe(1);
  const other = await openRawWebSocket(gateway.url, from('10.1.1.2'));
  expect(await refusals(other, () => connectPacket(badToken()))).toBe(5);

  const attackers = Array.from({ length: 4 }, async () => {
    for (let count = 0; count < 20; count++)
      await flood(await openRawWebSocket(gateway.url, from('10.1.1.1')), () => connectPacket(badToken()), 50);
  });
  for (let count = 0; count < 5; count++) {
    const honest = await asDriver('10.1.1.1');
    expect(await honest.ask('time', {})).toMatchObject({ ok: true });
    honest.close();
  }
  await Promise.all(attackers);
});

/** Connections without a token, each of which notices when it is cut. */
const squat = (address: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => openRawWebSocket(gateway.url, from(address))));
const openOnes = (websockets: readonly RawWebSocket[]) => websockets.filter(({ closed }) => !closed).length;

test('LIM-9: sockets without a token have places of their own, per address and in all; good tokens get in beside them', async () => {
  const small = { RIDELINE_MAX_CONNECTIONS: '3', RIDELINE_UNAUTHENTICATED_PER_ADDRESS: '20' };
  gateway = await harness.startGateway('gateway-small', small);
  const honest = [await asDriver('10.2.0.9')];
  const squatters = await squat('10.2.0.1', 60);
  await vi.waitFor(() => expect(openOnes(squatters)).toBe(20), WAIT);
  expect(await closed('evicted')).toBe(40);
  expect(openOnes(squatters.slice(40))).toBe(20);

  const others = (await Promise.all([2, 3, 4, 5, 6].map((last) => squat(`10.2.0.${last}`, 11)))).flat();
  await vi.waitFor(async () => expect(await gateway.metric('gateway_unauthenticated')).toBe(64), WAIT);
  // Eleven or fewer of each address: the one with the most gave way.
  expect(openOnes(squatters)).toBeLessThanOrEqual(11);
  expect(openOnes(squatters) + openOnes(others)).toBe(64);

  for (const address of ['10.2.0.1', '10.2.0.8']) {
    const rider = await harness.token('rider', `rider-${honest.length}`);
    honest.push(
      await connectRaw(gateway.url, '/rider', rider, { extraHeaders: { 'x-forwarded-for': address } }),
    );
  }
  const full = connectRaw(gateway.url, '/rider', await harness.token('rider', 'one-too-many'));
  await expect(full).rejects.toMatchObject({ data: { code: 'SCALE_006' } });
  expect(honest.map(({ socket }) => socket.connected)).toEqual([true, true, true]);
  for (const { socket } of [...squatters, ...others]) socket.destroy();
  for (const client of honest) client.close();
  await vi.waitFor(async () => expect(await gateway.metric('gateway_unauthenticated')).toBe(0), WAIT);
  await gateway.end();
});

test('LIM-4: a client that leaves its namespace and stays connected is disconnected 10 s later', async () => {
  const websocket = await openRawWebSocket(gateway.url);
  websocket.send(connectPacket(genuine));
  await vi.waitFor(() => expect(websocket.messages.join()).toContain('40/driver,'), WAIT);
  websocket.send('41/driver,');
  await vi.waitFor(() => expect(websocket.closed).toBe(true), { timeout: 15_000, interval: 100 });
});

/** A client whose network died: it answers no ping. */
async function ghost(token: string): Promise<RawWebSocket> {
  const websocket = await openRawWebSocket(gateway.url);
  websocket.send(`40/rider,${JSON.stringify({ token, protocol: 1, sdk: 'x' })}`);
  await vi.waitFor(() => expect(websocket.messages.join()).toContain('40/rider,'), WAIT);
  return websocket;
}

test('LIM-3: a new connection of a user with five takes the place of the oldest one that does not answer, never of a live one', async () => {
  const token = await harness.token('rider', 'rider-in-a-tunnel');
  const live = await Promise.all([1, 2, 3].map(() => connectRaw(gateway.url, '/rider', token)));
  const ghosts = [await ghost(token), await ghost(token)];
  for (const [index, old] of ghosts.entries()) {
    live.push(await connectRaw(gateway.url, '/rider', token));
    await vi.waitFor(() => expect(old.closed).toBe(true), WAIT);
    expect(openOnes(ghosts)).toBe(1 - index);
  }
  await expect(connectRaw(gateway.url, '/rider', token)).rejects.toMatchObject({
    data: { code: 'CONNECTION_LIMIT', retryAfterMs: 5000 },
  });
  expect(live.map(({ socket }) => socket.connected)).toEqual([true, true, true, true, true]);
  expect(await gateway.metric('gateway_unresponsive_replaced_total')).toBe(2);
  for (const client of live) client.close();
});

test('LIM-3: twenty handshakes of one user at once leave five sockets', async () => {
  const token = await harness.token('rider', 'rider-in-haste');
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => connectRaw(gateway.url, '/rider', token).catch(() => null)),
  );
  await vi.waitFor(async () => {
    expect(clients.filter((client) => client?.socket.connected).length).toBe(5);
    expect(await gateway.metric('gateway_sockets', { namespace: '/rider' })).toBe(5);
  }, WAIT);
  for (const client of clients) client?.close();
});

test('LIM-4: a client that joins the root namespace several times is disconnected after 10 s like others', async () => {
  const websocket = await openRawWebSocket(gateway.url);
  for (let count = 0; count < 3; count++) websocket.send('40');
  await vi.waitFor(() => expect(websocket.closed).toBe(true), { timeout: 15_000, interval: 100 });
});
