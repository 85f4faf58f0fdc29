import type { RetryAdvice } from '@rideline/contract';
import { actionOf } from '../errors/rideline-error.ts';

export type TransportName = 'websocket' | 'polling';

/** Why a server refused or closed a connection, from `connect_error` and `goodbye`. Unknown codes mean "later". */
export interface Advice {
  code: string;
  retryAfterMs?: number | undefined;
  /** PROTOCOL_UNSUPPORTED: the versions that the server supports. */
  min?: number | undefined;
  max?: number | undefined;
  /** The app's token source reported it: no other token can be had. */
  sessionOver?: true;
}

/** What one attempt passes on to the next. */
export interface Memory {
  /** Failures since the last stable connection. */
  failures: number;
  /** Of these, the latest in a row without any answer from a server: the transport may be blocked. */
  unanswered: number;
  /** Tokens refused in a row. */
  refusedTokens: number;
  lastWorked: TransportName | undefined;
}

export type ConnectionState =
  | { kind: 'idle' }
  | { kind: 'connecting'; memory: Memory; transport: TransportName; renewToken: boolean }
  | { kind: 'connected'; memory: Memory; transport: TransportName; sinceMs: number }
  | {
      kind: 'waiting';
      memory: Memory;
      untilMs: number;
      /** How much of the wait has to pass before `wake` may end it, ms: all of it when a server asked for the time. */
      firmMs: number;
      renewToken: boolean;
      code: string | undefined;
    }
  | { kind: 'stopped'; advice: Advice | undefined };

export type ConnectionEvent =
  | { kind: 'open' }
  | { kind: 'opened'; transport: TransportName }
  | { kind: 'lost'; advice: Advice | undefined }
  | { kind: 'failed'; advice: Advice | undefined }
  | { kind: 'due' }
  /** The network is back or the app in the foreground. `elapsedMs`: how long the state has lasted, sleep included. */
  | { kind: 'wake'; elapsedMs: number }
  | { kind: 'close' };

/** What differs between apps. */
export interface ConnectionRules {
  transports: readonly TransportName[];
  /** false when the app gave a fixed token: then a refused token is final. */
  canRenewToken: boolean;
}

/** First and greatest upper bound of the wait before the next attempt, ms. */
const BACKOFF_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
/** A connection that lasted this long clears the failures before it. */
const STABLE_AFTER_MS = 5000;
/** Tokens refused in a row after which only a new sign-in helps. */
const REFUSED_TOKENS_MAX = 5;
/**
 * An abandoned attempt of this phone may still reach a slow gateway and replace the connection that followed it. A connection younger
 * than this with failures before it therefore treats "replaced" as "later", not as final.
 */
const OWN_REPLACEMENT_MS = 15_000;
/** A wait lasts at least this long, however often `wake` is called, unless the random wait is shorter. */
const WAKE_AFTER_MS = 1000;
/** An attempt that is older than this when the app wakes was slept through: its own time limits stood still. */
const ATTEMPT_MAX_MS = 25_000;

const NEW_MEMORY: Memory = { failures: 0, unanswered: 0, refusedTokens: 0, lastWorked: undefined };

/**
 * The state machine of a connection, pure: state and event to the next state. An event without meaning in a state leaves the state
 * unchanged. `random` is uniform in [0, 1).
 */
export function nextConnectionState(
  state: ConnectionState,
  event: ConnectionEvent,
  rules: ConnectionRules,
  nowMs: number,
  random: number,
): ConnectionState {
  if (event.kind === 'close') return { kind: 'stopped', advice: undefined };
  switch (state.kind) {
    case 'idle':
    case 'stopped':
      return event.kind === 'open' ? connecting(NEW_MEMORY, false, rules) : state;
    case 'waiting':
      if (event.kind === 'wake') return wokenWait(state, event.elapsedMs, rules, nowMs);
      return event.kind === 'due' ? connecting(state.memory, state.renewToken, rules) : state;
    case 'connecting':
      if (event.kind === 'wake')
        return event.elapsedMs < ATTEMPT_MAX_MS ? state : connecting(state.memory, state.renewToken, rules);
      if (event.kind === 'opened')
        return {
          kind: 'connected',
          memory: { ...state.memory, unanswered: 0, lastWorked: event.transport },
          transport: event.transport,
          sinceMs: nowMs,
        };
      // Lost: the transport was open and broke before the server had answered. Nothing else reports the end of this attempt.
      return event.kind === 'failed' || event.kind === 'lost'
        ? afterRefusal(state.memory, event.advice, rules, nowMs, random)
        : state;
    case 'connected': {
      if (event.kind !== 'lost') return state;
      const ageMs = nowMs - state.sinceMs;
      if (isReplacedByOwnAttempt(state.memory, event.advice, ageMs))
        return waiting(state.memory, event.advice, false, nowMs, random);
      const isStable = ageMs >= STABLE_AFTER_MS;
      const memory = isStable ? { ...NEW_MEMORY, lastWorked: state.transport } : state.memory;
      return afterRefusal(memory, event.advice, rules, nowMs, random);
    }
  }
}

