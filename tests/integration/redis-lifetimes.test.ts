import { randomUUID } from 'node:crypto';
import * as keys from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fixAt } from '../harness/clients/raw-driver.ts';
import { startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
const DRIVERS = 1000;
const AT_ONCE = 40;
/** Every tenth driver also sends fixes over HTTP, by which the driver hash is written in another way. */
const OVER_HTTP = 10;

type KeyName = keyof typeof keys.REDIS_KEYS;

const functions = new Map<string, unknown>(Object.entries(keys));

let harness: TripHarness;
beforeAll(async () => {
  harness = await startTripHarness({
    apis: 1,
    env: { RIDELINE_ROLES: 'history,matching,relay,sweepers' },
  });
});
afterAll(() => harness?.stop());

/** What the keys of each entry look like; prefixes match what follows them. */
function patterns(server: string): [KeyName, RegExp][] {
  return Object.entries(keys.REDIS_KEYS)
    .filter(([, entry]) => entry.server === server && !entry.type.includes('channel'))
    .map(([name]) => {
      // The arguments are branded ids, numbers and names of limits: in a template each is its own text.
      const make = functions.get(name) as (...parts: string[]) => string;
      const made = make(REGION, '§', '§', '§').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const prefix = name === 'requestLimit' || name === 'queues' ? ':.+' : '';
      return [name as KeyName, new RegExp(`^${made.replaceAll('§', '[^{}]+')}${prefix}$`)];
    });
}

interface FoundKey {
  readonly name: KeyName | null;
  readonly key: string;
  readonly ttlMs: number;
}

async function keysOf(redis: RedisClient, server: string): Promise<FoundKey[]> {
  const table = patterns(server);
  const found: FoundKey[] = [];
  for (const key of await redis.keys('*')) {
    const name = table.find(([, pattern]) => pattern.test(key))?.[0] ?? null;
    found.push({ name, key, ttlMs: await redis.pttl(key) });
  }
  // −2: it expired between the two commands.
  return found.filter(({ ttlMs }) => ttlMs !== -2);
}

async function everyKey(): Promise<FoundKey[]> {
  const servers = ['log', 'state', 'cache'] as const;
  return (await Promise.all(servers.map((server) => keysOf(harness[server], server)))).flat();
}

const withoutTtl = (found: readonly FoundKey[]) =>
  found
    .filter(({ ttlMs }) => ttlMs === -1)
    .map(({ key }) => key)
    .toSorted();

async function throwaway(id: string, overHttp: boolean): Promise<void> {
  const phone = await harness.phone('driver', id);
  const frame = { boot: randomUUID(), fixes: [fixAt(0), fixAt(1)] };
  expect(await phone.ask('driver:status', { status: 'available' })).toMatchObject({ ok: true });
  await phone.ask('location:update', frame);
  phone.close();
  if (!overHttp) return;
  const body = { boot: randomUUID(), fixes: [fixAt(0)] };
  const answer = await harness.call('POST', '/v1/drivers/me/fixes', { role: 'driver', subject: id, body });
  expect(answer.status).toBeLessThan(300);
}

it('OPS-93: 1,000 drivers who come once leave no key without a TTL, and no trace at all once their hashes have expired', async () => {
  // One trip, so that its keys, and those of an offer, are there before and after.
  const cab = await harness.freeDriver('stays', { lat: 41.1, lng: -8.6 });
  const tripId = randomUUID();
  const trip = { tripId, pickup: { lat: 41.1, lng: -8.6 }, dropoff: { lat: 41.2, lng: -8.6 } };
  await harness.call('POST', '/v1/trips', { role: 'rider', subject: 'rider', body: trip });
  const { offerId } = await cab.offer(tripId);
  await cab.answer(offerId, true);
  await throwaway('first', true);
  const before = withoutTtl(await everyKey());

  const ids = Array.from({ length: DRIVERS }, (_, n) => `once-${n}`);
  for (let at = 0; at < DRIVERS; at += AT_ONCE)
    await Promise.all(ids.slice(at, at + AT_ONCE).map((id, n) => throwaway(id, n % OVER_HTTP === 0)));
  const { state } = harness;
  expect(await state.hlen(keys.conn(REGION))).toBeGreaterThanOrEqual(DRIVERS);

  const after = await everyKey();
  expect(after.filter(({ name }) => name === null)).toEqual([]);
  const endless = after.filter(({ name, ttlMs }) => ttlMs === -1 && name && keys.REDIS_KEYS[name].expires);
  expect(endless).toEqual([]);
  // A key that the throwaway drivers added has a TTL, whatever the table says.
  const added = withoutTtl(after).filter((key) => !before.includes(key));
  expect(added.filter((key) => !key.includes('{bull}') && !key.includes('{lease:'))).toEqual([]);

  // What the passing of 30 days does, and of 300 s to the live index. Again for those that are left: the end of a connection and the fixes
  // of its last frame are written a moment after it has closed, and create the hash once more.
  let left = ids;
  await vi.waitFor(async () => {
    for (const id of left) await state.del(keys.driver(REGION, id as never));
    if (left.length > 0) await state.hdel(keys.live(REGION), ...left);
    const connections = await state.hkeys(keys.conn(REGION));
    expect(connections).toContain('stays');
    left = connections.filter((id) => id.startsWith('once-'));
    expect(left).toEqual([]);
  }, SOON);
});

it('OPS-93: a driver hash from before driver hashes expired gets its TTL', async () => {
  const { state } = harness;
  const old = keys.driver(REGION, 'old' as never);
  await state.hset(old, 'epoch', 3);
  await state.hset(keys.conn(REGION), 'old', 3);
  await vi.waitFor(async () => expect(await state.ttl(old)).toBeGreaterThan(29 * 86_400), SOON);
});

it('OPS-93: a driver who returns after their hash has expired is acknowledged, and no fix is stored twice', async () => {
  const { state } = harness;
  const boot = randomUUID();
  const fixes = [0, 1, 2].map((seq) => fixAt(seq));
  const durable = async (sent: unknown[]) => {
    const phone = await harness.phone('driver', 'returns');
    const lowest = (sent[0] as number[])[0];
    await phone.ask('location:update', { boot, fixes: sent, lowest });
    await vi.waitFor(() => {
      const acks = phone.received<{ durable?: number }>('location:ack');
      expect(acks.at(-1)?.durable).toBe((sent.at(-1) as number[])[0]);
    }, SOON);
    phone.close();
  };
  await durable(fixes);
  await state.del(keys.driver(REGION, 'returns' as never));
  await state.hdel(keys.conn(REGION), 'returns');
  await durable([fixes[2], fixAt(3)] as unknown[]);
  const ledger = await harness.call('GET', '/v1/drivers/returns/ledger', {
    role: 'driver',
    subject: 'returns',
  });
  const { boots } = (await ledger.json()) as { boots: object[] };
  expect(boots).toMatchObject([{ received: 4, stored: 4, missing: [], verdict: 'complete' }]);
});
