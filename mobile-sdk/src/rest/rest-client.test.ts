import { describe, expect, it } from 'vitest';
import { settle, TestClock } from '../../test/test-clock.ts';
import type { LogEntry } from '../diagnostics/log-events.ts';
import type { TokenSource } from '../session/token-source.ts';
import { createRestClient, type FetchFunction } from './rest-client.ts';

interface Sent {
  atMs: number;
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

type Answer = Response | 'lost' | 'never' | 'body never ends';

/** A server that gives these answers in order, the last one from then on. */
function newServer(answers: readonly (Answer | (() => Answer))[], token?: TokenSource) {
  const clock = new TestClock();
  const sent: Sent[] = [];
  const logged: LogEntry[] = [];
  const fetch: FetchFunction = async (url, { method, headers, body, signal }) => {
    const given = answers[Math.min(sent.length, answers.length - 1)] ?? 'lost';
    sent.push({ atMs: clock.monotonicMs(), url, method, headers, body });
    const answer = typeof given === 'function' ? given() : given;
    if (answer === 'lost') throw new TypeError('fetch failed');
    if (answer instanceof Response) return answer;
    const never = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
    return answer === 'never' ? never : Object.assign(new Response(''), { text: () => never });
  };
  const rest = createRestClient({
    url: 'http://city.example/',
    fetch,
    clock,
    log: (entry) => logged.push(entry),
    ...(token === undefined ? {} : { token }),
  });
  return { rest, clock, sent, logged };
}

const problem = (code: string, status: number, more: object = {}) =>
  Response.json({ type: 'about:blank', title: code, code, status, requestId: 'r-1', ...more }, { status });
const busy = () => problem('UNAVAILABLE', 503);
const trip = { tripId: 't', pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } };

