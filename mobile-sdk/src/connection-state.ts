import { ERRORS, type ErrorCode } from '@rideline/contract';

export type TransportName = 'websocket' | 'polling';

/** Why a server turned a client away: of `connect_error` and of `goodbye`. Codes unknown here count as "later". */
export interface Advice {
  code: string;
  retryAfterMs?: number | undefined;
  /** PROTOCOL_UNSUPPORTED: the versions the server speaks. */
  min?: number | undefined;
  max?: number | undefined;
  /** The app's own source of tokens said it: there is no other token to be had. */
  sessionOver?: true;
}

/** What one attempt leaves for the next. */
export interface Memory {
  /** Failures since the last connection that held. */
  failures: number;
  /** Of these, the ones in a row without any answer of a server: the transport may be blocked. */
  unanswered: number;
  /** Tokens refused in a row. */
  refusedTokens: number;
  lastWorked: TransportName | undefined;
}

export type ConnectionState =
  | { kind: 'idle' }
  | { kind: 'connecting'; memory: Memory; transport: TransportName; renewToken: boolean }
  | { kind: 'connected'; memory: Memory; transport: TransportName; sinceMs: number }
  | { kind: 'waiting'; memory: Memory; untilMs: number; renewToken: boolean; code: string | undefined }
  | { kind: 'stopped'; advice: Advice | undefined };

export type ConnectionEvent =
  | { kind: 'open' }
  | { kind: 'opened'; transport: TransportName }
  | { kind: 'lost'; advice: Advice | undefined }
  | { kind: 'failed'; advice: Advice | undefined }
  | { kind: 'due' }
  | { kind: 'close' };

export interface ConnectionRules {
  transports: readonly TransportName[];
  /** False when the app gave a fixed token: then a refused token is final. */
  canRenewToken: boolean;
  /** First and longest upper bound of the wait before the next attempt, ms. */
  backoffMs: number;
  backoffMaxMs: number;
  /** A connection that held for so long clears the failures before it. */
  heldMs: number;
  /** Tokens refused in a row after which only a new sign-in helps. */
  refusedTokensMax: number;
  /**
   * An attempt of ours that was given up may still reach a gateway that is slow, and take the driver over from the connection that
   * followed it. A connection younger than this that had failures before it therefore takes "replaced" for "later", not for the end.
   */
  ownReplacementMs: number;
}

export const CONNECTION_RULES: Omit<ConnectionRules, 'canRenewToken'> = {
  transports: ['websocket', 'polling'],
  backoffMs: 500,
  backoffMaxMs: 30_000,
  heldMs: 5000,
  refusedTokensMax: 5,
  ownReplacementMs: 15_000,
};

const NEW_MEMORY: Memory = { failures: 0, unanswered: 0, refusedTokens: 0, lastWorked: undefined };

/**
 * The whole life of a connection, pure: state and event to the next state. An event that means nothing in a state
 * leaves it as it is. `random` is uniform in [0, 1).
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
      return event.kind === 'due' ? connecting(state.memory, state.renewToken, rules) : state;
    case 'connecting':
      if (event.kind === 'opened')
        return {
          kind: 'connected',
          memory: { ...state.memory, unanswered: 0, lastWorked: event.transport },
          transport: event.transport,
          sinceMs: nowMs,
        };
      return event.kind === 'failed' ? turnedAway(state.memory, event.advice, rules, nowMs, random) : state;
    case 'connected': {
      if (event.kind !== 'lost') return state;
      const ageMs = nowMs - state.sinceMs;
      if (isReplacedByOwn(state.memory, event.advice, ageMs, rules))
        return waiting(state.memory, event.advice, false, rules, nowMs, random);
      const held = ageMs >= rules.heldMs;
      const memory = held ? { ...NEW_MEMORY, lastWorked: state.transport } : state.memory;
      return turnedAway(memory, event.advice, rules, nowMs, random);
    }
  }
}

/** What advice of the server means for a client: the closed list decides, an unknown code means "later". */
export function retryAdvice(code: string): (typeof ERRORS)[ErrorCode]['retry'] {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].retry : 'later';
}

/** Websocket first; every third attempt without an answer tries the other one. What worked last is preferred. */
export function chooseTransport(allowed: readonly TransportName[], memory: Memory): TransportName {
  const first = memory.lastWorked ?? allowed[0] ?? 'websocket';
  const other = allowed.find((name) => name !== first);
  return other !== undefined && memory.unanswered % 3 === 2 ? other : first;
}

function connecting(memory: Memory, renewToken: boolean, rules: ConnectionRules): ConnectionState {
  return { kind: 'connecting', memory, renewToken, transport: chooseTransport(rules.transports, memory) };
}

function turnedAway(
  before: Memory,
  advice: Advice | undefined,
  rules: ConnectionRules,
  nowMs: number,
  random: number,
): ConnectionState {
  const retry = advice === undefined ? 'later' : retryAdvice(advice.code);
  if (retry === 'never' || retry === 'change') return { kind: 'stopped', advice };
  const refusedTokens = retry === 'reauthenticate' ? before.refusedTokens + 1 : 0;
  const noOther = !rules.canRenewToken || advice?.sessionOver === true;
  if (refusedTokens > 0 && (noOther || refusedTokens > rules.refusedTokensMax))
    return { kind: 'stopped', advice };
  return waiting({ ...before, refusedTokens }, advice, refusedTokens > 0, rules, nowMs, random);
}

function isReplacedByOwn(
  memory: Memory,
  advice: Advice | undefined,
  ageMs: number,
  rules: ConnectionRules,
): boolean {
  return advice?.code === 'CONNECTION_REPLACED' && memory.failures > 0 && ageMs < rules.ownReplacementMs;
}

function waiting(
  before: Memory,
  advice: Advice | undefined,
  renewToken: boolean,
  rules: ConnectionRules,
  nowMs: number,
  random: number,
): ConnectionState {
  const memory: Memory = {
    ...before,
    failures: before.failures + 1,
    unanswered: advice === undefined ? before.unanswered + 1 : 0,
  };
  // The first refused token is most often one that ran out: there is nothing to wait for.
  const delayMs =
    before.refusedTokens === 1 ? 0 : waitMs(memory.failures, advice?.retryAfterMs, rules, random);
  return { kind: 'waiting', memory, untilMs: nowMs + delayMs, renewToken, code: advice?.code };
}

/**
 * Full jitter: uniform between 0 and a bound that doubles. What the server asks for is a floor, and a quarter of it at
 * random comes on top, so that those it sent away together do not come back together.
 */
function waitMs(
  failures: number,
  askedMs: number | undefined,
  rules: ConnectionRules,
  random: number,
): number {
  const bound = Math.min(rules.backoffMaxMs, rules.backoffMs * 2 ** Math.min(failures - 1, 30));
  const asked = askedMs ?? 0;
  return Math.round(asked > 0 ? asked + random * Math.max(asked / 4, bound) : random * bound);
}
