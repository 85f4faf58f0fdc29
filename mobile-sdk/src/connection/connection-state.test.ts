import { ERRORS, type ErrorCode } from '@rideline/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Advice,
  BACKOFF_MAX_MS,
  type ConnectionEvent,
  type ConnectionRules,
  type ConnectionState,
  chooseTransport,
  nextConnectionState,
} from './connection-state.ts';

const rules: ConnectionRules = { transports: ['websocket', 'polling'], canRenewToken: true };
const idle: ConnectionState = { kind: 'idle' };

function run(
  events: ConnectionEvent[],
  options: Partial<ConnectionRules> = {},
  random = 0.5,
): ConnectionState {
  let state: ConnectionState = idle as ConnectionState;
  for (const event of events) state = nextConnectionState(state, event, { ...rules, ...options }, 0, random);
  return state;
}

const failed = (advice?: Advice): ConnectionEvent => ({ kind: 'failed', advice });

describe('connection state', () => {
  it('SDK-5: waits use full jitter between zero and a bound that doubles up to its limit', () => {
    const waits: number[] = [];
    let state = nextConnectionState(idle, { kind: 'open' }, rules, 0, 1);
    for (let i = 0; i < 9; i++) {
      state = nextConnectionState(state, failed(), rules, 0, 1);
      if (state.kind === 'waiting') waits.push(state.untilMs);
      state = nextConnectionState(state, { kind: 'due' }, rules, 0, 1);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(run([{ kind: 'open' }, failed()], {}, 0)).toMatchObject({ kind: 'waiting', untilMs: 0 });
  });

  it('SDK-5: a time requested by the server is a floor, with a random part added', () => {
    const advice = { code: 'DRAINING', retryAfterMs: 8000 };
    const opened: ConnectionEvent[] = [{ kind: 'open' }, { kind: 'opened', transport: 'websocket' }];
    expect(run([...opened, { kind: 'lost', advice }], {}, 0)).toMatchObject({
      untilMs: 8000,
      code: 'DRAINING',
    });
    expect(run([...opened, { kind: 'lost', advice }], {}, 1)).toMatchObject({ untilMs: 10_000 });
  });

  it('SDK-6: the advice of every code of the closed list is obeyed', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const state = run([{ kind: 'open' }, failed({ code })]);
      const { retry } = ERRORS[code];
      if (retry === 'never' || retry === 'change')
        expect(state, code).toMatchObject({ kind: 'stopped', advice: { code } });
      else expect(state, code).toMatchObject({ kind: 'waiting', renewToken: retry === 'reauthenticate' });
    }
  });

  it('SDK-12: a connection replaced soon after failures retries; one replaced by another device stops permanently', () => {
    const replaced: ConnectionEvent = { kind: 'lost', advice: { code: 'CONNECTION_REPLACED' } };
    const opened: ConnectionEvent = { kind: 'opened', transport: 'websocket' };
    const afterFailure = run([{ kind: 'open' }, failed(), { kind: 'due' }, opened]);
    expect(nextConnectionState(afterFailure, replaced, rules, 14_000, 0)).toMatchObject({ kind: 'waiting' });
    expect(nextConnectionState(afterFailure, replaced, rules, 15_000, 0)).toMatchObject({ kind: 'stopped' });
    const first = run([{ kind: 'open' }, opened]);
    expect(nextConnectionState(first, replaced, rules, 100, 0)).toMatchObject({ kind: 'stopped' });
  });

  it('SDK-37: an attempt whose transport breaks before the server has answered counts as a failure and is followed by another one', () => {
    const lost: ConnectionEvent = { kind: 'lost', advice: undefined };
    const waiting = run([{ kind: 'open' }, lost]);
    expect(waiting).toMatchObject({ kind: 'waiting', memory: { failures: 1, unanswered: 1 } });
    expect(nextConnectionState(waiting, { kind: 'due' }, rules, 0, 0)).toMatchObject({ kind: 'connecting' });
    expect(nextConnectionState(waiting, lost, rules, 0, 0)).toBe(waiting);
  });

  it('SDK-6: an unknown code of a newer server means "later"', () => {
    expect(run([{ kind: 'open' }, failed({ code: 'SOMETHING_NEW' })])).toMatchObject({ kind: 'waiting' });
  });

  it('SDK-6: an unsupported protocol stops and reports the supported versions', () => {
    const advice = { code: 'PROTOCOL_UNSUPPORTED', min: 2, max: 3 };
    expect(run([{ kind: 'open' }, failed(advice)])).toEqual({ kind: 'stopped', advice });
  });

  it('SDK-6: a refused token is renewed at once, then with waits, and a limited number of times', () => {
    const refuse = failed({ code: 'TOKEN_EXPIRED' });
    const first = run([{ kind: 'open' }, refuse]);
    expect(first).toMatchObject({ kind: 'waiting', untilMs: 0, renewToken: true });
    expect(run([{ kind: 'open' }, refuse, { kind: 'due' }, refuse])).toMatchObject({ untilMs: 500 });
    const again: ConnectionEvent[] = Array.from({ length: 6 }, () => [
      refuse,
      { kind: 'due' } as const,
    ]).flat();
    expect(run([{ kind: 'open' }, ...again])).toMatchObject({ kind: 'stopped' });
  });

  it('SDK-6: a refused token is final when it cannot be renewed', () => {
    expect(run([{ kind: 'open' }, failed({ code: 'TOKEN_EXPIRED' })], { canRenewToken: false }).kind).toBe(
      'stopped',
    );
  });

  it('SDK-33: an ended session is final at once; a token source without a network is not', () => {
    const over = { code: 'TOKEN_REVOKED', sessionOver: true } as const;
    expect(run([{ kind: 'open' }, failed(over)])).toEqual({ kind: 'stopped', advice: over });
    expect(run([{ kind: 'open' }, failed({ code: 'UNAVAILABLE' })]).kind).toBe('waiting');
  });

  it('SDK-7: websocket first, polling when a websocket gets no answer, and the transport that worked last is preferred', () => {
    const at = (unanswered: number, lastWorked?: 'websocket' | 'polling') =>
      chooseTransport(['websocket', 'polling'], { failures: 0, unanswered, refusedTokens: 0, lastWorked });
    expect([0, 1, 2, 3, 4, 5].map((n) => at(n))).toEqual([
      'websocket',
      'websocket',
      'polling',
      'websocket',
      'websocket',
      'polling',
    ]);
    expect([0, 1, 2].map((n) => at(n, 'polling'))).toEqual(['polling', 'polling', 'websocket']);
    expect(
      chooseTransport(['polling'], { failures: 0, unanswered: 2, refusedTokens: 0, lastWorked: undefined }),
    ).toBe('polling');
  });

  it('SDK-5: only a stable connection clears the failures before it', () => {
    const connected = run([
      { kind: 'open' },
      failed(),
      { kind: 'due' },
      { kind: 'opened', transport: 'websocket' },
    ]);
    const lost: ConnectionEvent = { kind: 'lost', advice: undefined };
    expect(nextConnectionState(connected, lost, rules, 100, 1)).toMatchObject({ memory: { failures: 2 } });
    expect(nextConnectionState(connected, lost, rules, 60_000, 1)).toMatchObject({ memory: { failures: 1 } });
  });

  it('SDK-73: a wake ends a wait, but not within its first second: a listener that reports in a loop causes no loop of attempts', () => {
    const failures: ConnectionEvent[] = Array.from({ length: 6 }, () => [
      failed(),
      { kind: 'due' } as const,
    ]).flat();
    const waiting = run([{ kind: 'open' }, ...failures, failed()]);
    expect(waiting).toMatchObject({ kind: 'waiting', untilMs: 15_000 });
    const wake = (elapsedMs: number, nowMs: number) =>
      nextConnectionState(waiting, { kind: 'wake', elapsedMs }, rules, nowMs, 0);
    expect(wake(0, 0)).toMatchObject({ kind: 'waiting', untilMs: 1000 });
    expect(wake(400, 400)).toMatchObject({ kind: 'waiting', untilMs: 1000 });
    expect(wake(1000, 1000)).toMatchObject({ kind: 'connecting' });
  });

  it('SDK-73: a wake ends the wait after a token function without a network', () => {
    const waiting = run([{ kind: 'open' }, failed({ code: 'UNAVAILABLE' })]);
    expect(nextConnectionState(waiting, { kind: 'wake', elapsedMs: 1000 }, rules, 1000, 0)).toMatchObject({
      kind: 'connecting',
    });
  });

  it('SDK-76: a wake does not shorten a wait that a server asked for, unless the phone has slept through it', () => {
    const waiting = run([{ kind: 'open' }, failed({ code: 'DRAINING', retryAfterMs: 8000 })]);
    expect(waiting).toMatchObject({ untilMs: 9000 });
    const woken = nextConnectionState(waiting, { kind: 'wake', elapsedMs: 3000 }, rules, 3000, 0);
    expect(woken).toBe(waiting);
    // Asleep for 2.5 min after 3 s: the monotonic clock says 3 s.
    const slept = nextConnectionState(waiting, { kind: 'wake', elapsedMs: 153_000 }, rules, 3000, 0);
    expect(slept).toMatchObject({ kind: 'connecting', memory: { failures: 1 } });
  });

  it('SDK-76: an attempt that the phone slept through is begun again, and a young one goes on', () => {
    const connecting = run([{ kind: 'open' }]);
    expect(nextConnectionState(connecting, { kind: 'wake', elapsedMs: 24_999 }, rules, 0, 0)).toBe(
      connecting,
    );
    const again = nextConnectionState(connecting, { kind: 'wake', elapsedMs: 150_000 }, rules, 0, 0);
    expect([again.kind, again === connecting]).toEqual(['connecting', false]);
  });

  it('SDK-5: in any order of events closed stays closed, waits are bounded, and the reason is kept', () => {
    const advice = fc.option(
      fc.record({
        code: fc.constantFrom(...Object.keys(ERRORS), 'NEW'),
        retryAfterMs: fc.option(fc.nat(60_000), { nil: undefined }),
      }),
      { nil: undefined },
    );
    const event: fc.Arbitrary<ConnectionEvent> = fc.oneof(
      fc.constantFrom<ConnectionEvent>(
        { kind: 'open' },
        { kind: 'due' },
        { kind: 'opened', transport: 'polling' },
      ),
      fc.nat(60_000).map((elapsedMs) => ({ kind: 'wake', elapsedMs }) as const),
      advice.map((given) => ({ kind: 'failed', advice: given }) as const),
      advice.map((given) => ({ kind: 'lost', advice: given }) as const),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.nat(10_000), fc.double({ min: 0, max: 0.999, noNaN: true }))),
        (steps) => {
          let state: ConnectionState = idle as ConnectionState;
          let nowMs = 0;
          for (const [step, passed, random] of steps) {
            nowMs += passed;
            state = nextConnectionState(state, step, rules, nowMs, random);
            if (state.kind !== 'waiting') continue;
            expect(state.untilMs - nowMs).toBeLessThanOrEqual(60_000 + Math.max(15_000, BACKOFF_MAX_MS));
          }
          const closed = nextConnectionState(state, { kind: 'close' }, rules, nowMs, 0);
          expect(closed).toEqual({ kind: 'stopped', advice: undefined });
          expect(nextConnectionState(closed, { kind: 'due' }, rules, nowMs, 0)).toBe(closed);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });
});
