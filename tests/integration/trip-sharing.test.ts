import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CreatedShare,
  createdShareSchema,
  type DriverWatchers,
  homeSchema,
  LIMITS,
  problemSchema,
  type Role,
  SHARED_TRIP_ID,
  shareListSchema,
  shareSessionSchema,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripId,
  tripWatchersSchema,
  type UserId,
} from '@rideline/contract';
import { writeRevocation } from '@rideline/fleet/accounts/revocation-store';
import { shareCollection } from '@rideline/fleet/trips/share-collection';
import { type StoredTrip, tripCollection } from '@rideline/fleet/trips/trip-collection';
import { applyTrip } from '@rideline/fleet/trips/trip-relay';
import {
  hasTripRight,
  TRIP_RIGHTS,
  type TripRight,
  type TripViewer,
} from '@rideline/fleet/trips/trip-rights';
import { createRider } from '@rideline/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiRequest } from '../harness/clients/api-request.ts';
import { type ConnectRefused, connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { type FreeDriver, startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 25 };
let harness: TripHarness;
let area = 0;
let addresses = 0;
const open: RawClient[] = [];

beforeAll(async () => {
  harness = await startTripHarness({ apis: 1, gateways: 2, env: { RIDELINE_SEARCH_CACHE_MS: '30000' } });
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => harness.stop());

/** A part of the world of its own for each test. */
function town() {
  area += 1;
  const pickup = { lat: 10 + area, lng: 20 };
  const name = (role: string) => `${role}-${area}`;
  return { pickup, dropoff: { lat: pickup.lat + 0.02, lng: 20 }, name, rider: name('rider') };
}
type Town = ReturnType<typeof town>;

const call = (method: string, path: string, role: Role, subject: string, body?: unknown, headers = {}) =>
  harness.call(method, path, { role, subject, body, headers });
const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;

async function requested({ pickup, dropoff, rider }: Town): Promise<string> {
  const tripId = randomUUID();
  const answer = await call('POST', '/v1/trips', 'rider', rider, { tripId, pickup, dropoff });
  expect(answer.status).toBe(201);
  return tripId;
}

/** A trip that its driver has accepted. */
async function accepted(at: Town): Promise<{ tripId: string; cab: FreeDriver }> {
  const cab = await harness.freeDriver(at.name('driver'), at.pickup, 1);
  open.push(cab);
  const tripId = await requested(at);
  const offer = await cab.offer(tripId);
  expect(await cab.answer(offer.offerId, true)).toMatchObject({ ok: true });
  return { tripId, cab };
}

async function shared(tripId: string, rider: string, body: object = {}): Promise<CreatedShare> {
  const answer = await call('POST', `/v1/trips/${tripId}/shares`, 'rider', rider, body);
  expect(answer.status).toBe(201);
  return createdShareSchema.parse(await answer.json());
}

const secretOf = ({ path }: CreatedShare) => path.replace('/s/', '');

/** Asks for a session from an address of its own: limits per address have their own test. */
function askSession(share: string, address = `10.9.${++addresses >> 8}.${addresses & 255}`) {
  const headers = { 'X-Forwarded-For': address };
  return apiRequest('POST', `${harness.apiUrl}/v1/shares/session`, { body: { share }, headers });
}

async function sessionOf(share: CreatedShare) {
  const answer = await askSession(secretOf(share));
  expect(answer.status).toBe(200);
  return shareSessionSchema.parse(await answer.json());
}

async function connect(gateway: number, token: string, namespace = '/rider'): Promise<RawClient> {
  const client = await connectRaw(harness.gateway(gateway), namespace, token);
  open.push(client);
  return client;
}

const subscribe = (client: RawClient, tripId: string, more: object = {}) =>
  client.ask<TrackSubscribed & { ok: boolean; code?: string }>('track:subscribe', { tripId, ...more });

/** Somebody who follows through a share. */
async function follower(gateway: number, share: CreatedShare): Promise<RawClient> {
  const client = await connect(gateway, (await sessionOf(share)).token);
  await vi.waitFor(
    async () => expect(await subscribe(client, SHARED_TRIP_ID)).toMatchObject({ ok: true }),
    SOON,
  );
  return client;
}

/** Closed by a message between processes, before the comparison with the log (10 s) would have noticed. */
async function closedAtOnce(client: RawClient, code: string) {
  await vi.waitFor(() => expect(client.socket.connected).toBe(false), { timeout: 5000, interval: 10 });
  expect(client.received('goodbye')).toEqual([{ code }]);
}

const watchersOf = async (tripId: string, role: Role, subject: string) =>
  tripWatchersSchema.parse(await (await call('GET', `/v1/trips/${tripId}/watchers`, role, subject)).json());

describe('share links', () => {
  test('TRACK-29: a rider makes links of a trip that has not ended, at most ten that work, and revokes them; nobody else does', async () => {
    const at = town();
    const tripId = await requested(at);
    const path = `/v1/trips/${tripId}/shares`;
    const first = await shared(tripId, at.rider, { label: 'Mum', ttlMs: LIMITS.shareTtlMinMs });
    expect(first.path).toMatch(/^\/s\/[A-Za-z0-9_-]{32}$/);
    expect(Date.parse(first.expiresAt) - Date.parse(first.createdAt)).toBe(LIMITS.shareTtlMinMs);
    for (const body of [{ ttlMs: 1 }, { ttlMs: LIMITS.shareTtlMaxMs + 1 }, { label: '' }, { scope: 'all' }])
      expect((await call('POST', path, 'rider', at.rider, body)).status).toBe(400);
    // Repeated under its key it is the same link; without a key it is another one.
    const key = { 'Idempotency-Key': randomUUID() };
    const twice = await Promise.all(
      [1, 2].map(async () => (await call('POST', path, 'rider', at.rider, {}, key)).json()),
    );
    const again = await (await call('POST', path, 'rider', at.rider, {}, key)).json();
    expect(twice).toContainEqual(again);
    const rest = await Promise.all(
      Array.from({ length: 12 }, () => call('POST', path, 'rider', at.rider, {})),
    );
    expect(rest.filter(({ status }) => status === 201)).toHaveLength(LIMITS.sharesPerTrip - 2);
    expect(await codeOf(rest.find(({ status }) => status !== 201) as Response)).toBe('CONFLICT');
    const list = async () =>
      shareListSchema.parse(await (await call('GET', path, 'rider', at.rider)).json()).shares;
    const shares = await list();
    expect(shares).toHaveLength(LIMITS.sharesPerTrip);
    expect(shares).toContainEqual({
      shareId: first.shareId,
      label: 'Mum',
      createdAt: first.createdAt,
      expiresAt: first.expiresAt,
      lastOpenedAt: null,
      watching: 0,
    });
    const stored = await harness.db
      .collection(shareCollection)
      .find({ tripId: tripId as never })
      .toArray();
    expect(JSON.stringify(stored)).not.toContain(secretOf(first));
    expect(stored.find(({ _id }) => _id === first.shareId)).toMatchObject({ label: 'Mum', userId: at.rider });
    const one = `${path}/${first.shareId}`;
    for (const [role, subject, status] of [
      ['rider', 'somebody', 404],
      ['driver', 'somebody', 403],
      ['operator', 'night', 200],
      ['rider', at.rider, 200],
    ] as const)
      expect([role, (await call('DELETE', one, role, subject)).status]).toEqual([role, status]);
    expect((await call('DELETE', `${path}/unknown`, 'rider', at.rider)).status).toBe(404);
    expect(await list()).toHaveLength(LIMITS.sharesPerTrip - 1);
    // The place is free again.
    await shared(tripId, at.rider);
    const stranger = await call('POST', path, 'rider', 'somebody', {});
    expect([stranger.status, (await call('POST', path, 'operator', 'night', {})).status]).toEqual([404, 403]);
    await call('POST', `/v1/trips/${tripId}/cancel`, 'rider', at.rider, { commandId: randomUUID() });
    const late = await call('POST', path, 'rider', at.rider, {});
    expect([late.status, await codeOf(late)]).toEqual([409, 'ILLEGAL_TRANSITION']);
  });

  test('SEC-39: an unknown, a revoked and an expired link open nothing; no log has a secret', async () => {
    const at = town();
    const tripId = await requested(at);
    const [works, revoked, expired] = [
      await shared(tripId, at.rider),
      await shared(tripId, at.rider),
      await shared(tripId, at.rider),
    ];
    await call('DELETE', `/v1/trips/${tripId}/shares/${revoked.shareId}`, 'rider', at.rider);
    await harness.db
      .collection(shareCollection)
      .updateOne({ _id: expired.shareId }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    const outcome = async (secret: string) => {
      const answer = await askSession(secret);
      return answer.ok ? 'opened' : codeOf(answer);
    };
    expect(await outcome(secretOf(works))).toBe('opened');
    expect(await outcome(secretOf(revoked))).toBe('NOT_FOUND');
    expect(await outcome(secretOf(expired))).toBe('GONE');
    expect(await outcome('A'.repeat(32))).toBe('NOT_FOUND');
    expect(await outcome(works.shareId)).toBe('VALIDATION');
    const page = await apiRequest('GET', `${harness.apiUrl}${works.path}`);
    await page.body?.cancel();
    const folder = join(harness.cluster.dataDir, 'logs');
    const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
    expect(lines.some((line) => line.includes('/v1/shares/session'))).toBe(true);
    expect(lines.filter((line) => line.includes(secretOf(works)))).toEqual([]);
  });

  test('SEC-40: one address gets thirty guesses in a quarter of an hour; links that exist do not count', async () => {
    const at = town();
    const share = await shared(await requested(at), at.rider);
    const address = '10.10.0.1';
    const statusOf = async (secret: string) => (await askSession(secret, address)).status;
    for (let n = 0; n < 35; n += 1) expect(await statusOf(secretOf(share))).toBe(200);
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, n) => statusOf(String(n).padStart(32, 'x'))),
    );
    expect(guesses.filter((status) => status === 404)).toHaveLength(30);
    expect(await statusOf(secretOf(share))).toBe(429);
    expect((await askSession(secretOf(share), '10.10.0.2')).status).toBe(200);
  });

  test('SEC-43: a revoked link is answered, and counted, like one that never existed', async () => {
    const at = town();
    const tripId = await requested(at);
    const gone = await shared(tripId, at.rider);
    await call('DELETE', `/v1/trips/${tripId}/shares/${gone.shareId}`, 'rider', at.rider);
    // Nothing in the answer tells a link that existed from one that never did.
    const [ofRevoked, ofUnknown] = await Promise.all(
      [secretOf(gone), 'B'.repeat(32)].map(async (secret) => {
        const answer = await askSession(secret);
        const {
          requestId: _id,
          instance: _instance,
          ...body
        } = (await answer.json()) as Record<string, unknown>;
        const varies = ['date', 'x-request-id', 'content-length', 'server-timing'];
        const headers = [...answer.headers].filter(([name]) => !varies.includes(name));
        return { status: answer.status, body, headers };
      }),
    );
    expect(ofRevoked).toEqual(ofUnknown);
    const asked = await Promise.all(
      Array.from({ length: 32 }, async () => (await askSession(secretOf(gone), '10.10.0.3')).status),
    );
    expect(asked.filter((status) => status === 404)).toHaveLength(30);
  });
});

