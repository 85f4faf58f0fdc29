import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { asyncApi } from '@rideline/api/description/asyncapi';
import { PROTOCOL, SOCKET_EVENTS, type TripStateName } from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { validatorOf } from '../harness/descriptions/schema-validator.ts';
import { startChild } from '../harness/processes/child-process.ts';
import { pythonWith } from '../harness/processes/python-environment.ts';

const WAIT = { timeout: 90_000, interval: 100 };
const CLIENTS = join(import.meta.dirname, '../../docs/clients');
/** Metres between two degrees of latitude. */
const DEGREE = 111_195;

type Namespace = keyof typeof SOCKET_EVENTS;
/** One message as it was on the wire; `reply` when it is an acknowledgement. */
interface Seen {
  readonly namespace: Namespace;
  readonly event: string;
  readonly kind: 'message' | 'reply';
  readonly payload: unknown;
}

const python = await pythonWith(join(CLIENTS, 'requirements.txt'));
if (python.program === null) console.log(`the Python driver is skipped: ${python.why}`);

let whole: WholeCluster;
const seen: Seen[] = [];
const open: Socket[] = [];
beforeAll(async () => {
  whole = await startWholeCluster();
});
afterAll(async () => {
  for (const socket of open) socket.disconnect();
  await whole?.stop();
});

/** A stock client whose messages, and their acknowledgements, in both directions are kept. */
async function recorded(namespace: Namespace, role: 'driver' | 'rider' | 'operator', id: string) {
  const auth = { token: await whole.token(role, id), protocol: PROTOCOL.max, sdk: 'recorded/1' };
  const socket = io(`${whole.cluster.url}${namespace}`, { auth, forceNew: true, transports: ['websocket'] });
  open.push(socket);
  const note = (event: string, kind: Seen['kind'], payload: unknown) =>
    seen.push({ namespace, event, kind, payload });
  socket.onAny((event: string, ...args: unknown[]) => {
    note(event, 'message', args[0]);
    const acknowledge = args.at(-1);
    if (typeof acknowledge !== 'function') return;
    note(event, 'reply', { ok: true });
    acknowledge({ ok: true });
  });
  await vi.waitFor(() => expect(socket.connected).toBe(true), WAIT);
  const ask = async <Reply = Record<string, unknown>>(event: string, body: object): Promise<Reply> => {
    note(event, 'message', body);
    const reply: unknown = await socket.timeout(20_000).emitWithAck(event, body);
    note(event, 'reply', reply);
    return reply as Reply;
  };
  return { socket, ask };
}

type Schema = Record<string, unknown> & {
  readonly properties?: object;
  readonly required?: readonly string[];
  readonly allOf?: readonly { readonly $ref: string }[];
};
interface Described {
  readonly components: {
    readonly messages: Record<string, { payload: Schema }>;
    readonly schemas: Record<string, Schema>;
  };
}

/** The same document without room for fields that it does not describe: what the server sends beyond its description is then a fault. */
function closed(document: Described): Described {
  const { schemas } = document.components;
  return JSON.parse(JSON.stringify(document), (_key, value: Schema | null) => {
    if (typeof value !== 'object' || value === null) return value;
    // One part alone is a reference with a description beside it.
    if (value.allOf?.length === 1) return value;
    // An answer is `{ok: true}` and its fields. Each of the two alone would refuse the other's.
    const parts = value.allOf?.map(({ $ref }) => schemas[$ref.split('/').at(-1) ?? ''] ?? {});
    const whole: Schema =
      parts === undefined
        ? value
        : {
            type: 'object',
            properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
            required: parts.flatMap(({ required = [] }) => required),
          };
    const isOpen =
      whole.type === 'object' && whole.properties !== undefined && whole.additionalProperties === undefined;
    return isOpen ? { ...whole, additionalProperties: false } : whole;
  });
}

function faultsOf(): (one: Seen) => string[] {
  const faults = validatorOf(closed(asyncApi() as unknown as Described), 'draft-07');
  return ({ namespace, event, kind, payload }) => {
    const key = `${namespace.slice(1)}.${event.replace(':', '-')}${kind === 'reply' ? '.reply' : ''}`;
    return faults(`#/components/messages/${key}/payload`, payload).map((fault) => `${key}${fault}`);
  };
}

