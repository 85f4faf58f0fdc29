import {
  type Ack,
  driverIdSchema,
  type TrackPosition,
  type TrackSubscribe,
  type TrackSubscribed,
  type TripEvent,
  tripIdSchema,
} from '@rideline/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { drawnPosition } from './drawn-car.ts';
import { Follow, type FollowHandlers, STALE_AFTER_MS } from './follow.ts';

const tripId = tripIdSchema.parse('trip-1');
const driverId = driverIdSchema.parse('cab-1');
const EPOCH = 7;

/** A server's log of one trip, and a connection to it that delivers only what the test lets through. */
class FakeServer {
  connected = true;
  version = 1;
  state: TripEvent['state'] = 'in_progress';
  driverName = 'Ada';
  readonly positions: TrackPosition[] = [];
  readonly events: TripEvent[] = [];
  readonly sent: string[] = [];
  subscriptions = 0;
  wakes = 0;
  answers: 'as usual' | 'never' | 'forgotten' = 'as usual';
  follow: Follow | undefined;

  wake(): void {
    this.wakes++;
  }

  send(event: string): boolean {
    this.sent.push(event);
    return this.connected;
  }

  async request<Reply extends object>(_event: string, body: unknown, timeoutMs: number): Promise<Ack<Reply>> {
    this.subscriptions++;
    if (this.answers === 'never') {
      await new Promise<void>((resolve) => clock.after(timeoutMs, resolve));
      return { ok: false, code: 'TIMEOUT' };
    }
    const { since } = body as TrackSubscribe;
    const newest = this.positions.at(-1);
    const isKnown = since !== undefined && this.answers === 'as usual';
    const answer: TrackSubscribed = {
      version: this.version,
      epoch: newest ? EPOCH : 0,
      pos: newest?.pos ?? 0,
      recovered: isKnown,
      missed: isKnown
        ? [
            ...this.events
              .filter(({ version }) => version > since.version)
              .map((event) => ({ kind: 'event' as const, event })),
            ...this.positions
              .filter(({ pos }) => pos > since.pos)
              .map((position) => ({ kind: 'position' as const, position })),
          ]
        : [],
      snapshot: {
        tripId,
        state: this.state,
        version: this.version,
        driver: { id: driverId, name: this.driverName, vehicle: 'Blue sedan', plate: 'X 1' },
        position: newest
          ? { lat: newest.lat, lng: newest.lng, heading: 90, speed: 10, at: newest.timestamp, ageMs: 300 }
          : null,
        ...(newest?.etaSeconds === undefined ? {} : { etaSeconds: newest.etaSeconds }),
      },
    };
    return { ok: true, ...answer } as unknown as Ack<Reply>;
  }

  /** Logs a position; it reaches the follower unless `hidden`. */
  drive(hidden = false, more: Partial<TrackPosition> = {}): void {
    const pos = this.positions.length + 1;
    const position: TrackPosition = {
      driverId,
      tripId,
      lat: 37.77,
      lng: -122.42 + pos * 0.0001,
      speed: 9,
      heading: 90,
      timestamp: pos * 1000,
      epoch: EPOCH,
      pos,
      skipped: 0,
      ageMs: 200,
      etaSeconds: 100 - pos,
      ...more,
    };
    this.positions.push(position);
    if (!hidden) this.follow?.onPosition(position);
  }

  event(type: string, state: TripEvent['state'], data: TripEvent['data'] = {}): void {
    this.version++;
    this.state = state;
    const event: TripEvent = { tripId, version: this.version, type, state, at: 0, actor: 'driver', data };
    this.events.push(event);
    this.follow?.onEvent(event);
  }
}

let clock: TestClock;
let server: FakeServer;
let told: string[];
let ageOf: ((timestamp: number) => number | undefined) | undefined;

beforeEach(() => {
  clock = new TestClock();
  server = new FakeServer();
  told = [];
  ageOf = undefined;
});

const handlers: FollowHandlers = {
  onPosition: ({ pos }) => told.push(`position ${pos}`),
  onEvent: ({ type }) => told.push(type),
  onReset: (_subscribed, why) => told.push(`reset ${why}`),
  onGap: ({ missedEvents, missedPositions }) => told.push(`gap ${missedEvents} ${missedPositions}`),
  onStale: ({ ageMs }) => told.push(`stale ${Math.round(ageMs / 1000)}`),
  onEta: (seconds) => told.push(`eta ${seconds}`),
  onEnd: ({ code }) => told.push(`end ${code ?? ''}`),
};

