import { randomUUID } from 'node:crypto';
import {
  driverSearchAnswerSchema,
  type Point,
  problemSchema,
  type TripStatus,
  tripStatusSchema,
  tripViewSchema,
} from '@rideline/contract';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { startTemporaryCluster } from '@rideline/load/cluster/temporary-cluster';
import { createTokenIssuer } from '@rideline/load/cluster/token-issuer';
import { startBaseline } from '@rideline/load/lab/baseline/running-baseline';
import { DEFAULT_VARIANTS, isBaselineVariant, type Variant } from '@rideline/load/lab/baseline/variants';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiRequest } from '../harness/clients/api-request.ts';
import { LoadDriver, type LoadedStack, LoadRider } from '../harness/clients/load-clients.ts';

/**
 * What the load scenarios call, against each stack of a comparison: the same routes, payloads and events everywhere, or the figures of a
 * comparison say nothing.
 */
const SOON = { timeout: 60_000, interval: 20 };
/** Every test has a neighbourhood of its own, farther from the others than a search reaches. */
let places = 0;
const newPlace = (): Point => ({ lat: 37 + 0.2 * places++, lng: -122.4 });
const north = ({ lat, lng }: Point, metres: number): Point => ({ lat: lat + metres / 111_195, lng });
/** Within reach of `arrived`. */
const AT_THE_DOOR_METRES = 60;