/** A driver who accepts each offer but those of `declined`, and stands where it is told to. */
async function recordedDriver(id: string, place: { lat: number; lng: number }) {
  const driver = await recorded('/driver', 'driver', id);
  const boot = randomUUID();
  let seq = 0;
  const fix = async (flags = 0) => {
    const { domainMs } = await driver.ask<{ domainMs: number }>('time', {});
    const at = [Math.round(domainMs), place.lat + seq * 0.00001, place.lng];
    return driver.ask('location:update', { boot, fixes: [[seq++, ...at, 0, null, 5, flags]] });
  };
  await driver.ask('sync', {});
  await fix();
  await driver.ask('driver:status', { status: 'available' });
  return { ...driver, fix };
}

const near = (place: { lat: number; lng: number }, metres: number) => ({
  ...place,
  lat: place.lat + metres / DEGREE,
});
const seenOf = <Payload = Record<string, unknown>>(event: string) =>
  seen
    .filter((one) => one.event === event && one.kind === 'message')
    .map(({ payload }) => payload as Payload);

type Client = Awaited<ReturnType<typeof recorded>>;
type RecordedDriver = Awaited<ReturnType<typeof recordedDriver>>;

const command = (tripId: string) => ({ commandId: randomUUID(), tripId, at: Date.now() });

/** Requests a trip, and waits until the driver has its offer. */
async function offered(
  rider: Client,
  driver: RecordedDriver,
  place: { lat: number; lng: number },
): Promise<string> {
  const tripId = randomUUID();
  await rider.ask('trip:request', { tripId, pickup: near(place, 40), dropoff: near(place, 900) });
  await vi.waitFor(async () => {
    await driver.fix();
    expect(seenOf<{ tripId: string }>('offer:new').at(-1)?.tripId).toBe(tripId);
  }, WAIT);
  return tripId;
}

/** A ride from the request to its end, followed by its rider, with refusals on the way. */
async function drive(
  rider: Client,
  driver: RecordedDriver,
  place: { lat: number; lng: number },
): Promise<void> {
  const tripId = await offered(rider, driver, place);
  await rider.ask('track:subscribe', { tripId });
  await driver.ask('offer:answer', { commandId: randomUUID(), offerId: `${tripId}_1`, accept: true });
  // Accepted already: the refusal of a second answer.
  await driver.ask('offer:answer', { commandId: randomUUID(), offerId: `${tripId}_1`, accept: false });
  for (const action of ['arrived', 'start', 'pause', 'resume', 'complete']) {
    await driver.fix();
    await driver.ask('trip:command', { ...command(tripId), action });
    if (action !== 'start') continue;
    await vi.waitFor(async () => {
      await driver.fix();
      expect(
        seenOf<{ tripId: string }>('location:update').filter((one) => one.tripId === tripId).length,
      ).toBeGreaterThan(2);
    }, WAIT);
    // Sent at most once a second: a ride may be over before.
    await vi.waitFor(() => expect(seenOf('trip:watchers')).not.toEqual([]), WAIT);
    const { pos } = seenOf<{ pos: number; tripId: string }>('location:update').findLast(
      (one) => one.tripId === tripId,
    ) ?? { pos: 1 };
    await rider.ask('track:seen', { tripId, pos });
    await driver.ask('sync', {});
  }
  await vi.waitFor(
    () => expect(seenOf('trip:event')).toContainEqual(expect.objectContaining({ tripId, type: 'completed' })),
    WAIT,
  );
  await rider.ask('track:subscribe', { tripId, since: { version: 1, epoch: 0, pos: 0 } });
  await rider.ask('track:unsubscribe', { tripId });
  await rider.ask('trip:command', { ...command(tripId), action: 'cancel' });
}

/** Events that no ride brings about: the log of a trip must be lost for it. */
const NOT_SEEN = ['/rider track:reset'];