async function followed(): Promise<Follow> {
  const follow = new Follow({
    tripId,
    connection: server,
    clock,
    ageOf: (timestamp) => ageOf?.(timestamp),
    onHandlerError: (error) => {
      throw error;
    },
  });
  server.follow = follow;
  follow.add(handlers);
  follow.start();
  await clock.pass(0);
  return follow;
}

/** What was told beside arrival times. */
const lines = () => told.filter((line) => !line.startsWith('eta'));

describe('SDK-103: age of a followed position', () => {
  it('a position grows older by the clock, also while a phone sleeps, and is stale at 10 s', async () => {
    server.drive(true);
    const follow = await followed();
    server.drive();
    expect(follow.ageMs()).toBe(200);
    await clock.pass(5000);
    expect(follow.ageMs()).toBe(5200);
    expect(follow.view.status).toBe('live');
    await clock.pass(STALE_AFTER_MS - 5200);
    expect(follow.view.status).toBe('stale');
    expect(told.at(-1)).toBe('stale 10');
    clock.sleep(60_000);
    expect(follow.ageMs()).toBe(70_000);
    server.drive();
    expect([follow.view.status, lines().at(-1)]).toEqual(['live', 'position 3']);
  });

  it('a position that was long on its way is as old as the clocks say; an old snapshot is stale at once', async () => {
    server.drive(true);
    ageOf = () => 12_000;
    const follow = await followed();
    expect(told).toContain('stale 12');
    ageOf = () => 4000;
    server.drive();
    expect(follow.ageMs()).toBe(4000);
  });

  it('without a driver, or before the first fix, nothing is stale', async () => {
    server.state = 'searching';
    const follow = await followed();
    await clock.pass(30_000);
    expect(follow.view).toMatchObject({ status: 'live', position: null });
    expect(told.filter((line) => line.startsWith('stale'))).toEqual([]);
  });
});

it('SDK-103: a trip that loses its driver while the position is stale is not stale any more', async () => {
  const follow = await followed();
  server.drive();
  await clock.pass(STALE_AFTER_MS + 1000);
  expect(follow.view.status).toBe('stale');
  server.event('driver_cancelled', 'searching');
  expect(follow.view).toMatchObject({ status: 'live', position: null });
});

describe('SDK-104: a hidden gap is found within 30 s', () => {
  it('a follower that hears nothing asks, and gets what it missed, in order', async () => {
    server.drive(true);
    const follow = await followed();
    server.drive();
    for (let count = 0; count < 3; count++) server.drive(true);
    const before = clock.monotonicMs();
    while (!told.includes('position 5')) await clock.pass(500);
    expect(clock.monotonicMs() - before).toBeLessThan(20_000);
    expect(told.filter((line) => line.startsWith('position'))).toEqual(
      [2, 3, 4, 5].map((pos) => `position ${pos}`),
    );
    expect(follow.checks).toEqual({ silences: 1, hiddenGaps: 1 });
    expect(told.some((line) => line.startsWith('gap'))).toBe(false);
  });

  it('a check without an answer makes the connection show that it lives, before 30 s have passed', async () => {
    await followed();
    server.answers = 'never';
    await clock.pass(21_000);
    expect(server.wakes).toBe(0);
    await clock.pass(4500);
    expect(server.wakes).toBe(1);
  });

  it('where the server recovers nothing, as for a share link, a check that finds nothing missed is no gap', async () => {
    server.drive(true);
    const follow = await followed();
    server.answers = 'forgotten';
    await clock.pass(20_000);
    expect(follow.checks).toEqual({ silences: 1, hiddenGaps: 0 });
    expect(lines().filter((line) => !line.startsWith('stale'))).toEqual(['reset start']);
  });

  it('asks no more while it hears something, or once the trip has ended', async () => {
    server.drive(true);
    await followed();
    for (let second = 0; second < 60; second++) {
      server.drive();
      await clock.pass(1000);
    }
    expect(server.subscriptions).toBe(1);
    server.event('completed', 'completed');
    await clock.pass(120_000);
    expect([server.subscriptions, clock.timers]).toEqual([1, 0]);
  });
});

