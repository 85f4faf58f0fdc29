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
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { Driver } from '../driver/driver.ts';
import { Rider } from '../rider/rider.ts';
import { useConnection } from './use-connection.ts';
import { useDriver, useOffers } from './use-driver.ts';
import { useFollow } from './use-follow.ts';
import { useTrip } from './use-trip.ts';

/** React's own check that the test wraps what changes components. */
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

interface FakeSocket {
  connected: boolean;
  handlers: Map<string, (...args: unknown[]) => void>;
  onAny: (event: string, body?: unknown, ack?: unknown) => void;
  disconnects: number;
  emitted: { event: string; ack: ((error: Error | null, reply: Ack<object>) => void) | undefined }[];
}

const sockets: FakeSocket[] = [];

vi.mock('socket.io-client', () => ({
  io: () => {
    const fake: FakeSocket = {
      connected: false,
      handlers: new Map(),
      onAny: () => undefined,
      disconnects: 0,
      emitted: [],
    };
    sockets.push(fake);
    const emit = (event: string, _body: unknown, ack?: FakeSocket['emitted'][number]['ack']) =>
      fake.emitted.push({ event, ack });
    return {
      get connected() {
        return fake.connected;
      },
      io: { opts: {}, engine: { transport: { name: 'websocket' } } },
      on: (name: string, fn: (...args: unknown[]) => void) => fake.handlers.set(name, fn),
      onAny: (fn: FakeSocket['onAny']) => {
        fake.onAny = fn;
      },
      timeout: () => ({ emit }),
      emit,
      connect: () => undefined,
      disconnect: () => {
        fake.disconnects++;
        fake.connected = false;
      },
    };
  },
}));

const tripId = tripIdSchema.parse('trip-1');
const driverId = driverIdSchema.parse('cab-1');

/** The client's socket, after the server has accepted it. */
async function accept(): Promise<FakeSocket> {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error('no client was made');
  await act(async () => {
    await clock.pass(0);
    socket.connected = true;
    socket.handlers.get('connect')?.();
    await clock.pass(0);
  });
  return socket;
}

/** Answers the newest request of this name. */
async function answer(socket: FakeSocket, event: string, reply: object): Promise<void> {
  await act(async () => {
    socket.emitted.findLast((sent) => sent.event === event)?.ack?.(null, { ok: true, ...reply });
    await clock.pass(0);
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
  sockets.length = 0;
  clock = new TestClock();
  renders = {};
});
afterEach(async () => {
  vi.restoreAllMocks();
  await act(async () => root?.unmount());
  root = undefined;
});

const newRider = () => new Rider({ url: 'http://rideline.test', token: 'token', clock });
const newDriver = () => new Driver({ url: 'http://rideline.test', token: 'token', clock });

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
    const socket = await accept();
    expect(socket.emitted.filter(({ event }) => event === 'track:subscribe')).toHaveLength(1);
    await answer(socket, 'track:subscribe', subscribed());
    expect([shown('view')?.status, shown('trip')?.state, shown('none')]).toEqual([
      'live',
      'in_progress',
      null,
    ]);
    const before = { ...renders };
    for (let pos = 2; pos < 6; pos++) await act(async () => socket.onAny('location:update', position(pos)));
    // StrictMode renders twice.
    expect((renders.view ?? 0) - (before.view ?? 0)).toBe(8);
    expect([renders.trip, renders.eta, renders.none]).toEqual([before.trip, before.eta, before.none]);
    await act(async () => socket.onAny('location:update', { ...position(6), etaSeconds: 40 }));
    expect(renders.eta).toBe((before.eta ?? 0) + 2);
    await act(async () => rider.close());
  });

  it('an unmount neither disconnects nor ends the follow, and a screen that comes back is up to date at once', async () => {
    const rider = newRider();
    rider.connect();
    const component = shower('view', () => useFollow(rider, tripId));
    await render(component);
    const socket = await accept();
    await answer(socket, 'track:subscribe', subscribed());
    await act(async () => root?.unmount());
    await act(async () => socket.onAny('location:update', position(2)));
    expect([socket.disconnects, rider.stats().following, rider.state.kind]).toEqual([0, 1, 'connected']);
    await render(component);
    expect(shown('view')).toMatchObject({ status: 'live', position: { timestamp: 2 } });
    expect(socket.emitted.filter(({ event }) => event === 'track:subscribe')).toHaveLength(1);
    expect(socket.emitted.some(({ event }) => event === 'track:unsubscribe')).toBe(false);
    await act(async () => rider.close());
  });

  it('another trip, another subscription: the first one is kept, and its messages render nothing', async () => {
    const rider = newRider();
    rider.connect();
    await mount(createElement(Chooser, { rider }));
    const socket = await accept();
    await answer(socket, 'track:subscribe', subscribed());
    await act(async () => choose('trip-2'));
    expect(shown('chooser')).toBeNull();
    const before = renders.chooser;
    await act(async () =>
      socket.onAny('trip:event', {
        tripId,
        version: 2,
        type: 'stop_reached',
        state: 'at_stop',
        at: 1,
        actor: 'driver',
        data: { stop: 1 },
      }),
    );
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
    const socket = await accept();
    expect(shown('connection')).toBe('connected');
    const place = { lat: 1, lng: 2 };
    const offer: Offer = offerSchema.parse({
      offerId: 'trip-1_1',
      tripId,
      pickup: place,
      dropoff: place,
      stops: [],
      etaSeconds: 60,
      distanceMetres: 400,
      fareMinor: 900,
      currency: 'USD',
      queued: false,
      expiresAt: clock.wallMs() + 15_000,
    });
    await act(async () => socket.onAny('offer:new', offer, () => undefined));
    expect(shown('offers')).toMatchObject([{ offerId: 'trip-1_1' }]);
    const before = { ...renders };
    await act(async () => socket.onAny('offer:new', offer, () => undefined));
    expect(renders).toEqual(before);
    await act(async () => socket.onAny('offer:revoked', { offerId: offer.offerId, reason: 'taken' }));
    expect(shown('offers')).toEqual([]);
    expect(renders.driver).toBe(before.driver);
    await act(async () => driver.close());
  });
});
