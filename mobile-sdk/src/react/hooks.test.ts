import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Ack,
  driverIdSchema,
  type Offer,
  offerSchema,
  type TrackPosition,
  type TrackSubscribed,
  tripIdSchema,
} from '@rideline/contract';
import { createElement, type ReactNode, StrictMode, useState } from 'react';
import { act, create, type ReactTestRenderer } from 'react-test-renderer';
import { Server, type Socket } from 'socket.io';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { Driver } from '../driver/driver.ts';
import { Rider } from '../rider/rider.ts';
import { useConnection } from './use-connection.ts';
import { useDriver, useOffers } from './use-driver.ts';
import { useFollow } from './use-follow.ts';
import { useTrip } from './use-trip.ts';

/** React's own check that the test wraps what changes components. */
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** The server's end of a client's connection. */
interface Peer {
  readonly socket: Socket;
  readonly received: { readonly event: string; readonly ack: ((reply: Ack<object>) => void) | undefined }[];
  disconnects: number;
}

const SOON = { timeout: 20_000, interval: 5 };
const server = new Server();
const peers: Peer[] = [];
let url: string;

function onConnection(socket: Socket): void {
  const peer: Peer = { socket, received: [], disconnects: 0 };
  peers.push(peer);
  socket.onAny((event: string, ...rest: unknown[]) => {
    const last = rest.at(-1);
    peer.received.push({
      event,
      ack: typeof last === 'function' ? (last as (reply: Ack<object>) => void) : undefined,
    });
  });
  socket.on('disconnect', () => {
    peer.disconnects++;
  });
}