describe('SDK-36: the typed client', () => {
  it('fills in paths and queries, sends the body, and returns the answer or the error', async () => {
    const { rest, sent } = newServer(
      [Response.json({ trips: [], next: null }), problem('NOT_FOUND', 404, { detail: 'No such trip.' })],
      'a-token',
    );
    const list = await rest.GET('/v1/trips', { params: { query: { limit: 5, state: 'completed' } } });
    expect([list.data?.trips, list.data?.next, list.error]).toEqual([[], null, undefined]);
    const missing = await rest.POST('/v1/trips/{tripId}/cancel', {
      params: { path: { tripId: 'a b' } },
      body: { commandId: 'c' },
    });
    expect(missing).toMatchObject({
      error: {
        code: 'NOT_FOUND',
        kind: 'permanent',
        message: 'No such trip.',
        details: { requestId: 'r-1' },
      },
    });
    expect(sent.map(({ url, method, headers, body }) => ({ url, method, headers, body }))).toEqual([
      {
        url: 'http://city.example/v1/trips?limit=5&state=completed',
        method: 'GET',
        headers: { Authorization: 'Bearer a-token' },
        body: undefined,
      },
      {
        url: 'http://city.example/v1/trips/a%20b/cancel',
        method: 'POST',
        headers: { Authorization: 'Bearer a-token', 'Content-Type': 'application/json' },
        body: '{"commandId":"c"}',
      },
    ]);
  });

  it('is typed by the paths of the API', async () => {
    const { rest, sent } = newServer([() => Response.json({})]);
    // @ts-expect-error There is no such path.
    await rest.GET('/v1/no-such-path');
    // @ts-expect-error This path has no such method.
    await rest.DELETE('/v1/trips');
    // @ts-expect-error The body is missing.
    await rest.POST('/v1/trips');
    // @ts-expect-error This status is not one of a trip.
    await rest.GET('/v1/trips', { params: { query: { state: 'lost' } } });
    expect(sent).toHaveLength(4);
    // @ts-expect-error The trip's id is missing: at run time it is refused here, not sent to another path.
    const { error } = await rest.GET('/v1/trips/{tripId}');
    expect([error?.code, error?.advice.action, sent.length]).toEqual(['VALIDATION', 'fix_call', 4]);
  });

  it('exchanges a refused token once, and sends the whole request again', async () => {
    const refused = () => problem('TOKEN_EXPIRED', 401);
    const taken: (string | undefined)[] = [];
    const token = {
      token: async (old?: string) => {
        taken.push(old);
        return old === undefined ? 'old' : 'new';
      },
      onToken: () => () => undefined,
    };
    const { rest, sent } = newServer([refused, Response.json({ tripId: 't' }), refused, refused], token);
    expect((await rest.POST('/v1/trips', { body: trip })).data).toEqual({ tripId: 't' });
    expect(sent.map(({ headers }) => headers.Authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(sent.map(({ body }) => JSON.parse(body ?? ''))).toEqual([trip, trip]);
    const { error } = await rest.POST('/v1/trips', { body: trip });
    expect([error?.code, error?.advice.action]).toEqual(['TOKEN_EXPIRED', 'sign_in']);
    expect([sent.length, taken]).toEqual([4, [undefined, 'old', undefined, 'old']]);
  });

  it('returns text that is no JSON as it is, and nothing for an empty answer and for 304', async () => {
    const csv = new Response('a,b\n', { headers: { 'content-type': 'text/csv' } });
    const { rest } = newServer([
      csv,
      new Response(null, { status: 204 }),
      new Response(null, { status: 304 }),
    ]);
    const results = [await rest.GET('/v1/trips'), await rest.GET('/v1/trips'), await rest.GET('/v1/trips')];
    expect(results.map(({ data, error }) => [data, error])).toEqual([
      ['a,b\n', undefined],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});

describe('SDK-68: attempts', () => {
  it('an attempt has 10 s, and a call is repeated after 2, 4 and 8 s', async () => {
    for (const silence of ['never', 'body never ends'] as const) {
      const { rest, clock, sent, logged } = newServer([silence]);
      const call = rest.GET('/v1/trips/{tripId}', { params: { path: { tripId: 'secret-place' } } });
      await clock.pass(60_000);
      expect(await call).toMatchObject({
        error: { code: 'UNAVAILABLE', kind: 'transient' },
        response: undefined,
      });
      expect(sent.map(({ atMs }) => atMs)).toEqual([0, 12_000, 26_000, 44_000]);
      expect(logged.map(({ event, attempt, waitMs, call: name }) => [event, attempt, waitMs, name])).toEqual([
        ['rest.retried', 1, 2000, 'GET /v1/trips/{tripId}'],
        ['rest.retried', 2, 4000, 'GET /v1/trips/{tripId}'],
        ['rest.retried', 3, 8000, 'GET /v1/trips/{tripId}'],
        ['rest.failed', 4, undefined, 'GET /v1/trips/{tripId}'],
      ]);
      expect(clock.timers).toBe(0);
    }
  });

  it('an answer of a proxy, a broken one and one that says "later" are followed by another attempt', async () => {
    const proxy = new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } });
    const broken = new Response('{"trips":', { headers: { 'content-type': 'application/json' } });
    const { rest, clock, sent } = newServer([proxy, broken, busy, Response.json({ trips: [], next: null })]);
    const call = rest.GET('/v1/trips');
    await clock.pass(60_000);
    expect([(await call).data, sent.length]).toEqual([{ trips: [], next: null }, 4]);
  });

  it("the server's time until a retry wins, in the body or in the header", async () => {
    const header = () => new Response('', { status: 503, headers: { 'retry-after': '3' } });
    const body = () => problem('SCALE_003', 429, { retryAfterMs: 5000 });
    const { rest, clock, sent } = newServer([header, body, Response.json({})]);
    const call = rest.GET('/v1/trips');
    await clock.pass(60_000);
    await call;
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 3375, 3375 + 5625]);
  });

  it('a time that is too long ends the call at once with the time in the advice', async () => {
    const { rest, sent } = newServer([problem('SCALE_003', 429, { retryAfterMs: 60_000 })]);
    const { error } = await rest.GET('/v1/trips');
    expect([error?.advice, sent.length]).toEqual([{ action: 'retry', afterMs: 60_000 }, 1]);
  });

  it('a call that slept through its time makes no further attempt', async () => {
    const { rest, clock, sent } = newServer([busy]);
    const call = rest.GET('/v1/trips');
    await clock.pass(1000);
    clock.sleep(150_000);
    await clock.pass(60_000);
    expect([(await call).error?.code, sent.length]).toEqual(['UNAVAILABLE', 2]);
  });

  it('an error that a retry cannot change is returned at once', async () => {
    for (const [code, status] of [
      ['VALIDATION', 400],
      ['FORBIDDEN', 403],
      ['CONFLICT', 409],
    ] as const) {
      const { rest, sent } = newServer([problem(code, status)]);
      expect([(await rest.GET('/v1/trips')).error?.code, sent.length]).toEqual([code, 1]);
    }
  });

  it('a session that is over is returned at once; one without a network is tried again', async () => {
    const keeper = (code: string) => ({
      token: () => Promise.reject(Object.assign(new Error('no'), { code })),
      onToken: () => () => undefined,
    });
    const over = newServer([busy], keeper('TOKEN_REVOKED'));
    expect((await over.rest.GET('/v1/trips')).error?.advice).toEqual({ action: 'sign_in' });
    const offline = newServer([busy], keeper('UNAVAILABLE'));
    const call = offline.rest.GET('/v1/trips');
    await offline.clock.pass(60_000);
    expect([(await call).error?.code, offline.logged.length, offline.sent.length]).toEqual([
      'UNAVAILABLE',
      4,
      0,
    ]);
  });

  it('the signal of a call ends it during an attempt and during a wait', async () => {
    const silent = newServer(['never']);
    const first = new AbortController();
    const attempt = silent.rest.GET('/v1/trips', { signal: first.signal });
    await settle();
    first.abort();
    await expect(attempt).rejects.toThrow('aborted');
    const failing = newServer([busy]);
    const second = new AbortController();
    const wait = failing.rest.GET('/v1/trips', { signal: second.signal });
    await failing.clock.pass(1000);
    second.abort();
    await expect(wait).rejects.toThrow('aborted');
    await failing.clock.pass(60_000);
    expect([silent.sent.length, failing.sent.length, failing.clock.timers]).toEqual([1, 1, 0]);
    await expect(failing.rest.GET('/v1/trips', { signal: second.signal })).rejects.toThrow('aborted');
    expect(failing.sent).toHaveLength(1);
  });
});

describe('SDK-69: what is repeated', () => {
  const path = { params: { path: { tripId: 't' } } };

  it('a POST without a key is sent once', async () => {
    const { rest, clock, sent } = newServer(['lost']);
    const call = rest.POST('/v1/trips', { body: trip });
    await clock.pass(60_000);
    expect([(await call).error?.code, sent.length]).toEqual(['UNAVAILABLE', 1]);
  });

  it('a POST with a key is repeated under the same key', async () => {
    for (const keyed of [{ idempotencyKey: 'k-1' }, { params: { header: { 'Idempotency-Key': 'k-1' } } }]) {
      const { rest, clock, sent } = newServer(['lost', 'lost', Response.json({ tripId: 't' })]);
      const call = rest.POST('/v1/trips', { body: trip, ...keyed });
      await clock.pass(60_000);
      expect((await call).data).toEqual({ tripId: 't' });
      expect(sent.map(({ headers }) => headers['Idempotency-Key'])).toEqual(['k-1', 'k-1', 'k-1']);
    }
  });

  it('a GET, a PUT and a DELETE are repeated', async () => {
    const { rest, clock, sent } = newServer(['lost']);
    const calls = [
      rest.GET('/v1/trips/{tripId}', path),
      rest.PUT('/v1/devices/{deviceId}', {
        params: { path: { deviceId: 'd' } },
        body: { platform: 'ios', token: 'push' },
      }),
      rest.DELETE('/v1/devices/{deviceId}', { params: { path: { deviceId: 'd' } } }),
    ];
    await clock.pass(60_000);
    await Promise.all(calls);
    expect(sent.map(({ method }) => method).toSorted()).toEqual([
      ...Array<string>(4).fill('DELETE'),
      ...Array<string>(4).fill('GET'),
      ...Array<string>(4).fill('PUT'),
    ]);
  });
});
