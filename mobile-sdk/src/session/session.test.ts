import { type ErrorCode, signedInSchema } from '@rideline/contract';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import type { SdkClock } from '../time/clock.ts';
import { openSession, Session, type SessionOptions } from './session.ts';

const LIFE_SECONDS = 900;

/** A server with one session: a numbered refresh token and access tokens of the same number. */
class FakeServer {
  number = 0;
  calls: string[] = [];
  /** Faults of the next calls of `POST /v1/token`, in order. */
  faults: ('no answer' | 'lost' | 'revoked' | 503)[] = [];
  refusedTokens = new Set<string>();

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(String(url));
    const authorization = new Headers(init?.headers).get('authorization');
    this.calls.push(`${pathname} ${authorization ?? String(init?.body)}`);
    if (pathname === '/v1/token') return this.#refresh(String(init?.body));
    if (pathname === '/v1/sign-in') return this.#signedIn();
    if (pathname === '/v1/sign-out') return Response.json({});
    const refused = this.refusedTokens.has(authorization?.slice(7) ?? '');
    return refused ? problem('TOKEN_EXPIRED', 401) : Response.json({ ok: true });
  };

  #refresh(body: string): Response {
    const fault = this.faults.shift();
    if (fault === 'no answer') throw new TypeError(`fetch failed: ${body}`);
    if (fault === 503) return problem('UNAVAILABLE', 503);
    if (fault === 'revoked') return problem('TOKEN_REVOKED', 401);
    const { refreshToken } = JSON.parse(body) as { refreshToken: string };
    const isCurrent = refreshToken === `sid.secret-${this.number}`;
    const isLast = refreshToken === `sid.secret-${this.number - 1}`;
    if (!isCurrent && !isLast) return problem('TOKEN_REVOKED', 401);
    if (isCurrent) this.number++;
    if (fault === 'lost') throw new TypeError(`socket closed: ${body}`);
    return this.#signedIn();
  }

  #signedIn(): Response {
    return Response.json(
      signedInSchema.parse({
        token: `access-${this.number}`,
        expiresAt: new Date().toISOString(),
        expiresIn: LIFE_SECONDS,
        refreshToken: `sid.secret-${this.number}`,
        refreshExpiresAt: new Date().toISOString(),
        role: 'rider',
        id: 'r-1',
      }),
    );
  }
}

function problem(code: ErrorCode, status: number): Response {
  return Response.json({ type: 'x', title: code, status, code, requestId: 'r' }, { status });
}

let server: FakeServer;
let nowMs: number;
let sleptMs: number;
let timers: { at: number; fn: () => void }[];
let stored: string[];
let ended: ErrorCode[];