beforeAll(async () => {
  const http = createServer();
  server.attach(http);
  for (const namespace of ['/rider', '/driver']) server.of(namespace).on('connection', onConnection);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const tripId = tripIdSchema.parse('trip-1');
const driverId = driverIdSchema.parse('cab-1');

/** The server's end, when the client knows that it is connected. */
async function accepted(client: Driver | Rider): Promise<Peer> {
  await act(() =>
    vi.waitFor(async () => {
      await clock.pass(0);
      expect(client.state.kind).toBe('connected');
    }, SOON),
  );
  const peer = peers.at(-1);
  if (peer === undefined) throw new Error('no client has connected');
  return peer;
}

let notifications = 0;

/** Resolves when the client has taken everything that was sent to it before: it acknowledges notifications, in order. */
async function taken({ socket }: Peer): Promise<void> {
  const notificationId = `notification-${notifications++}`;
  await socket.timeout(SOON.timeout).emitWithAck('notification', { notificationId });
  await clock.pass(0);
}

const send = (peer: Peer, event: string, body: object) =>
  act(async () => {
    peer.socket.emit(event, body);
    await taken(peer);
  });

const received = ({ received }: Peer, name: string) => received.filter(({ event }) => event === name);

/** Answers the newest request of this name. */
async function answer(peer: Peer, event: string, reply: object): Promise<void> {
  await vi.waitFor(() => expect(received(peer, event)).not.toEqual([]), SOON);
  await act(async () => {
    received(peer, event)
      .at(-1)
      ?.ack?.({ ok: true, ...reply });
    await taken(peer);
  });
}

const WINDOW_MS = 15_000;

function offerOf(offerId: string): Offer {
  const place = { lat: 1, lng: 2 };
  return offerSchema.parse({
    offerId,
    tripId,
    pickup: place,
    dropoff: place,
    stops: [],
    etaSeconds: 60,
    distanceMetres: 400,
    fareMinor: 900,
    currency: 'USD',
    queued: false,
    expiresAt: clock.wallMs() + WINDOW_MS,
  });
}

function subscribed(more: Partial<TrackSubscribed> = {}): TrackSubscribed {
  return {
    version: 1,
    epoch: 7,
    pos: 1,
    recovered: false,
    missed: [],
    snapshot: {
      tripId,
      state: 'in_progress',
      version: 1,
      driver: { id: driverId, name: 'Ada', vehicle: '', plate: '' },
      position: { lat: 1, lng: 2, heading: 90, speed: 5, at: 1, ageMs: 100 },
    },
    ...more,
  };
}

function position(pos: number): TrackPosition {
  return {
    driverId,
    tripId,
    lat: 1,
    lng: 2 + pos / 10_000,
    speed: 5,
    heading: 90,
    timestamp: pos,
    epoch: 7,
    pos,
    skipped: 0,
    ageMs: 100,
  };
}

let clock: TestClock;
let renders: Record<string, number>;
let root: ReactTestRenderer | undefined;

beforeEach(() => {
  // The renderer says that it is deprecated, at each start: components in a page are tested elsewhere, and it needs no DOM.
  const report = console.error;
  vi.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => {
    if (!String(parts[0]).startsWith('react-test-renderer is deprecated')) report(...parts);
  });
  peers.length = 0;
  clock = new TestClock();
  renders = {};
});
afterEach(async () => {
  vi.restoreAllMocks();
  await act(async () => root?.unmount());
  root = undefined;
});

const newRider = () => new Rider({ url, token: 'token', clock });
const newDriver = () => new Driver({ url, token: 'token', clock });

interface Shown {
  readonly name: string;
  /** Calls a hook. */
  readonly read: () => unknown;
}

/** Shows what a hook returns, as text; counts its renders. */
function Shower({ name, read }: Shown) {
  renders[name] = (renders[name] ?? 0) + 1;
  return createElement('span', { id: name }, JSON.stringify(read()));
}

const shower = (name: string, read: () => unknown): Shown => ({ name, read });

let choose: (id: string) => void = () => undefined;

/** Shows the trip that the test chooses. */
function Chooser({ rider }: { readonly rider: Rider }) {
  const [id, setId] = useState<string>(tripId);
  choose = setId;
  renders.chooser = (renders.chooser ?? 0) + 1;
  return createElement('span', { id: 'chooser' }, JSON.stringify(useTrip(rider, id)));
}

async function mount(...elements: ReactNode[]): Promise<void> {
  await act(async () => {
    root = create(createElement(StrictMode, null, ...elements));
  });
}

const render = (...shown: Shown[]) =>
  mount(...shown.map((props) => createElement(Shower, { key: props.name, ...props })));

const shown = (id: string) =>
  JSON.parse(String(root?.root.findByProps({ id }).children[0] ?? 'null')) as Record<string, unknown> | null;

describe('SDK-109: hooks of React subscribe to clients that live outside it', () => {
  it('useFollow, useTrip: a trip is followed once, in StrictMode too, and a component renders only for what it shows', async () => {
    const rider = newRider();
    rider.connect();
    await render(
      shower('view', () => useFollow(rider, tripId)),
      shower('eta', () => useFollow(rider, tripId, ({ etaSeconds }) => etaSeconds)),
      shower('trip', () => useTrip(rider, tripId)),
      shower('none', () => useTrip(rider, null)),
    );
    expect(shown('view')).toMatchObject({ status: 'starting', position: null });
    const peer = await accepted(rider);
    await answer(peer, 'track:subscribe', subscribed());
    expect(received(peer, 'track:subscribe')).toHaveLength(1);
    expect([shown('view')?.status, shown('trip')?.state, shown('none')]).toEqual([
      'live',
      'in_progress',
      null,
    ]);
    const before = { ...renders };
    for (let pos = 2; pos < 6; pos++) await send(peer, 'location:update', position(pos));
    // StrictMode renders twice.
    expect((renders.view ?? 0) - (before.view ?? 0)).toBe(8);
    expect([renders.trip, renders.eta, renders.none]).toEqual([before.trip, before.eta, before.none]);
    await send(peer, 'location:update', { ...position(6), etaSeconds: 40 });
    expect(renders.eta).toBe((before.eta ?? 0) + 2);
    await act(async () => rider.close());
  });

  it('an unmount neither disconnects nor ends the follow, and a screen that comes back is up to date at once', async () => {
    const rider = newRider();
    rider.connect();
    const component = shower('view', () => useFollow(rider, tripId));
    await render(component);
    const peer = await accepted(rider);
    await answer(peer, 'track:subscribe', subscribed());
    await act(async () => root?.unmount());
    await send(peer, 'location:update', position(2));
    expect([peer.disconnects, rider.stats().following, rider.state.kind]).toEqual([0, 1, 'connected']);
    await render(component);
    expect(shown('view')).toMatchObject({ status: 'live', position: { timestamp: 2 } });
    await act(() => taken(peer));
    expect(received(peer, 'track:subscribe')).toHaveLength(1);
    expect(received(peer, 'track:unsubscribe')).toEqual([]);
    await act(async () => rider.close());
  });

  it('another trip, another subscription: the first one is kept, and its messages render nothing', async () => {
    const rider = newRider();
    rider.connect();
    await mount(createElement(Chooser, { rider }));
    const peer = await accepted(rider);
    await answer(peer, 'track:subscribe', subscribed());
    await act(async () => choose('trip-2'));
    expect(shown('chooser')).toBeNull();
    const before = renders.chooser;
    await send(peer, 'trip:event', {
      tripId,
      version: 2,
      type: 'stop_reached',
      state: 'at_stop',
      at: 1,
      actor: 'driver',
      data: { stop: 1 },
    });
    expect(renders.chooser).toBe(before);
    await act(async () => choose(tripId));
    expect(shown('chooser')).toMatchObject({ state: 'at_stop', stopsDone: 1 });
    await act(async () => rider.close());
  });

  it('useDriver, useOffers, useConnection: state, ride and offers; nothing renders for what does not change', async () => {
    const driver = newDriver();
    driver.connect();
    await render(
      shower('driver', () => useDriver(driver)),
      shower('offers', () => useOffers(driver)),
      shower('connection', () => useConnection(driver).kind),
    );
    const peer = await accepted(driver);
    expect(shown('connection')).toBe('connected');
    const offer = offerOf('trip-1_1');
    await send(peer, 'offer:new', offer);
    expect(shown('offers')).toMatchObject([{ offerId: 'trip-1_1' }]);
    const before = { ...renders };
    await send(peer, 'offer:new', offer);
    expect(renders).toEqual(before);
    await send(peer, 'offer:revoked', { offerId: offer.offerId, reason: 'taken' });
    expect(shown('offers')).toEqual([]);
    expect(renders.driver).toBe(before.driver);
    await act(async () => driver.close());
  });

  it('SDK-130: without a network an offer expires on the phone’s clock, and an answer after that is not sent', async () => {
    const driver = newDriver();
    driver.connect();
    await render(shower('offers', () => useOffers(driver).length));
    const peer = await accepted(driver);
    const reasons: string[] = [];
    driver.on('offerRevoked', ({ reason }) => reasons.push(reason));
    await send(peer, 'offer:new', offerOf('trip-1_1'));
    expect(shown('offers')).toBe(1);
    peer.socket.disconnect(true);
    await act(() => clock.pass(WINDOW_MS - 100));
    expect(shown('offers')).toBe(1);
    await act(() => clock.pass(100));
    expect([shown('offers'), reasons]).toEqual([0, ['expired']]);
    const late = driver.answerOffer(offerOf('trip-1_1').offerId, true);
    await act(() => clock.pass(0));
    expect(await late).toMatchObject({ ok: false, code: 'GONE', effect: 'none' });
    await act(async () => driver.close());
  });

  it('SDK-131: the driver sees how many follow the current ride, from sync and as it changes', async () => {
    const driver = newDriver();
    driver.connect();
    await render(shower('watchers', () => useDriver(driver).watchers));
    const peer = await accepted(driver);
    // Without the server's time the phone's own clock is used.
    await answer(peer, 'time', { ok: false, code: 'INTERNAL' });
    await answer(peer, 'sync', {
      status: 'busy',
      offers: [],
      trip: subscribed().snapshot,
      watchers: 1,
      policy: { name: 'on_trip', intervalMs: 1000, ackIntervalMs: 1000, reason: 'default' },
      ack: null,
    });
    expect(shown('watchers')).toBe(1);
    await send(peer, 'trip:watchers', { tripId, count: 3 });
    expect(shown('watchers')).toBe(3);
    await send(peer, 'trip:watchers', { tripId: 'trip-2', count: 9 });
    expect(shown('watchers')).toBe(0);
    await act(async () => driver.close());
  });
});