async function startStack(variant: Variant): Promise<LoadedStack & AsyncDisposable> {
  if (isBaselineVariant(variant)) {
    const options = { processes: 3, workers: 1, fronts: 1, offerWindowMs: 6000 };
    const baseline = await startBaseline({ variant, ...options });
    return { ...baseline, url: baseline.urls[0] };
  }
  const temporary = await startTemporaryCluster({
    scale: { gateway: 2, api: 1, workers: 1 },
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', 'haproxy'],
    dashboard: false,
    env: RAISED_LIMITS,
  });
  const { url, env } = temporary.cluster;
  const issueToken = await createTokenIssuer(env);
  return { url, issueToken, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe.each(DEFAULT_VARIANTS)('the calls of the load scenarios: %s', (variant) => {
  let stack: LoadedStack & AsyncDisposable;
  const open: { readonly client: { close(): void } }[] = [];
  const driver = async (place: Point) => kept(await LoadDriver.available(stack, place));
  const rider = async () => kept(await LoadRider.connected(stack));
  function kept<Client extends { readonly client: { close(): void } }>(one: Client): Client {
    open.push(one);
    return one;
  }

  /** The two ways in which a baseline notices it: a worker's delayed job, or a look into MongoDB. The window passes during the other tests. */
  const waitsForOffers = variant === 'rest' || variant === 'queue';
  let unanswered: ReturnType<typeof leaveUnanswered>;
  async function leaveUnanswered() {
    const door = newPlace();
    const [silent, other] = [await driver(north(door, 100)), await driver(north(door, 800))];
    const tripId = randomUUID();
    await (await rider()).request(tripId, door);
    return { silent, other, tripId, offer: await silent.offerOf(tripId) };
  }

  beforeAll(async () => {
    stack = await startStack(variant);
    if (waitsForOffers) unanswered = leaveUnanswered();
    await unanswered;
  });
  afterAll(async () => {
    for (const { client } of open) client.close();
    await stack?.[Symbol.asyncDispose]();
  });

  it('LOAD-35: a trip goes from its request over the nearest driver to its end, and its rider has the events and the positions', async () => {
    const door = newPlace();
    const near = await driver(north(door, AT_THE_DOOR_METRES));
    await driver(north(door, 900));
    const guest = await rider();
    const tripId = randomUUID();
    const created = await guest.request(tripId, door);
    expect(created.status).toBe(201);
    tripStatusSchema.parse(await created.json());
    expect((await guest.request(tripId, door)).status).toBe(200);
    expect(await near.answer(await near.offerOf(tripId), true)).toMatchObject({
      ok: true,
      state: 'accepted',
    });
    await guest.eventOf(tripId, 'accepted');
    expect(await guest.client.ask('track:subscribe', { tripId })).toMatchObject({
      ok: true,
      snapshot: { tripId, state: 'accepted', driver: { id: near.id } },
    });
    await vi.waitFor(async () => {
      expect(await near.fix()).toEqual({ ok: true });
      expect(guest.positions(tripId).length).toBeGreaterThan(1);
    }, SOON);
    const numbers = guest.positions(tripId).map(({ pos }) => pos);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    const steps = { arrived: 'arrived', start: 'in_progress', complete: 'completed' };
    for (const [action, state] of Object.entries(steps)) {
      const command = near.commandOf(tripId, action);
      expect(await near.ask('trip:command', command)).toMatchObject({ ok: true, state });
      // A repeat under its id changes nothing.
      expect(await near.ask('trip:command', command)).toMatchObject({ ok: true, state });
    }
    await guest.eventOf(tripId, 'completed');
    const view = tripViewSchema.parse(await (await guest.call('GET', `/v1/trips/${tripId}`)).json());
    expect(view).toMatchObject({ state: 'completed', open: false, driverId: near.id, riderId: guest.id });
  });

  it('LOAD-35: a search finds the free drivers near by, the nearest first; riders see neither id nor exact place', async () => {
    const door = newPlace();
    const found = [
      await driver(north(door, 200)),
      await driver(north(door, 700)),
      await driver(north(door, 1900)),
    ];
    await driver(north(door, 4000));
    const query = `lat=${door.lat}&lng=${door.lng}&radius=3000&limit=10`;
    const token = await stack.issueToken('operator', 'test');
    await vi.waitFor(async () => {
      const answer = await apiRequest('GET', `${stack.url}/v1/drivers/search?${query}`, { token });
      const { drivers } = driverSearchAnswerSchema.parse(await answer.json());
      expect(drivers.map(({ driverId }) => driverId)).toEqual(found.map(({ id }) => id));
      expect(drivers.map(({ distanceMetres }) => Math.round(distanceMetres / 100))).toEqual([2, 7, 19]);
    }, SOON);
    const seen = await (await rider()).call('GET', `/v1/drivers/search?${query}`);
    const { drivers } = driverSearchAnswerSchema.parse(await seen.json());
    expect(drivers).toHaveLength(3);
    for (const { driverId, lat } of drivers) {
      expect(driverId).toBeUndefined();
      expect(lat).toBe(Number(lat.toFixed(3)));
    }
  });

  it('LOAD-35: a declined trip goes to the next driver; a cancelled one frees its driver for the next rider', async () => {
    const door = newPlace();
    const [near, far] = [await driver(north(door, 100)), await driver(north(door, 800))];
    const [first, second] = [await rider(), await rider()];
    const [tripId, nextTripId] = [randomUUID(), randomUUID()];
    await first.request(tripId, door);
    const offer = await near.offerOf(tripId);
    expect(await near.ask('sync', {})).toMatchObject({ ok: true, status: 'available', offers: [{ tripId }] });
    expect(await near.answer(offer, false)).toMatchObject({ ok: true });
    await far.answer(await far.offerOf(tripId), true);
    await near.ask('driver:status', { status: 'offline' });
    const cancelled = await first.call('POST', `/v1/trips/${tripId}/cancel`, { commandId: randomUUID() });
    expect(await cancelled.json()).toMatchObject({ state: 'cancelled' });
    await first.eventOf(tripId, 'cancelled');
    await second.request(nextTripId, door);
    expect(await far.answer(await far.offerOf(nextTripId), true)).toMatchObject({
      ok: true,
      state: 'accepted',
    });
  });

  it('LOAD-36: many riders at one door: no driver is on two trips at once, and everybody is served', async () => {
    const door = newPlace();
    const drivers = await Promise.all(
      Array.from({ length: 4 }, () => driver(north(door, AT_THE_DOOR_METRES))),
    );
    const riders = await Promise.all(Array.from({ length: 12 }, rider));
    const trips = riders.map(() => randomUUID());
    const onTrip = new Map<string, string>();
    const completed = new Set<string>();
    const twice: string[] = [];
    for (const each of drivers)
      each.onOffer(async (offer) => {
        const accepted = await each.answer(offer, true);
        if (!accepted.ok) return;
        if (onTrip.has(each.id)) twice.push(each.id);
        onTrip.set(each.id, offer.tripId);
        await each.command(offer.tripId, 'arrived');
        await each.command(offer.tripId, 'start');
        onTrip.delete(each.id);
        const { ok, state } = (await each.command(offer.tripId, 'complete')) as { ok: boolean } & TripStatus;
        if (ok && state === 'completed') completed.add(offer.tripId);
      });
    const answers = await Promise.all(riders.map((each, n) => each.request(trips[n] ?? '', door)));
    expect(answers.map(({ status }) => status)).toEqual(riders.map(() => 201));
    await vi.waitFor(() => expect([...completed].sort()).toEqual([...trips].sort()), SOON);
    expect(twice).toEqual([]);
    const owners = await Promise.all(
      riders.map(async (each, n) => {
        const view = await each.call('GET', `/v1/trips/${trips[n]}`);
        return tripViewSchema.parse(await view.json()).driverId;
      }),
    );
    expect(new Set(owners)).toEqual(new Set(drivers.map(({ id }) => id)));
  });

  it('LOAD-35: requests without a token, with fields that the contract does not know, and of strangers are refused', async () => {
    const door = newPlace();
    const [guest, stranger] = [await rider(), await rider()];
    const tripId = randomUUID();
    const refused = async (answer: Response) => [
      answer.status,
      problemSchema.parse(await answer.json()).code,
    ];
    const body = { tripId, pickup: door, dropoff: north(door, 500) };
    expect(await refused(await apiRequest('POST', `${stack.url}/v1/trips`, { body }))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    expect(await refused(await guest.call('POST', '/v1/trips', { ...body, extra: 1 }))).toEqual([
      400,
      'VALIDATION',
    ]);
    await guest.call('POST', '/v1/trips', body);
    expect(await refused(await guest.request(randomUUID(), door))).toEqual([409, 'CONFLICT']);
    expect(await refused(await stranger.call('GET', `/v1/trips/${tripId}`))).toEqual([404, 'NOT_FOUND']);
    expect(await stranger.client.ask('track:subscribe', { tripId })).toMatchObject({
      ok: false,
      code: 'FORBIDDEN',
    });
    const idle = await driver(newPlace());
    expect(await idle.ask('location:update', { boot: 'b', fixes: [], extra: 1 })).toMatchObject({
      code: 'VALIDATION',
    });
    expect(await idle.command(tripId, 'arrived')).toMatchObject({ ok: false });
  });

  it('LOAD-36: a trip whose offer is not answered goes to the next driver', async (context) => {
    if (!waitsForOffers)
      return context.skip(
        'lasts a whole window of an offer: tried on two baselines, and on Rideline by MATCH-2',
      );
    const { offer, silent, tripId, other } = await unanswered;
    expect(await other.answer(await other.offerOf(tripId), true)).toMatchObject({
      ok: true,
      state: 'accepted',
    });
    expect(await silent.answer(offer, true)).toMatchObject({ ok: false, code: 'GONE' });
  });
});
