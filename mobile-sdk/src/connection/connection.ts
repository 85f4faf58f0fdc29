import { type Ack, type Goodbye, PROTOCOL } from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import type { Recorder } from '../diagnostics/recorder.ts';
import { SDK_NAME } from '../diagnostics/sdk-name.ts';
import { errorFrom, localRefusal, numbersOf } from '../errors/rideline-error.ts';
import { expiryOf } from '../session/token-lifetime.ts';
import { type TokenFunction, type TokenSource, tokenFunctionOf } from '../session/token-source.ts';
import type { SdkClock } from '../time/clock.ts';
import { startElapsed } from '../time/elapsed.ts';
import {
  type Advice,
  type ConnectionEvent,
  type ConnectionRules,
  type ConnectionState,
  nextConnectionState,
  type TransportName,
} from './connection-state.ts';
import { isAlive } from './probe.ts';

export interface ConnectionOptions {
  /** URL of the front port, e.g. `https://fleet.example.com`. */
  url: string;
  namespace: '/driver' | '/rider';
  token: TokenSource;
  clock: SdkClock;
  recorder: Recorder;
  transports?: readonly TransportName[];
  onState: (state: ConnectionState) => void;
  onEvent: (event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** How long the server may take to close a socket after its `goodbye`. */
const GOODBYE_MS = 5000;

/** One Socket.IO connection that reconnects: the effects around `nextConnectionState`. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #rules: ConnectionRules;
  readonly #clock: SdkClock;
  readonly #socket: Socket;
  #current: ConnectionState = { kind: 'idle' };
  readonly #askToken: TokenFunction;
  #token: string | undefined;
  #stopTokenUpdates: () => void = nothingToCancel;
  #goodbye: Advice | undefined;
  #cancelTimer: () => void = nothingToCancel;
  #cancelGoodbye: () => void = nothingToCancel;
  /** Raised with every attempt: results of earlier attempts are ignored. */
  #attempt = 0;
  /** Since the current state began. */
  #elapsedMs: () => number;
  /** Why the transport broke, in its own words. */
  #reason: string | undefined;
  #heard = 0;
  #isProbing = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#elapsedMs = startElapsed(options.clock);
    this.#askToken = tokenFunctionOf(options.token, options.clock);
    this.#rules = {
      transports: options.transports ?? ['websocket', 'polling'],
      canRenewToken: typeof options.token !== 'string',
    };
    this.#socket = io(options.url + options.namespace, {
      autoConnect: false,
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_TIMEOUT_MS,
      // Polling needs the load balancer's cookie; without it the requests reach different gateways.
      withCredentials: true,
      auth: (give: (auth: object) => void) =>
        give({ token: this.#token, protocol: PROTOCOL.max, sdk: SDK_NAME }),
    });
    this.#listen();
  }

  get state(): ConnectionState {
    return this.#current;
  }

  /** How long the current state has lasted, ms, sleep included. */
  get stateAgeMs(): number {
    return this.#elapsedMs();
  }

  /** What gives the tokens, and what is left of the last one by this phone's wall clock. */
  get tokenFacts(): { source: 'fixed' | 'function' | 'session'; expiresInMs?: number } {
    const { token } = this.#options;
    const source = typeof token === 'string' ? 'fixed' : typeof token === 'function' ? 'function' : 'session';
    const expiresMs = expiryOf(this.#token ?? '');
    return expiresMs === undefined
      ? { source }
      : { source, expiresInMs: Math.round(expiresMs - this.#clock.wallMs()) };
  }

  get connected(): boolean {
    return this.#current.kind === 'connected' && this.#socket.connected;
  }

  /** Rises with everything that arrives from the server. */
  get heard(): number {
    return this.#heard;
  }

  open(): void {
    this.#followTokens();
    this.#handle({ kind: 'open' });
  }

  close(): void {
    this.#handle({ kind: 'close' });
  }

  /** Sends each next token of a session to the server, so that the connection outlives the first token. */
  #followTokens(): void {
    const { token: source } = this.#options;
    this.#stopTokenUpdates();
    if (typeof source !== 'object') return;
    this.#stopTokenUpdates = source.onToken((token) => {
      // The next attempt asks for it by itself; the token of the attempt under way stays known, in case it is refused.
      if (!this.connected) return;
      this.#token = token;
      // When the server refuses it, the connection ends with its token and reconnects with this one.
      this.#socket.emit('auth:renew', { token }, nothingToCancel);
    });
  }

  /**
   * The network or the app is back. Ends a wait, except the time that a server asked for and has not passed; an open connection has to show
   * that it lives.
   */
  wake(): void {
    if (this.#current.kind === 'connected') void this.#probe();
    else this.#handle({ kind: 'wake', elapsedMs: this.#elapsedMs() });
  }

  async #probe(): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    const attempt = this.#attempt;
    const tookMs = startElapsed(this.#clock);
    const alive = await isAlive(this, this.#clock);
    this.#isProbing = false;
    if (attempt !== this.#attempt || this.#current.kind !== 'connected') return;
    this.#options.recorder.log(alive ? 'connection.probed' : 'connection.dead', { tookMs: tookMs() });
    if (alive) return;
    this.#socket.disconnect();
    this.wake();
  }

  /** Sends without waiting for an answer. Returns false when there is no connection: nothing is buffered. */
  send(event: string, body: unknown): boolean {
    if (!this.connected) return false;
    this.#socket.emit(event, body);
    return true;
  }

  /** Sends and waits for the acknowledgement. Never rejects: resolves with a TIMEOUT refusal when there is no answer in time. */
  request<Reply extends object>(event: string, body: unknown, timeoutMs: number): Promise<Ack<Reply>> {
    if (!this.connected) return Promise.resolve(localRefusal('UNAVAILABLE', 'none'));
    return new Promise((resolve) => {
      this.#socket.timeout(timeoutMs).emit(event, body, (error: Error | null, reply: Ack<Reply>) => {
        if (error === null) this.#heard++;
        resolve(error === null ? reply : localRefusal('TIMEOUT', 'unknown'));
      });
    });
  }

  #listen(): void {
    this.#socket.on('connect', () => this.#handle({ kind: 'opened', transport: this.#transportInUse() }));
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => {
      this.#reason = error.message;
      this.#handle({ kind: 'failed', advice: adviceFrom(error.data) });
    });
    this.#socket.on('disconnect', (reason) => {
      this.#reason = reason;
      this.#lost();
    });
    this.#socket.on('goodbye', (goodbye: Goodbye) => {
      this.#goodbye = { code: goodbye.code, retryAfterMs: goodbye.reconnectAfterMs };
      this.#cancelGoodbye();
      this.#cancelGoodbye = this.#clock.after(GOODBYE_MS, () => this.#socket.disconnect());
    });
    this.#socket.onAny((event: string, body: unknown, ack?: (reply: { ok: true }) => void) => {
      this.#heard++;
      if (event !== 'goodbye') this.#options.onEvent(event, body, ack);
    });
  }

  #lost(): void {
    this.#cancelGoodbye();
    const advice = this.#goodbye;
    this.#goodbye = undefined;
    this.#handle({ kind: 'lost', advice });
  }

  #handle(event: ConnectionEvent): void {
    const before = this.#current;
    const next = nextConnectionState(
      before,
      event,
      this.#rules,
      this.#clock.monotonicMs(),
      this.#clock.random(),
    );
    if (next === before) return;
    this.#report(next);
    this.#current = next;
    this.#elapsedMs = startElapsed(this.#clock);
    this.#cancelTimer();
    this.#cancelTimer = nothingToCancel;
    // An attempt that was slept through is abandoned.
    if (before.kind === 'connecting' && next.kind === 'connecting') this.#socket.disconnect();
    this.#enter(next);
    this.#options.onState(next);
  }

  #report(next: ConnectionState): void {
    const tookMs = this.#elapsedMs();
    const reason = this.#reason;
    this.#reason = undefined;
    if (next.kind === 'waiting') {
      const waitMs = next.untilMs - this.#clock.monotonicMs();
      const attempt = next.memory.failures;
      this.#options.recorder.log('connection.waiting', { code: next.code, reason, attempt, waitMs, tookMs });
    } else if (next.kind === 'stopped')
      this.#options.recorder.log('connection.stopped', { code: next.advice?.code, tookMs });
    else if (next.kind !== 'idle')
      this.#options.recorder.log(`connection.${next.kind}`, { transport: next.transport, tookMs });
  }

  #enter(state: ConnectionState): void {
    switch (state.kind) {
      case 'connecting':
        this.#attempt++;
        void this.#dial(state.transport, state.renewToken, this.#attempt);
        return;
      case 'waiting':
        this.#cancelTimer = this.#clock.after(state.untilMs - this.#clock.monotonicMs(), () =>
          this.#handle({ kind: 'due' }),
        );
        return;
      case 'stopped':
        this.#attempt++;
        this.#stopTokenUpdates();
        this.#stopTokenUpdates = nothingToCancel;
        this.#cancelGoodbye();
        this.#socket.disconnect();
        return;
      default:
        return;
    }
  }

  async #dial(transport: TransportName, renewToken: boolean, attempt: number): Promise<void> {
    let token: string;
    try {
      // Looked at before each attempt: a phone that wakes up has an expired token as a rule.
      token = await this.#askToken(renewToken ? this.#token : undefined);
    } catch (error) {
      if (attempt === this.#attempt)
        this.#handle({ kind: 'failed', advice: this.#adviceOfTokenSource(error) });
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#token = token;
    this.#goodbye = undefined;
    // After a fallback the session starts with polling and upgrades if a websocket can be opened.
    const upgrade = transport === 'polling' && this.#rules.transports.includes('websocket');
    this.#socket.io.opts.transports = upgrade ? ['polling', 'websocket'] : [transport];
    this.#socket.connect();
  }

  /** The app's own sign-in failed: like a missing network, unless it says that the session is over. */
  #adviceOfTokenSource(error: unknown): Advice {
    const { code, advice, details } = errorFrom(error);
    this.#options.recorder.log('token.failed', { code });
    const { retryAfterMs } = details;
    if (advice.action === 'sign_in') return { code, retryAfterMs, sessionOver: true };
    // A code of the app's own backend, or of a call that the function made, is not the fleet's answer to this connection.
    const isForeign = typeof this.#options.token === 'function' && advice.action !== 'retry';
    return { code: isForeign ? 'UNAVAILABLE' : code, retryAfterMs };
  }

  #transportInUse(): TransportName {
    return this.#socket.io.engine.transport.name === 'polling' ? 'polling' : 'websocket';
  }
}

/** A code that this version does not know comes from a newer server: that is an answer, too. */
function adviceFrom(data: unknown): Advice | undefined {
  if (typeof data !== 'object' || data === null || !('code' in data)) return undefined;
  const { code } = data;
  return typeof code === 'string' ? { code, ...numbersOf(data, ['retryAfterMs', 'min', 'max']) } : undefined;
}

function nothingToCancel(): void {
  // Stands for a timer, listener or acknowledgement that does not exist.
}