/** The retry advice of a code: from the closed list; an unknown code means "later". */
export function retryAdvice(code: string): Exclude<RetryAdvice, 'change'> {
  const action = actionOf(code);
  if (action === 'retry') return 'later';
  return action === 'sign_in' ? 'reauthenticate' : 'never';
}

/** The transport that worked last, websocket by default; every third attempt without an answer tries the other one. */
export function chooseTransport(allowed: readonly TransportName[], memory: Memory): TransportName {
  const first = memory.lastWorked ?? allowed[0] ?? 'websocket';
  const other = allowed.find((name) => name !== first);
  return other !== undefined && memory.unanswered % 3 === 2 ? other : first;
}

function connecting(memory: Memory, renewToken: boolean, rules: ConnectionRules): ConnectionState {
  return { kind: 'connecting', memory, renewToken, transport: chooseTransport(rules.transports, memory) };
}

/** A network that returns or an app that wakes ends a wait, but for its firm part. A wait that was slept through is over. */
function wokenWait(
  state: Extract<ConnectionState, { kind: 'waiting' }>,
  elapsedMs: number,
  rules: ConnectionRules,
  nowMs: number,
): ConnectionState {
  const firmMs = state.firmMs - elapsedMs;
  if (firmMs <= 0) return connecting(state.memory, state.renewToken, rules);
  return nowMs + firmMs < state.untilMs ? { ...state, firmMs, untilMs: nowMs + firmMs } : state;
}

function afterRefusal(
  before: Memory,
  advice: Advice | undefined,
  rules: ConnectionRules,
  nowMs: number,
  random: number,
): ConnectionState {
  const retry = advice === undefined ? 'later' : retryAdvice(advice.code);
  if (retry === 'never') return { kind: 'stopped', advice };
  const refusedTokens = retry === 'reauthenticate' ? before.refusedTokens + 1 : 0;
  const noOther = !rules.canRenewToken || advice?.sessionOver === true;
  if (refusedTokens > 0 && (noOther || refusedTokens > REFUSED_TOKENS_MAX))
    return { kind: 'stopped', advice };
  return waiting({ ...before, refusedTokens }, advice, refusedTokens > 0, nowMs, random);
}

function isReplacedByOwnAttempt(memory: Memory, advice: Advice | undefined, ageMs: number): boolean {
  return advice?.code === 'CONNECTION_REPLACED' && memory.failures > 0 && ageMs < OWN_REPLACEMENT_MS;
}

function waiting(
  before: Memory,
  advice: Advice | undefined,
  renewToken: boolean,
  nowMs: number,
  random: number,
): ConnectionState {
  const memory: Memory = {
    ...before,
    failures: before.failures + 1,
    unanswered: advice === undefined ? before.unanswered + 1 : 0,
  };
  // The first refused token has most likely expired: renew it without waiting.
  const asked = advice?.retryAfterMs ?? 0;
  const delayMs = before.refusedTokens === 1 ? 0 : waitMs(memory.failures, asked, random);
  const firmMs = asked > 0 ? delayMs : Math.min(delayMs, WAKE_AFTER_MS);
  return { kind: 'waiting', memory, untilMs: nowMs + delayMs, firmMs, renewToken, code: advice?.code };
}

/**
 * Full jitter: uniform between 0 and a bound that doubles. A time requested by the server is a floor, and a random part (up to a
 * quarter of it, or up to the bound if that is greater) is added, so that clients that were refused together do not return together.
 */
function waitMs(failures: number, asked: number, random: number): number {
  const bound = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.min(failures - 1, 30));
  return Math.round(asked > 0 ? asked + random * Math.max(asked / 4, bound) : random * bound);
}