describe('SDK-105: an explicit gap says what was missed', () => {
  it('a log that does not reach back: the numbers of missed events and positions, then the current state', async () => {
    server.drive(true);
    const follow = await followed();
    for (let count = 0; count < 4; count++) server.drive(true);
    server.version += 2;
    server.answers = 'forgotten';
    follow.disconnected();
    await follow.subscribe();
    expect(lines().slice(-2)).toEqual(['gap 2 4', 'reset unrecoverable']);
    expect(follow.view.gap).toMatchObject({
      why: 'unrecoverable',
      from: { version: 1, pos: 1 },
      to: { version: 3, pos: 5 },
    });
  });

  it('a log that began again: the number of positions is not known', async () => {
    server.drive(true);
    const follow = await followed();
    expect(drawnPosition(follow)).not.toBeNull();
    follow.onReset({
      version: 1,
      epoch: EPOCH + 1,
      pos: 3,
      recovered: false,
      missed: [],
      snapshot: { tripId, state: 'in_progress', version: 1, driver: null, position: null },
    });
    expect(lines().slice(-2)).toEqual(['gap 0 null', 'reset server']);
    expect(drawnPosition(follow)).toBeNull();
  });
});

describe('SDK-106: what a screen shows of a followed trip', () => {
  it('is one object that changes only when something does; the trip in it changes only by state events', async () => {
    server.drive(true);
    const follow = await followed();
    let changes = 0;
    follow.onChange(() => changes++);
    const [view, trip] = [follow.view, follow.view.trip];
    expect(follow.view).toBe(view);
    server.drive();
    expect(changes).toBe(1);
    expect(follow.view.trip).toBe(trip);
    await follow.subscribe();
    expect([changes, follow.view.trip]).toEqual([1, trip]);
    server.event('stop_reached', 'at_stop', { stop: 1 });
    expect(follow.view.trip).toMatchObject({
      state: 'at_stop',
      stopsDone: 1,
      event: { type: 'stop_reached' },
    });
  });

  it('SDK-121: an acceptance brings name and vehicle of the driver by another subscription; who gives the trip back disappears', async () => {
    server.state = 'searching';
    server.driverName = 'nobody';
    const follow = await followed();
    server.driverName = 'Grace';
    server.event('accepted', 'accepted', { driverId });
    await clock.pass(0);
    expect(follow.view.trip?.driver).toMatchObject({ name: 'Grace', plate: 'X 1' });
    server.drive();
    expect(drawnPosition(follow)).not.toBeNull();
    server.event('driver_cancelled', 'searching');
    expect(follow.view).toMatchObject({ position: null, etaSeconds: null, trip: { driver: null } });
    expect(drawnPosition(follow)).toBeNull();
  });

  it('reports the arrival time when it changes, and none for a way that there is not', async () => {
    server.drive(true);
    await followed();
    server.drive();
    server.drive(false, { etaSeconds: 98 });
    expect(told.filter((line) => line.startsWith('eta'))).toEqual(['eta 99', 'eta 98']);
    server.event('stop_reached', 'at_stop', { stop: 1 });
    expect(told.at(-2)).toBe('stop_reached');
    expect(told.at(-1)).toBe('eta null');
  });

  it('a second follower of the same trip begins with its state, and both get what follows', async () => {
    server.drive(true);
    const follow = await followed();
    const later: string[] = [];
    follow.add({
      onReset: ({ snapshot, pos }, why) => later.push(`${why} ${snapshot.state} ${pos}`),
      onPosition: ({ pos }) => later.push(`position ${pos}`),
    });
    server.drive();
    expect(later).toEqual(['start in_progress 1', 'position 2']);
    expect(server.subscriptions).toBe(1);
  });
});

describe('SDK-107: following ends', () => {
  it('with the trip: the end is reported once, and nothing runs on', async () => {
    server.drive(true);
    const follow = await followed();
    server.event('completed', 'completed');
    server.drive();
    expect(lines().slice(-2)).toEqual(['completed', 'end ']);
    expect(follow.view).toMatchObject({ status: 'ended', endCode: null });
    expect([clock.timers, follow.isDone]).toEqual([0, true]);
  });

  it('with the session: when the server has ended the connection for good, the follower is told the code', async () => {
    const follow = await followed();
    follow.end('TOKEN_REVOKED');
    server.drive();
    expect(told.at(-1)).toBe('end TOKEN_REVOKED');
    expect(follow.view).toMatchObject({ status: 'ended', endCode: 'TOKEN_REVOKED' });
    expect(clock.timers).toBe(0);
  });

  it('by the app, for all who follow; it may start again and misses nothing', async () => {
    server.drive(true);
    const follow = await followed();
    follow.stop();
    expect(server.sent).toContain('track:unsubscribe');
    expect(follow.view.status).toBe('stopped');
    server.drive();
    follow.start();
    await clock.pass(0);
    expect(lines().at(-1)).toBe('position 2');
    expect(follow.view.status).toBe('live');
  });
});