it('ADM-106: every message of rides on the wire is as asyncapi.json describes it, and has nothing else', async () => {
  const place = { lat: 37.77, lng: -122.42 };
  const operator = await recorded('/operator', 'operator', 'watching');
  await operator.ask('fleet:watch', { bbox: [-122.5, 37.7, -122.3, 37.9], zoom: 12 });
  const driver = await recordedDriver('recorded', place);
  const [first, second] = [
    await recorded('/rider', 'rider', 'first'),
    await recorded('/rider', 'rider', 'second'),
  ];
  for (const [client, role, id] of [
    [operator, 'operator', 'watching'],
    [driver, 'driver', 'recorded'],
    [first, 'rider', 'first'],
  ] as const) {
    await client.ask('time', {});
    await client.ask('auth:renew', { token: await whole.token(role, id) });
    // A token of another user is refused.
    await client.ask('auth:renew', { token: await whole.token(role, `not-${id}`) });
  }
  await driver.ask('driver:health', { boot: 'b', at: Date.now(), battery: 80, conditions: [] });
  // Flag 1: a mock provider, which is refused.
  await driver.fix(1);
  const regretted = await offered(first, driver, place);
  await first.ask('trip:command', { ...command(regretted), action: 'cancel' });
  await vi.waitFor(() => expect(seenOf('offer:revoked')).toHaveLength(1), WAIT);
  await drive(second, driver, place);
  // The next connection of the driver ends this one, with a goodbye.
  await recorded('/driver', 'driver', 'recorded');
  await vi.waitFor(() => expect(seenOf('goodbye')).toHaveLength(1), WAIT);
  for (const event of ['location:ack', 'location:refused', 'notification', 'fleet:frame', 'trips:frame'])
    await vi.waitFor(() => expect([event, seenOf(event).length]).not.toEqual([event, 0]), WAIT);

  const faults = faultsOf();
  // What is not described is found.
  expect(
    faults({ namespace: '/rider', event: 'track:seen', kind: 'reply', payload: { ok: true, more: 1 } }),
  ).not.toEqual([]);
  expect(seen.flatMap(faults).slice(0, 20)).toEqual([]);
  expect(
    seen.filter(({ kind, payload }) => kind === 'reply' && (payload as { ok: boolean }).ok === false).length,
  ).toBeGreaterThan(3);
  const names = new Set(
    seen.filter(({ kind }) => kind === 'message').map(({ namespace, event }) => `${namespace} ${event}`),
  );
  const described = Object.entries(SOCKET_EVENTS).flatMap(([namespace, { toServer, toClient }]) =>
    Object.keys({ ...toServer, ...toClient }).map((event) => `${namespace} ${event}`),
  );
  const missing = described.filter((name) => !names.has(name) && !NOT_SEEN.includes(name));
  // Each namespace says goodbye in one way.
  expect(missing.filter((name) => !name.endsWith(' goodbye'))).toEqual([]);
});

it.skipIf(python.program === null)(
  'ADM-107: a driver in Python, from the documents alone, sends fixes until they are durable, takes an offer and drives the trip to its end',
  async () => {
    const place = { lat: 48.2, lng: 16.37 };
    const token = await whole.token('driver', 'in-python');
    const child = startChild(
      python.program ?? '',
      [join(CLIENTS, 'python-driver.py'), '--from', `${place.lat},${place.lng}`],
      {
        env: {
          ...process.env,
          RIDELINE_URL: whole.cluster.url,
          RIDELINE_TOKEN: token,
          PYTHONDONTWRITEBYTECODE: '1',
        },
      },
    );
    try {
      await vi.waitFor(() => expect(child.output()).toContain('synchronised: offline'), WAIT);
      const rider = await recorded('/rider', 'rider', 'of-python');
      const tripId = randomUUID();
      await rider.ask('trip:request', { tripId, pickup: near(place, 30), dropoff: near(place, 70) });
      await rider.ask('track:subscribe', { tripId });
      await vi.waitFor(() => expect(child.hasEnded(), child.output()).toBe(true), WAIT);
      expect([await child.ended, child.output()]).toEqual([0, expect.stringContaining('trip: completed')]);
      expect(child.output()).toMatch(/durable up to \d+ held 0/);
      const states = seenOf<{ tripId: string; state: TripStateName }>('trip:event')
        .filter((one) => one.tripId === tripId)
        .map(({ state }) => state);
      // What happened before the rider followed the trip is in the snapshot.
      expect([...new Set(states)].slice(-3)).toEqual(['arrived', 'in_progress', 'completed']);
      const ledger = await whole.api.ledger('in-python');
      expect(ledger).toMatchObject({ verdict: 'complete', boots: [{ missingSeqs: 0, refused: 0 }] });
    } finally {
      await child.end('SIGKILL');
    }
  },
);