const clock: SdkClock = {
  wallMs: () => nowMs + sleptMs,
  monotonicMs: () => nowMs,
  random: () => 0.5,
  after(delayMs, fn) {
    const timer = { at: nowMs + delayMs, fn };
    // The pause between two refresh attempts takes no time in these tests.
    if (delayMs === 500) queueMicrotask(fn);
    else timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  },
};
async function pass(ms: number): Promise<void> {
  const until = nowMs + ms;
  for (;;) {
    const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    if (next === undefined) break;
    timers = timers.filter((each) => each !== next);
    nowMs = Math.max(nowMs, next.at);
    next.fn();
    await vi.waitFor(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
  nowMs = until;
}
const options = (): Omit<SessionOptions, 'refreshToken'> => ({
  url: 'https://fleet.example.com',
  clock,
  fetch: server.fetch,
  onRefreshToken: (token) => void stored.push(token),
  onEnded: (code) => ended.push(code),
});
const session = () => new Session({ ...options(), refreshToken: 'sid.secret-0' });
const refreshes = () => server.calls.filter((call) => call.startsWith('/v1/token')).length;

beforeEach(() => {
  server = new FakeServer();
  [nowMs, sleptMs, timers, stored, ended] = [0, 0, [], [], []];
});

/** Storage that says what happened to it, and when in relation to the server's calls. */
function newStorage(fault?: Error) {
  return {
    wipe: async () => {
      server.calls.push('wipe');
      if (fault !== undefined) throw fault;
    },
  };
}

describe('a session on the phone', () => {
  it('SDK-30: a token is refreshed when it is about to expire, once for all callers, and stored before it is handed out', async () => {
    const one = session();
    expect(await Promise.all([one.token(), one.token()])).toEqual(['access-1', 'access-1']);
    expect(stored).toEqual(['sid.secret-1']);
    await pass((LIFE_SECONDS - 61) * 1000);
    expect(await one.token()).toBe('access-1');
    await pass(1000);
    expect(await one.token()).toBe('access-2');
    expect(refreshes()).toBe(2);
  });

  it('SDK-157: windows that share a session go on with the token that another one has stored', async () => {
    const shared = { storedRefreshToken: () => stored.at(-1) ?? null };
    const windows = [0, 1].map(() => new Session({ ...options(), ...shared, refreshToken: 'sid.secret-0' }));
    for (let turn = 0; turn < 6; turn++) {
      await windows[turn % 2]?.token();
      await pass(LIFE_SECONDS * 1000);
    }
    // Both at once: the server answers the same refresh again for some seconds.
    expect(await Promise.all(windows.map((one) => one.token()))).toEqual(['access-7', 'access-7']);
    expect([ended, stored.at(-1)]).toEqual([[], 'sid.secret-7']);
    await windows[0]?.signOut();
    expect(server.calls.at(-1)).toContain('sid.secret-7');
  });

  it('SDK-157: a storage that fails, never answers or has the token of another session leaves the token that the session knows', async () => {
    const another = () => 'other-session.secret-9';
    for (const storedRefreshToken of [() => Promise.reject(new Error('locked')), () => null, another]) {
      const one = new Session({
        ...options(),
        storedRefreshToken,
        refreshToken: `sid.secret-${server.number}`,
      });
      expect(await one.token()).toBe(`access-${server.number}`);
    }
    const storedRefreshToken = () => new Promise<never>(() => undefined);
    const hanging = new Session({ ...options(), storedRefreshToken, refreshToken: 'sid.secret-3' });
    const token = hanging.token();
    await pass(11_000);
    expect(await token).toBe('access-4');
  });

  it('SDK-157: a token that could not be stored is not replaced by the one before, which is used up', async () => {
    let isFull = false;
    const one = new Session({
      ...options(),
      onRefreshToken: (token) => {
        if (isFull) throw new Error('full');
        stored.push(token);
      },
      storedRefreshToken: () => stored.at(-1) ?? null,
      refreshToken: 'sid.secret-0',
    });
    await one.token();
    isFull = true;
    for (let turn = 0; turn < 2; turn++) {
      await pass(LIFE_SECONDS * 1000);
      await expect(one.token()).rejects.toMatchObject({ code: 'INTERNAL' });
    }
    isFull = false;
    expect([await one.token(), ended]).toEqual(['access-4', []]);
  });

  it('SDK-30: while there is a listener, each next token is fetched before the current one expires', async () => {
    const one = session();
    const received: string[] = [];
    const off = one.onToken((token) => received.push(token));
    await one.token();
    await pass(3600_000);
    expect(received.length).toBeGreaterThanOrEqual(6);
    expect(await one.token()).toBe(received.at(-1));
    off();
    const before = refreshes();
    await pass(3600_000);
    expect(refreshes()).toBe(before);
  });

  it('SDK-31: a refused call is repeated once with the next token, and a second refusal is its answer', async () => {
    const one = session();
    await one.token();
    server.refusedTokens.add('access-1');
    expect((await one.fetch('/v1/me')).status).toBe(200);
    server.refusedTokens.add('access-2').add('access-3');
    const response = await one.fetch('/v1/trips', { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    expect(server.calls.filter((call) => call.startsWith('/v1/trips'))).toHaveLength(2);
    expect(ended).toEqual([]);
  });

  it('SDK-32: a request without an answer is repeated with the same refresh token', async () => {
    const one = session();
    server.faults = ['lost'];
    expect(await one.token()).toBe('access-1');
    expect(refreshes()).toBe(2);
    server.faults = [503];
    await pass(LIFE_SECONDS * 1000);
    expect(await one.token()).toBe('access-2');
    expect(ended).toEqual([]);
  });

  it('SDK-32: without a network the session stays, and continues when the network is back', async () => {
    const one = session();
    server.faults = ['no answer', 'no answer'];
    await expect(one.token()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await one.token()).toBe('access-1');
    expect(ended).toEqual([]);
  });

  it('SDK-33: a session that the server has ended is reported once and sends no more requests', async () => {
    const one = session();
    server.faults = ['revoked'];
    for (let time = 0; time < 3; time++)
      await expect(one.token()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(ended).toEqual(['TOKEN_REVOKED']);
    expect(refreshes()).toBe(1);
  });

  it('SDK-33: signing out ends the session at the server and on the phone', async () => {
    const one = session();
    await one.token();
    await one.signOut();
    expect(server.calls.at(-1)).toBe('/v1/sign-out {"refreshToken":"sid.secret-1"}');
    await expect(one.token()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(ended).toEqual([]);
  });

  it('SDK-65: a phone that slept longer than its token refreshes it once, for all who wake up with it', async () => {
    const one = session();
    await one.token();
    sleptMs += 3600_000;
    expect(await Promise.all([one.token(), one.token(), one.token()])).toEqual(Array(3).fill('access-2'));
    expect(refreshes()).toBe(2);
  });

  it('SDK-66: reconnects with a valid token refresh nothing, and one refusal is exchanged once for all', async () => {
    const one = session();
    for (let dial = 0; dial < 50; dial++) expect(await one.token()).toBe('access-1');
    expect(refreshes()).toBe(1);
    await Promise.all([one.token('access-1'), one.token('access-1')]);
    expect([await one.token('access-1'), refreshes()]).toEqual(['access-2', 2]);
  });

  it('SDK-66: a token that is about to expire is used while no server answers, and not after its end', async () => {
    const one = session();
    await one.token();
    await pass((LIFE_SECONDS - 30) * 1000);
    server.faults = ['no answer', 'no answer', 'no answer', 'no answer'];
    expect(await one.token()).toBe('access-1');
    await pass(30_000);
    await expect(one.token()).rejects.toMatchObject({ code: 'UNAVAILABLE', kind: 'transient' });
  });

  it('SDK-66: an app that cannot store the refresh token, or never answers, does not hold up the next refresh', async () => {
    let fault: 'throws' | 'never answers' | undefined = 'throws';
    const onRefreshToken = () => {
      if (fault === 'throws') throw new Error('keychain locked');
      return fault === undefined ? undefined : new Promise<void>(() => undefined);
    };
    const one = new Session({ ...options(), onRefreshToken, refreshToken: 'sid.secret-0' });
    await expect(one.token()).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: 'keychain locked' },
    });
    fault = 'never answers';
    const stuck = one.token().catch((error: unknown) => error);
    await settle();
    await pass(10_000);
    expect(await stuck).toMatchObject({ code: 'TIMEOUT' });
    fault = undefined;
    expect(await one.token()).toBe('access-3');
  });

  it('SDK-75: signing out wipes the storage of the device before the server is asked', async () => {
    const one = new Session({
      ...options(),
      refreshToken: 'sid.secret-0',
      storage: [newStorage(), newStorage()],
    });
    await one.signOut();
    expect(server.calls).toEqual(['wipe', 'wipe', '/v1/sign-out {"refreshToken":"sid.secret-0"}']);
  });

  it('SDK-75: one storage that fails keeps neither the others nor the server from ending the session', async () => {
    const storage = [newStorage(new Error('disk')), newStorage()];
    const one = new Session({ ...options(), refreshToken: 'sid.secret-0', storage });
    await expect(one.signOut()).rejects.toMatchObject({ code: 'INTERNAL', cause: { message: 'disk' } });
    expect(server.calls).toEqual(['wipe', 'wipe', '/v1/sign-out {"refreshToken":"sid.secret-0"}']);
  });

  it('SDK-75: without a network the storage is wiped all the same, and the app learns that the server does not know yet', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed');
    };
    const one = new Session({ ...options(), fetch, refreshToken: 'sid.secret-0', storage: newStorage() });
    await expect(one.signOut()).rejects.toMatchObject({ code: 'UNAVAILABLE', advice: { action: 'retry' } });
    expect(server.calls).toEqual(['wipe']);
    await expect(one.token()).rejects.toMatchObject({ code: 'TOKEN_REVOKED', advice: { action: 'sign_in' } });
  });

  it('SDK-75: a refresh under way is waited for, so that the server is asked with the last token', async () => {
    const one = session();
    const refresh = one.token().catch((error: unknown) => error);
    await one.signOut();
    expect(await refresh).toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(server.calls.at(-1)).toBe('/v1/sign-out {"refreshToken":"sid.secret-1"}');
  });

  it('SDK-34: no error and no console line contains a secret', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    );
    const one = session();
    server.faults = ['no answer', 'no answer'];
    const error: unknown = await one.token().catch((thrown: unknown) => thrown);
    const text = `${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`;
    expect(text).not.toContain('secret');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('SDK-30: signing in returns a session that uses its first token', async () => {
    const opened = await openSession(options(), { login: 'a@example.com', password: 'correct horse' });
    expect(await opened.token()).toBe('access-0');
    expect(stored).toEqual(['sid.secret-0']);
    expect(refreshes()).toBe(0);
  });
});

describe('an answer that begins and does not end', () => {
  /** The headers have arrived, and the network has dropped the connection without a word. */
  const stalled = () =>
    new Response(new ReadableStream(), { headers: { 'content-type': 'application/json' } });

  it('SDK-137: a stalled refresh does not hold up every later one', async () => {
    const { fetch } = server;
    let stalls = 2;
    const waiting = new Session({
      ...options(),
      refreshToken: 'sid.secret-0',
      fetch: async (url, init) => (stalls-- > 0 ? stalled() : fetch(url, init)),
    });
    const first = waiting.token().catch((error: unknown) => error);
    await pass(30_000);
    expect(await first).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await waiting.token()).toBe('access-1');
  });

  it('SDK-137: a stalled refusal does not hold up signing out', async () => {
    const one = session();
    await one.token();
    const ended = new Session({
      ...options(),
      refreshToken: 'sid.secret-1',
      fetch: async () => new Response(new ReadableStream(), { status: 503 }),
    });
    const out = ended.signOut().catch((error: unknown) => error);
    await settle();
    await pass(30_000);
    expect(await out).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

it('SDK-137: a refresh under way when the person signs out does not put a refresh token back on the device', async () => {
  const { fetch } = server;
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const one = new Session({
    ...options(),
    refreshToken: 'sid.secret-0',
    fetch: async (url, init) => {
      if (String(url).endsWith('/v1/token')) await held;
      return fetch(url, init);
    },
  });
  const token = one.token().catch((error: unknown) => error);
  const out = one.signOut();
  answer();
  await out;
  expect(await token).toMatchObject({ code: 'TOKEN_REVOKED' });
  expect(stored).toEqual([]);
  expect(server.calls.at(-1)).toBe('/v1/sign-out {"refreshToken":"sid.secret-1"}');
});

/** A server that has too much to do answers so. */
function shed(): Response {
  const problem = {
    type: 'x',
    title: 'SHED',
    status: 503,
    code: 'SHED',
    requestId: 'r',
    retryAfterMs: 120_000,
  };
  return Response.json(problem, { status: 503 });
}

it('SDK-137: a server that asks for time is not asked a second time at once', async () => {
  let refused = 0;
  const one = new Session({
    ...options(),
    refreshToken: 'sid.secret-0',
    fetch: async () => {
      refused++;
      return shed();
    },
  });
  await expect(one.token()).rejects.toMatchObject({ code: 'SHED', details: { retryAfterMs: 120_000 } });
  expect(refused).toBe(1);
});

it('SDK-137: a refresh ahead of time that the server refuses waits as long as the server asks', async () => {
  const { fetch } = server;
  let isBusy = false;
  let refused = 0;
  const one = new Session({
    ...options(),
    refreshToken: 'sid.secret-0',
    fetch: async (url, init) => {
      if (!isBusy) return fetch(url, init);
      refused++;
      return shed();
    },
  });
  one.onToken(() => undefined);
  await one.token();
  isBusy = true;
  // Ahead of time: at 65 % of what is left.
  await pass(560_000);
  expect(refused).toBe(1);
  await pass(90_000);
  expect(refused).toBe(1);
  await pass(70_000);
  expect(refused).toBe(2);
});
