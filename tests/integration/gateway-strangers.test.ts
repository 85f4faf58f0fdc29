import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connectRaw } from '../harness/clients/raw-client.ts';
import { openRawWebSocket, type RawWebSocket } from '../harness/clients/raw-websocket.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';

const WAIT = { timeout: 10_000, interval: 20 };
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
  expect([await closed('connects'), await closed('refused'), await closed('packets')]).toEqual([2, 1, 1]);
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

test('LIM-4: a client that joins the root namespace several times is disconnected after 10 s like others', async () => {
  const websocket = await openRawWebSocket(gateway.url);
  for (let count = 0; count < 3; count++) websocket.send('40');
  await vi.waitFor(() => expect(websocket.closed).toBe(true), { timeout: 15_000, interval: 100 });
});
