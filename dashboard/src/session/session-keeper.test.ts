import { CodedError, type ErrorCode } from '@rideline/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from './session.ts';
import { type KeeperParts, keepSession, type SessionKeeper } from './session-keeper.ts';

const LIFE_MS = 15 * 60_000;
let keepers: SessionKeeper[];
let renewed: Session[];
let ended: ErrorCode[];
let requested: string[];
let answer: (session: Session) => Promise<Session>;

const session = (number: number): Session => ({
  token: `token-${number}`,
  expiresAtMs: Date.now() + LIFE_MS,
  refreshToken: `sid.secret-${number}`,
  refreshExpiresAtMs: Date.now() + 12 * 3_600_000,
  id: 'anna',
  role: 'operator',
});
const numberOf = ({ token }: Session) => Number(token.split('-')[1]);

function keep(more: Partial<KeeperParts> = {}): SessionKeeper {
  const keeper = keepSession({
    first: session(1),
    next: (held) => {
      requested.push(held.refreshToken);
      return answer(held);
    },
    nowMs: Date.now,
    random: () => 0,
    onRenewed: (next) => renewed.push(next),
    onEnded: (code) => ended.push(code),
    ...more,
  });
  keepers.push(keeper);
  return keeper;
}

beforeEach(() => {
  vi.useFakeTimers();
  [keepers, renewed, ended, requested] = [[], [], [], []];
  answer = async (held) => session(numberOf(held) + 1);
});
afterEach(() => {
  for (const keeper of keepers) keeper.stop();
  vi.useRealTimers();
});

describe('the session of the page', () => {
  it('MAP-60: a token is refreshed before it expires, again and again, and the operator stays signed in', async () => {
    const keeper = keep();
    expect(await keeper.token()).toBe('token-1');
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(renewed.map(numberOf)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await keeper.token()).toBe('token-7');
    expect(ended).toEqual([]);
  });

  it('MAP-60: after a sleep, or a rejection, the token is refreshed before it is used, once for all callers', async () => {
    const keeper = keep();
    vi.setSystemTime(Date.now() + LIFE_MS);
    expect(await Promise.all([keeper.token(), keeper.token()])).toEqual(['token-2', 'token-2']);
    expect(await keeper.token('token-2')).toBe('token-3');
    expect(await keeper.token('token-2')).toBe('token-3');
    expect(requested).toHaveLength(2);
  });

  it('MAP-60: while the server is unreachable the page keeps its token and retries; a session that has ended signs out', async () => {
    answer = () => Promise.reject(new CodedError('UNAVAILABLE'));
    const keeper = keep();
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    expect(await keeper.token()).toBe('token-1');
    expect(requested.length).toBeGreaterThan(3);
    expect(ended).toEqual([]);
    answer = () => Promise.reject(new CodedError('TOKEN_REVOKED'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ended).toEqual(['TOKEN_REVOKED']);
  });

  it('MAP-60: copies of a tab share the tokens that one of them has refreshed', async () => {
    const channels = [0, 1].map(() => ({
      onmessage: null as ((event: MessageEvent) => void) | null,
      postMessage: (data: unknown) => {
        for (const each of channels) each.onmessage?.({ data } as MessageEvent);
      },
      close: () => undefined,
    }));
    const [one, other] = channels.map((channel, index) =>
      keep({ channel: channel as never, random: () => index / 2 }),
    );
    await vi.advanceTimersByTimeAsync(9 * 60_000 + 1000);
    expect(requested).toEqual(['sid.secret-1']);
    expect(await one?.token()).toBe('token-2');
    expect(await other?.token()).toBe('token-2');
  });
});