describe('following through a share', () => {
  test('TRACK-30: a share follows one trip from its snapshot on, and sees neither ids, places nor reasons', async () => {
    const at = town();
    const { tripId, cab } = await accepted(at);
    const share = await shared(tripId, at.rider);
    const friend = await follower(2, share);
    const snapshot = await vi.waitFor(async () => {
      const subscribed = await subscribe(friend, SHARED_TRIP_ID, { since: { version: 0, epoch: 0, pos: 0 } });
      expect(subscribed.snapshot.position?.lat).toBeCloseTo(at.pickup.lat, 3);
      return subscribed;
    }, SOON);
    expect(snapshot).toMatchObject({ recovered: false, missed: [], snapshot: { state: 'accepted' } });
    await vi.waitFor(() => expect(friend.received('location:update').length).toBeGreaterThan(1), SOON);
    await cab.command(tripId, 'arrived');
    await vi.waitFor(
      () => expect(friend.received<TripEvent>('trip:event').at(-1)?.state).toBe('arrived'),
      SOON,
    );
    const seen = JSON.stringify([
      snapshot,
      friend.received('location:update'),
      friend.received('trip:event'),
    ]);
    for (const hidden of [tripId, at.rider, cab.id, String(at.dropoff.lat), 'pickup', 'dropoff', 'stops'])
      expect([hidden, seen.includes(hidden)]).toEqual([hidden, false]);
    const versions = friend.received<TripEvent>('trip:event').map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)]);
  });

  test('SEC-41: the token of a share is good for nothing else: no other trip, event, namespace or route', async () => {
    const at = town();
    const tripId = await requested(at);
    const other = await requested(town());
    const { token } = await sessionOf(await shared(tripId, at.rider));
    const friend = await connect(1, token);
    for (const id of [other, 'unknown'])
      expect(await subscribe(friend, id)).toMatchObject({ ok: false, code: 'FORBIDDEN' });
    const command = { commandId: randomUUID(), tripId, action: 'cancel', at: Date.now() };
    expect(await friend.ask('trip:command', command)).toMatchObject({ code: 'UNKNOWN_EVENT' });
    expect(await friend.ask('trip:request', { tripId: randomUUID(), ...at })).toMatchObject({
      code: 'UNKNOWN_EVENT',
    });
    for (const namespace of ['/driver', '/operator']) {
      const refused = await connect(1, token, namespace).catch((error: ConnectRefused) => error.data?.code);
      expect([namespace, refused]).toEqual([namespace, 'WRONG_AUDIENCE']);
    }
    const { paths } = (await (await apiRequest('GET', `${harness.apiUrl}/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
    };
    let routes = 0;
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        if (security?.length === 0) continue;
        routes += 1;
        const url = harness.apiUrl + path.replaceAll(/\{[^}]+\}/g, tripId);
        const answer = await apiRequest(method.toUpperCase(), url, { token });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
    }
    expect(routes).toBeGreaterThan(50);
  });

  test('TRACK-30: a revoked share closes its open sockets on every gateway at once, and no others', async () => {
    const at = town();
    const { tripId } = await accepted(at);
    const [ends, stays] = [await shared(tripId, at.rider), await shared(tripId, at.rider)];
    const closing = [await follower(1, ends), await follower(2, ends)];
    const { token } = await sessionOf(ends);
    const staying = await follower(2, stays);
    const rider = await harness.phone('rider', at.rider, 2);
    open.push(rider);
    await subscribe(rider, tripId);
    await call('DELETE', `/v1/trips/${tripId}/shares/${ends.shareId}`, 'rider', at.rider);
    for (const client of closing) await closedAtOnce(client, 'TOKEN_REVOKED');
    // A token that was issued before, and one that another node issues at the same moment from what it has read.
    await expect(connect(1, token)).rejects.toMatchObject({ data: { code: 'TOKEN_REVOKED' } });
    expect([staying.socket.connected, rider.socket.connected]).toEqual([true, true]);
    expect(await codeOf(await askSession(secretOf(ends)))).toBe('NOT_FOUND');
  });

  test('TRACK-30: with the end of the trip every open socket of its shares is closed at once, and the link opens no more', async () => {
    const at = town();
    const { tripId, cab } = await accepted(at);
    const share = await shared(tripId, at.rider);
    const following = [await follower(1, share), await follower(2, share)];
    // Connected, and not subscribed.
    const idle = await connect(2, (await sessionOf(share)).token);
    const rider = await harness.phone('rider', at.rider, 2);
    open.push(rider);
    await subscribe(rider, tripId);
    for (const action of ['arrived', 'start', 'complete']) await cab.command(tripId, action);
    for (const client of [...following, idle]) await closedAtOnce(client, 'GONE');
    const [first] = following;
    expect(first?.received<TripEvent>('trip:event').at(-1)).toMatchObject({ state: 'completed', data: {} });
    expect(await codeOf(await askSession(secretOf(share)))).toBe('GONE');
    expect(rider.socket.connected).toBe(true);
    const after = await subscribe(rider, tripId);
    expect(after).toMatchObject({ ok: true, snapshot: { state: 'completed', position: null } });
    expect(cab.socket.connected).toBe(true);
  });

  test('SDK-107: an app on the SDK that follows through a share ends with the revocation, and with the trip, without waiting for a comparison', async () => {
    const at = town();
    const { tripId, cab } = await accepted(at);
    const shares = [await shared(tripId, at.rider), await shared(tripId, at.rider)];
    const ends: string[] = [];
    const riders = await Promise.all(
      shares.map(async (share, index) => {
        const { token } = await sessionOf(share);
        const rider = createRider({ url: harness.gateway(index + 1), token });
        rider.connect();
        rider.follow(SHARED_TRIP_ID, { onEnd: ({ code }) => ends.push(`${index} ${code ?? 'ended'}`) });
        return rider;
      }),
    );
    const shown = () => riders.map((rider) => rider.followed(SHARED_TRIP_ID)?.view);
    await vi.waitFor(() => {
      for (const view of shown())
        expect(view).toMatchObject({
          status: 'live',
          trip: { state: 'accepted' },
          position: { lat: expect.any(Number) },
        });
    }, SOON);
    const atOnce = { timeout: 5000, interval: 10 };
    await call('DELETE', `/v1/trips/${tripId}/shares/${shares[0]?.shareId}`, 'rider', at.rider);
    await vi.waitFor(() => expect(ends).toEqual(['0 TOKEN_REVOKED']), atOnce);
    expect(shown()[1]?.status).toBe('live');
    await cab.command(tripId, 'cancel');
    await call('POST', `/v1/trips/${tripId}/cancel`, 'rider', at.rider, { commandId: randomUUID() });
    await vi.waitFor(() => expect(ends).toEqual(['0 TOKEN_REVOKED', '1 ended']), atOnce);
    expect(shown().map((view) => view?.status)).toEqual(['ended', 'ended']);
    for (const rider of riders) rider.close();
  });
});

describe('watchers', () => {
  test('TRACK-32: the rider sees who follows through which link, the driver only how many; both see it change', async () => {
    const at = town();
    const { tripId, cab } = await accepted(at);
    const mum = await shared(tripId, at.rider, { label: 'Mum' });
    const rider = await harness.phone('rider', at.rider, 1);
    open.push(rider);
    await vi.waitFor(async () => expect(await subscribe(rider, tripId)).toMatchObject({ ok: true }), SOON);
    const friends = [await follower(1, mum), await follower(2, mum)];
    await vi.waitFor(async () => {
      const { count, watchers } = await watchersOf(tripId, 'rider', at.rider);
      expect([count, watchers.map(({ role, label, sockets }) => [role, label, sockets])]).toEqual([
        3,
        [
          ['rider', null, 1],
          ['share', 'Mum', 2],
        ],
      ]);
    }, SOON);
    const { watchers } = await watchersOf(tripId, 'operator', 'night');
    expect(watchers[1]).toMatchObject({ shareId: mum.shareId, since: expect.any(String) });
    const forDriver = await watchersOf(tripId, 'driver', cab.id);
    expect(forDriver.count).toBe(3);
    expect(forDriver.watchers.every(({ shareId, label }) => shareId === null && label === null)).toBe(true);
    expect((await call('GET', `/v1/trips/${tripId}/watchers`, 'rider', 'somebody')).status).toBe(404);
    const told = () => cab.received<DriverWatchers>('trip:watchers').at(-1);
    await vi.waitFor(() => expect(told()).toEqual({ tripId, count: 3 }), SOON);
    expect(await cab.ask('sync', {})).toMatchObject({ ok: true, watchers: 3 });
    const path = `/v1/trips/${tripId}/shares`;
    const { shares } = shareListSchema.parse(await (await call('GET', path, 'rider', at.rider)).json());
    expect(shares[0]).toMatchObject({ watching: 2, lastOpenedAt: expect.any(String) });
    for (const friend of friends) friend.close();
    await vi.waitFor(() => expect(told()).toEqual({ tripId, count: 1 }), SOON);
    await vi.waitFor(async () => expect((await watchersOf(tripId, 'rider', at.rider)).count).toBe(1), SOON);
  });
});

describe('rights', () => {
  /** What a viewer can do with the trip now, found by doing it: every room and every route of a trip. */
  async function found(viewer: TripViewer, tripId: string, at: Town): Promise<Set<TripRight>> {
    const rights = new Set<TripRight>();
    const note = (right: TripRight, has: boolean) => void (has && rights.add(right));
    const role: Record<TripViewer, Role> = {
      rider: 'rider',
      stranger: 'rider',
      share: 'rider',
      driver: 'driver',
      operator: 'operator',
    };
    const subject = viewer === 'rider' || viewer === 'driver' ? at.name(viewer) : `another-${viewer}`;
    const get = (path: string) => call('GET', `/v1/trips/${tripId}${path}`, role[viewer], subject);
    if (viewer !== 'share') {
      const trip = await get('');
      note('read', trip.ok);
      note('route', trip.ok && 'pickup' in ((await trip.json()) as object));
      expect((await get('/events')).ok).toBe(rights.has('read'));
      const watchers = await get('/watchers');
      note('watchers', watchers.ok);
      if (watchers.ok)
        note(
          'watcher_labels',
          tripWatchersSchema.parse(await watchers.json()).watchers.some(({ shareId }) => shareId !== null),
        );
      note('shares', (await get('/shares')).ok);
      note('investigate', (await get('/candidates')).ok);
      expect((await get('/audit')).ok).toBe(rights.has('investigate'));
      const made = await call('POST', `/v1/trips/${tripId}/shares`, role[viewer], subject, {});
      note('share', made.status === 201);
      if (made.ok) {
        const { shareId } = createdShareSchema.parse(await made.json());
        await call('DELETE', `/v1/trips/${tripId}/shares/${shareId}`, 'rider', at.rider);
      }
    }
    if (viewer === 'driver' || viewer === 'operator') {
      const token = await harness.token(role[viewer], subject);
      await expect(connect(1, token)).rejects.toMatchObject({ data: { code: 'WRONG_AUDIENCE' } });
      return rights;
    }
    const client = viewer === 'share' ? shareSocket : await harness.phone('rider', subject, 2);
    if (client === undefined || !client.socket.connected) return rights;
    if (viewer !== 'share') open.push(client);
    const subscribed = await subscribe(client, viewer === 'share' ? SHARED_TRIP_ID : tripId);
    const { snapshot } = subscribed;
    if (subscribed.ok) {
      note('follow', hasTripRight('rider', snapshot.state, 'follow'));
      note('position', snapshot.position !== null);
      note('driver', snapshot.driver !== null);
      note('route', snapshot.pickup !== undefined);
    }
    if (viewer === 'rider') client.close();
    return rights;
  }
  let shareSocket: RawClient | undefined;

  test('TRACK-35: every viewer can do in every phase what the table of rights says, over REST and on sockets, and nothing more', async () => {
    const at = town();
    const tripId = await requested(at);
    const share = await shared(tripId, at.rider);
    // Stays open through all phases: what it may see changes on the open socket.
    shareSocket = await follower(2, share);
    const walk = async (phase: keyof (typeof TRIP_RIGHTS)['rider']) => {
      for (const viewer of ['rider', 'driver', 'share', 'operator', 'stranger'] as const) {
        const expected = [...TRIP_RIGHTS[viewer][phase]].sort();
        await vi.waitFor(async () => {
          // After the end nobody watches, so that no answer has a link to name.
          const shown = [...(await found(viewer, tripId, at))].sort();
          const named = phase === 'ended' ? expected.filter((right) => right !== 'watcher_labels') : expected;
          expect([viewer, phase, shown]).toEqual([viewer, phase, named]);
        }, SOON);
      }
    };
    await walk('waiting');
    const cab = await harness.freeDriver(at.name('driver'), at.pickup, 1);
    open.push(cab);
    const offer = await cab.offer(tripId);
    await walk('offered');
    await cab.answer(offer.offerId, true);
    await walk('assigned');
    await cab.command(tripId, 'arrived');
    await cab.command(tripId, 'start');
    await walk('on_board');
    await cab.command(tripId, 'complete');
    await closedAtOnce(shareSocket, 'GONE');
    const last = shareSocket.received<TrackPosition>('location:update').length;
    await walk('ended');
    expect(shareSocket.received('location:update')).toHaveLength(last);
  });
});

describe('GET /v1/home', () => {
  const homeOf = async (rider: string, query = '', headers = {}) => {
    const answer = await call('GET', `/v1/home${query}`, 'rider', rider, undefined, headers);
    return { answer, home: answer.ok ? homeSchema.parse(await answer.json()) : null };
  };

  test('ADM-90: one answer has tiers, promotions, preferences and the open trip; the same answer is 304', async () => {
    const at = town();
    const { answer, home } = await homeOf(at.rider);
    expect(home).toMatchObject({
      tiers: [{ tier: 'standard', tariff: { currency: 'USD' } }, { tier: 'comfort' }, { tier: 'xl' }],
      promotions: [],
      preferences: { version: 0, tier: 'standard' },
      openTrip: null,
    });
    expect(home?.nearby).toBeUndefined();
    expect(answer.headers.get('Cache-Status')).toMatch(/^Rideline; (hit|fwd=miss)$/);
    // Without a Cache-Control of its own fetch would add `no-cache`, which asks for the whole answer.
    const ifNone = { 'If-None-Match': answer.headers.get('ETag') ?? '', 'Cache-Control': 'max-age=0' };
    expect((await homeOf(at.rider, '', ifNone)).answer.status).toBe(304);
    const tripId = await requested(at);
    const next = await homeOf(at.rider, '', ifNone);
    expect(next.home?.openTrip).toMatchObject({ tripId, riderId: at.rider, open: true });
    expect(next.home?.openTrip?.offers).toBeUndefined();
    for (const query of ['?lat=1', '?lng=1', '?lat=91&lng=0', '?lat=1&lng=2&radius=3'])
      expect((await homeOf(at.rider, query)).answer.status).toBe(400);
    expect((await call('GET', '/v1/home', 'driver', 'cab')).status).toBe(403);
  });

  test('ADM-93: cars near by are counts by tile, from one search for all riders of a tile; the wait knows the last assignments', async () => {
    const at = town();
    const cabs = await Promise.all(
      [0, 1, 2, 3].map((n) => harness.freeDriver(`${at.name('cab')}-${n}`, at.pickup, 1)),
    );
    open.push(...cabs);
    const query = `?lat=${at.pickup.lat}&lng=${at.pickup.lng}`;
    const { home } = await homeOf(at.rider, query);
    expect(home?.nearby).toMatchObject({ total: 4, tiles: [{ cars: 4 }], elsewhere: 0 });
    expect(home?.wait).toMatchObject({ assignments: 0 });
    for (const hidden of ['cab', 'driverId']) expect(JSON.stringify(home?.nearby)).not.toContain(hidden);
    // Another rider of the tile, a few hundred metres away, gets the same cars without a search.
    const searches = () => harness.metric('api-1', 'cache_reads_total', { cache: 'nearby', outcome: 'hit' });
    const before = await searches();
    const other = await homeOf(at.name('other'), `?lat=${at.pickup.lat + 0.001}&lng=${at.pickup.lng}`);
    expect(other.home?.nearby).toEqual(home?.nearby);
    expect(await searches()).toBe(before + 1);
    // The tile of another place in which somebody has just found a driver.
    const next = town();
    const { tripId } = await accepted(next);
    await vi.waitFor(async () => {
      const found = await homeOf(next.rider, `?lat=${next.pickup.lat}&lng=${next.pickup.lng}`);
      expect(found.home).toMatchObject({ openTrip: { tripId } });
    }, SOON);
    const waits = await harness.state.keys('main:{w:*}:waits');
    expect(waits.length).toBeGreaterThan(0);
  });
});

describe('access ends', () => {
  /** Everybody who may see the car: the rider and a share, on the driver's gateway and on another one. */
  async function watched(at: Town, tripId: string, shares: readonly CreatedShare[]): Promise<RawClient[]> {
    const viewers: RawClient[] = [];
    for (const gateway of [1, 2]) {
      const rider = await harness.phone('rider', at.rider, gateway);
      open.push(rider);
      await vi.waitFor(async () => expect(await subscribe(rider, tripId)).toMatchObject({ ok: true }), SOON);
      viewers.push(rider);
      for (const share of shares) viewers.push(await follower(gateway, share));
    }
    // A gateway sends at most eight positions that the viewer has not confirmed.
    for (const { socket } of viewers)
      socket.on('location:update', (body: TrackPosition) =>
        socket.emit('track:seen', { tripId: body.tripId, pos: body.pos }, () => undefined),
      );
    return viewers;
  }
  const times = (viewer: RawClient) =>
    viewer.received<TrackPosition>('location:update').map(({ timestamp }) => timestamp);
  /** A fix every 100 ms until stopped: whoever may still see the car does so at once. */
  function hurry(cab: FreeDriver, at: Town): () => void {
    const boot = randomUUID().slice(0, 8);
    let seq = 0;
    const timer = setInterval(() => {
      seq += 1;
      const lat = at.pickup.lat + (seq % 2) * 1e-6 + seq * 1e-9;
      cab.socket.emit('location:update', { boot, fixes: [[seq, Date.now(), lat, at.pickup.lng]] });
    }, 100);
    return () => clearInterval(timer);
  }
  const framesOf = (gateway: number) => harness.metric(`gateway-${gateway}`, 'gateway_frames_total');

  /** Lets the driver send for a while after `endedAtMs`, then demands that nobody was sent a fix that was taken later than `graceMs` after it. */
  async function nothingAfter(endedAtMs: number, graceMs: number, viewers: readonly RawClient[]) {
    const before = await framesOf(1);
    await vi.waitFor(async () => {
      expect(Date.now()).toBeGreaterThan(endedAtMs + graceMs + 500);
      expect(await framesOf(1)).toBeGreaterThan(before + 10);
    }, SOON);
    for (const viewer of viewers) {
      expect(times(viewer).length).toBeGreaterThan(0);
      expect(times(viewer).filter((at) => at > endedAtMs + graceMs)).toEqual([]);
    }
  }

  test('TRACK-51: whoever ends a trip or takes it from its driver: from the answer on nobody is shown a fix of the driver, also while no relay runs; then all are told', async () => {
    const cancel = { commandId: randomUUID(), reason: 'test of access' };
    const post = async (path: string, role: Role, subject: string, body: object) =>
      expect((await call('POST', path, role, subject, { ...body, commandId: randomUUID() })).status).toBe(
        200,
      );
    const command = async (cab: FreeDriver, tripId: string, action: string) =>
      expect(await cab.command(tripId, action)).toMatchObject({ ok: true });
    const WAYS = {
      completed: ({ cab, tripId }) => command(cab, tripId, 'complete'),
      'given back': ({ cab, tripId }) => command(cab, tripId, 'cancel'),
      'cancelled by its rider': ({ at, tripId }) => post(`/v1/trips/${tripId}/cancel`, 'rider', at.rider, {}),
      'cancelled by an operator': ({ tripId }) =>
        post(`/v1/trips/${tripId}/cancel`, 'operator', 'night', cancel),
      reassigned: ({ tripId }) => post(`/v1/trips/${tripId}/reassign`, 'operator', 'night', cancel),
    } satisfies Record<string, (ride: { at: Town; cab: FreeDriver; tripId: string }) => Promise<unknown>>;
    const rides = await Promise.all(
      Object.entries(WAYS).map(async ([how, end]) => {
        const at = town();
        const { tripId, cab } = await accepted(at);
        const viewers = await watched(at, tripId, [await shared(tripId, at.rider)]);
        if (how === 'completed')
          for (const action of ['arrived', 'start']) await command(cab, tripId, action);
        return { how, end, at, tripId, cab, viewers, stop: hurry(cab, at) };
      }),
    );
    try {
      await vi.waitFor(() => {
        for (const { viewers } of rides)
          for (const viewer of viewers) expect(times(viewer).length).toBeGreaterThan(3);
      }, SOON);
      await harness.cluster.kill('workers-1');
      const ends = await Promise.all(
        rides.map(async (ride) => {
          await ride.end(ride);
          return Date.now();
        }),
      );
      for (const [index, { at, tripId, viewers }] of rides.entries()) {
        await nothingAfter(ends[index] ?? 0, 0, viewers);
        // Who subscribes now is shown no position either.
        const late = await harness.phone('rider', at.rider, 2);
        open.push(late);
        expect(await subscribe(late, tripId)).toMatchObject({ ok: true, snapshot: { position: null } });
      }
    } finally {
      for (const { stop } of rides) stop();
      await harness.cluster.start('workers-1');
    }
    const ENDED = { completed: 'completed', 'given back': 'searching', reassigned: 'searching' };
    for (const { how, viewers } of rides)
      for (const viewer of viewers)
        await vi.waitFor(() => {
          const states = viewer.received<TripEvent>('trip:event').map(({ state }) => state as string);
          expect(states).toContain(ENDED[how as keyof typeof ENDED] ?? 'cancelled');
        }, SOON);
  });

  test('TRACK-56: followers hear of the end before they are closed, also from a gateway that finds it in the log before it is told', async () => {
    const at = town();
    const { tripId } = await accepted(at);
    const viewers = await watched(at, tripId, [await shared(tripId, at.rider)]);
    await harness.cluster.kill('workers-1');
    try {
      const cancel = { commandId: randomUUID() };
      expect((await call('POST', `/v1/trips/${tripId}/cancel`, 'rider', at.rider, cancel)).status).toBe(200);
      // What a relay does that is killed between the log and its messages.
      const ended = await harness.db.collection(tripCollection).findOne({ _id: tripId as TripId });
      await applyTrip({ db: harness.db, state: harness.state, region: REGION }, ended as StoredTrip);
      // A gateway that subscribes again reads the logs of all followed trips.
      const clients = String(await harness.state.call('CLIENT', 'LIST')).split('\n');
      const subscribers = clients.flatMap(
        (one) => /^id=(\d+) .*name=\S*:state:subscriber /.exec(one)?.[1] ?? [],
      );
      expect(subscribers.length).toBeGreaterThan(1);
      for (const id of subscribers) await harness.state.call('CLIENT', 'KILL', 'ID', id);
      for (const viewer of viewers)
        await vi.waitFor(() => {
          const states = viewer.received<TripEvent>('trip:event').map(({ state }) => state);
          expect(states).toContain('cancelled');
        }, SOON);
    } finally {
      await harness.cluster.start('workers-1');
    }
  });

  test('TRACK-52: a revoked share and a revoked user are sent no fix taken more than a second after the answer, on either gateway; every node waits for revocations in a blocking read', async () => {
    const at = town();
    const { tripId, cab } = await accepted(at);
    const [share, other] = [await shared(tripId, at.rider), await shared(tripId, at.rider)];
    const viewers = await watched(at, tripId, [share]);
    const staying = await follower(2, other);
    const [riders, shares] = [
      viewers.filter((_, index) => index % 2 === 0),
      viewers.filter((_, index) => index % 2 === 1),
    ];
    const stop = hurry(cab, at);
    try {
      for (const viewer of viewers)
        await vi.waitFor(() => expect(times(viewer).length).toBeGreaterThan(3), SOON);
      // A list that is polled has no client that waits in XREAD: what is revoked is there when Redis has it, not at the next poll.
      await vi.waitFor(async () => {
        const clients = String(await harness.state.call('CLIENT', 'LIST')).split('\n');
        const waiting = clients.filter((one) => /name=\S*:revocations /.test(one) && /flags=\S*b/.test(one));
        expect(waiting.length).toBe(3);
      }, SOON);
      await call('DELETE', `/v1/trips/${tripId}/shares/${share.shareId}`, 'rider', at.rider);
      await nothingAfter(Date.now(), 1000, shares);
      for (const client of shares) await closedAtOnce(client, 'TOKEN_REVOKED');
      expect([staying, ...riders].map(({ socket }) => socket.connected)).toEqual([true, true, true]);
      // As the API does for a user who is suspended, signs out everywhere or loses a role.
      const operator = await harness.phone('operator', at.name('operator'), 2);
      open.push(operator);
      for (const userId of [at.rider, at.name('operator')] as UserId[]) {
        const atMs = Date.now();
        const service = {
          db: harness.db,
          state: harness.state,
          region: REGION,
          wallMs: Date.now,
          keptMs: 3_600_000,
        };
        const revocation = { kind: 'user', subject: userId, userId, notBeforeMs: atMs, atMs } as const;
        expect(await writeRevocation(service, revocation)).toBe(true);
      }
      await nothingAfter(Date.now(), 1000, riders);
      for (const client of [...riders, operator]) await closedAtOnce(client, 'TOKEN_REVOKED');
      expect(staying.socket.connected).toBe(true);
    } finally {
      stop();
    }
  });

  test('TRACK-53: a share that expires is closed, and its token opens nothing in the leeway for clocks', async () => {
    const at = town();
    const { tripId } = await accepted(at);
    const share = await shared(tripId, at.rider);
    await harness.db
      .collection(shareCollection)
      .updateOne({ _id: share.shareId }, { $set: { expiresAt: new Date(Date.now() + 4000) } });
    const { token, expiresIn } = await sessionOf(share);
    expect(expiresIn).toBeLessThanOrEqual(3);
    const friend = await connect(2, token);
    await closedAtOnce(friend, 'TOKEN_EXPIRED');
    await expect(connect(1, token)).rejects.toMatchObject({ data: { code: 'TOKEN_EXPIRED' } });
    await vi.waitFor(async () => {
      const answer = await askSession(secretOf(share));
      expect(answer.ok ? 'opened' : await codeOf(answer)).toBe('GONE');
    }, SOON);
  });

  test('TRACK-54: the end reaches followers although every message between processes is lost, at the next comparison with the log', async () => {
    const at = town();
    const { tripId, cab } = await accepted(at);
    const share = await shared(tripId, at.rider);
    const viewers = await watched(at, tripId, [share]);
    const stop = hurry(cab, at);
    try {
      for (const viewer of viewers)
        await vi.waitFor(() => expect(times(viewer).length).toBeGreaterThan(3), SOON);
      for (const action of ['arrived', 'start']) await cab.command(tripId, action);
      await harness.cluster.kill('redis-cache');
      expect(await cab.command(tripId, 'complete')).toMatchObject({ ok: true });
      await nothingAfter(Date.now(), 0, viewers);
      for (const viewer of viewers)
        await vi.waitFor(
          () => expect(viewer.received<TripEvent>('trip:event').at(-1)?.state).toBe('completed'),
          SOON,
        );
      for (const [index, viewer] of viewers.entries())
        if (index % 2 === 1) await vi.waitFor(() => expect(viewer.socket.connected).toBe(false), SOON);
    } finally {
      stop();
      await harness.cluster.start('redis-cache');
    }
  });
});
