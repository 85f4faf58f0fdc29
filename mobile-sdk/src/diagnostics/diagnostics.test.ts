import { afterEach, describe, expect, it, vi } from 'vitest';
import { jsonWebToken } from '../../test/json-web-token.ts';
import { TestClock } from '../../test/test-clock.ts';
import { Driver } from '../driver/driver.ts';
import { createRestClient } from '../rest/rest-client.ts';
import { Rider } from '../rider/rider.ts';
import { Session } from '../session/session.ts';
import type { LogEntry } from './log-events.ts';

/** Planted values that nothing else here contains: a snapshot or a log entry that has one of them has leaked a place or a secret. */
const LAT = 37.7131719;
const LNG = -122.4357913;
const SECRET = 'canary-of-a-secret';
const PLANTED = ['37.71317', '122.43579', SECRET, 'eyJ'];
const planted = (value: unknown) => PLANTED.filter((text) => JSON.stringify(value).includes(text));

/** Nobody listens on this port. */
const URL_OF_NOBODY = 'http://127.0.0.1:9';
const place = { lat: LAT, lng: LNG };
const logged: LogEntry[] = [];
const log = (entry: LogEntry) => logged.push(entry);
const open: (Driver | Rider)[] = [];

afterEach(() => {
  for (const client of open.splice(0)) client.close();
  logged.length = 0;
});

function clients(token: () => Promise<string>, clock: TestClock): [Driver, Rider] {
  const options = { url: URL_OF_NOBODY, token, clock, log, onListenerError: () => undefined };
  const made: [Driver, Rider] = [new Driver({ ...options, outbox: { capacity: 50 } }), new Rider(options)];
  open.push(...made);
  return made;
}

describe('SDK-72: diagnostics', () => {
  it('of a phone whose token function fails: the state, the code, the wait, queues and failures, and no secret and no place', async () => {
    const clock = new TestClock();
    const token = () => Promise.reject(new Error(`${SECRET} ${jsonWebToken(0, 900)} ${LAT}`));
    const [driver, rider] = clients(token, clock);
    for (let fix = 0; fix < 80; fix++) driver.push({ ...place, accuracy: 5 });
    void rider.requestTrip({ pickup: place, dropoff: place });
    rider.follow('0190f0aa-0000-7000-8000-000000000001', {});
    driver.connect();
    rider.connect();
    for (let attempt = 0; attempt < 40; attempt++) await clock.pass(30_000);

    const [ofDriver, ofRider] = [driver.diagnostics(), rider.diagnostics()];
    expect(ofDriver).toMatchObject({
      role: 'driver',
      connection: { state: 'waiting', code: 'UNAVAILABLE' },
      token: { source: 'function' },
      queues: { fixes: 50, commands: 0 },
      network: null,
      app: null,
      counters: { connects: 0 },
    });
    expect(ofRider).toMatchObject({ role: 'rider', queues: { following: 1, commands: 1 } });
    for (const snapshot of [ofDriver, ofRider]) {
      const text = JSON.stringify(snapshot);
      expect(JSON.parse(text)).toEqual(snapshot);
      expect(text.length).toBeLessThan(16_000);
      expect(snapshot.connection.transitions).toHaveLength(20);
      expect(snapshot.failures.length).toBeGreaterThan(0);
      expect(planted(snapshot)).toEqual([]);
    }
  });

  it('of a phone whose server cannot be reached: what is left of the token, and how the transport failed', async () => {
    const clock = new TestClock();
    const [driver] = clients(async () => jsonWebToken(clock.wallMs(), 900, SECRET), clock);
    driver.connect();
    await vi.waitFor(() => expect(driver.state.kind).toBe('waiting'), { timeout: 20_000 });
    const snapshot = driver.diagnostics();
    expect(snapshot.token.source).toBe('function');
    expect(snapshot.token.expiresInMs).toBeGreaterThan(890_000);
    expect(snapshot.connection.transitions.map(({ event, reason }) => [event, reason])).toEqual([
      ['connection.connecting', undefined],
      ['connection.waiting', 'websocket error'],
    ]);
    expect(planted([snapshot, logged])).toEqual([]);
  });
});

describe('SDK-71: the log', () => {
  it('has no token and no place, whatever fails: connections, sessions, REST calls, commands and fixes', async () => {
    const clock = new TestClock();
    const [driver, rider] = clients(() => Promise.reject(new Error(SECRET)), clock);
    for (let fix = 0; fix < 60; fix++) driver.push(place);
    driver.connect();
    void rider.requestTrip({ pickup: place, dropoff: place });
    rider.connect();

    const fetch = async (url: unknown) => {
      throw new Error(`cannot reach ${String(url)} with ${SECRET}`);
    };
    const rest = createRestClient({ url: URL_OF_NOBODY, token: SECRET, fetch, clock, log });
    const search = rest.GET('/v1/drivers/search', { params: { query: { ...place, radius: 9 } } });
    const session = new Session({
      url: URL_OF_NOBODY,
      refreshToken: SECRET,
      onRefreshToken: () => undefined,
      storage: { wipe: () => Promise.reject(new Error(`${SECRET} at ${LAT}`)) },
      fetch: fetch as typeof globalThis.fetch,
      clock,
      log,
    });
    const refused = session.token().catch((error: unknown) => error);
    for (let second = 0; second < 60; second++) await clock.pass(1000);
    const errors = [await search, await refused, await session.signOut().catch((error: unknown) => error)];

    expect(new Set(logged.map(({ event }) => event))).toEqual(
      new Set([
        'connection.connecting',
        'connection.waiting',
        'token.failed',
        'fixes.dropped',
        'rest.retried',
        'rest.failed',
        'session.ended',
        'storage.failed',
      ]),
    );
    expect(planted(logged)).toEqual([]);
    // The cause of a failed wipe is the app's own error, which only the app sees.
    expect(planted(errors)).toEqual([]);
  });
});
