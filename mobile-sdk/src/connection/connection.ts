import { type Ack, CodedError, type Goodbye, PROTOCOL, refusalSchema } from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import { type TokenFunction, type TokenSource, tokenFunctionOf } from '../session/token-source.ts';
import type { SdkClock } from '../time/clock.ts';
import {
  type Advice,
  CONNECTION_RULES,
  type ConnectionEvent,
  type ConnectionRules,
  type ConnectionState,
  nextConnectionState,
  retryAdvice,
  type TransportName,
} from './connection-state.ts';

export interface ConnectionOptions {
  /** URL of the front port, e.g. `https://fleet.example.com`. */
  url: string;
  namespace: '/driver' | '/rider';
  token: TokenSource;
  clock: SdkClock;
  transports?: readonly TransportName[];
  rules?: Partial<ConnectionRules>;
  onState: (state: ConnectionState) => void;
  onEvent: (event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined) => void;
}

const SDK_NAME = 'rideline-js/0.1.0';
const CONNECT_TIMEOUT_MS = 10_000;
const TOKEN_TIMEOUT_MS = 15_000;
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

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#askToken = tokenFunctionOf(options.token);
    this.#rules = {
      ...CONNECTION_RULES,
      canRenewToken: typeof options.token !== 'string',
      ...options.rules,
      ...(options.transports === undefined ? {} : { transports: options.transports }),
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

  get connected(): boolean {
    return this.#current.kind === 'connected' && this.#socket.connected;
  }

  open(): void {
    this.#followTokens();
    this.#handle({ kind: 'open' });
  }

  close(): void {
    this.#stopTokenUpdates();
    this.#handle({ kind: 'close' });
  }

  /** Sends each next token of a session to the server, so that the connection outlives the first token. */
  #followTokens(): void {
    const { token: source } = this.#options;
    this.#stopTokenUpdates();
    if (typeof source !== 'object') return;
    this.#stopTokenUpdates = source.onToken((token) => {
      this.#token = token;
      // When the server refuses it, the connection ends with its token and reconnects with this one.
      if (this.connected) this.#socket.emit('auth:renew', { token }, nothingToCancel);
    });
  }

  /** The network or the app is back: ends a wait that no server asked for. */
  wake(): void {
    if (this.#current.kind === 'waiting' && this.#current.code === undefined) this.#handle({ kind: 'due' });
  }

  /** Sends without waiting for an answer. Returns false when there is no connection: nothing is buffered. */
  send(event: string, body: unknown): boolean {
    if (!this.connected) return false;
    this.#socket.emit(event, body);
    return true;
  }

  /** Sends and waits for the acknowledgement. Never rejects: resolves with a TIMEOUT refusal when there is no answer in time. */
  request<Reply extends object>(event: string, body: unknown, timeoutMs: number): Promise<Ack<Reply>> {
    if (!this.connected)
      return Promise.resolve(new CodedError('UNAVAILABLE', 'not connected', { effect: 'none' }).toRefusal());
    return new Promise((resolve) => {
      this.#socket.timeout(timeoutMs).emit(event, body, (error: Error | null, reply: Ack<Reply>) => {
        resolve(
          error === null ? reply : new CodedError('TIMEOUT', undefined, { effect: 'unknown' }).toRefusal(),
        );
      });
    });
  }

  #listen(): void {
    this.#socket.on('connect', () => this.#handle({ kind: 'opened', transport: this.#transportInUse() }));
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => {
      this.#handle({ kind: 'failed', advice: adviceFrom(error.data) });
    });
    this.#socket.on('disconnect', () => this.#lost());
    this.#socket.on('goodbye', (goodbye: Goodbye) => {
      this.#goodbye = { code: goodbye.code, retryAfterMs: goodbye.reconnectAfterMs };
      this.#cancelGoodbye();
      this.#cancelGoodbye = this.#clock.after(GOODBYE_MS, () => this.#socket.disconnect());
    });
    this.#socket.onAny((event: string, body: unknown, ack?: (reply: { ok: true }) => void) => {
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
    this.#current = next;
    this.#cancelTimer();
    this.#cancelTimer = nothingToCancel;
    this.#enter(next);
    this.#options.onState(next);
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
        this.#cancelGoodbye();
        this.#socket.disconnect();
        return;
      default:
        return;
    }
  }

  async #dial(transport: TransportName, renewToken: boolean, attempt: number): Promise<void> {
    try {
      await this.#ensureToken(renewToken);
    } catch (error) {
      // The app's own sign-in failed: treated like a missing network, unless it threw a coded error.
      const advice = error instanceof CodedError ? adviceOfTokenSource(error) : undefined;
      if (attempt === this.#attempt) this.#handle({ kind: 'failed', advice });
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#goodbye = undefined;
    // After a fallback the session starts with polling and upgrades if a websocket can be opened.
    const upgrade = transport === 'polling' && this.#rules.transports.includes('websocket');
    this.#socket.io.opts.transports = upgrade ? ['polling', 'websocket'] : [transport];
    this.#socket.connect();
  }

  async #ensureToken(renew: boolean): Promise<void> {
    if (this.#token !== undefined && !renew) return;
    this.#token = await within(
      this.#clock,
      TOKEN_TIMEOUT_MS,
      this.#askToken(renew ? this.#token : undefined),
    );
  }

  #transportInUse(): TransportName {
    return this.#socket.io.engine.transport.name === 'polling' ? 'polling' : 'websocket';
  }
}

function adviceOfTokenSource({ code, retryAfterMs }: CodedError): Advice {
  const isOver = retryAdvice(code) === 'reauthenticate';
  return { code, retryAfterMs, ...(isOver ? { sessionOver: true } : {}) };
}

function adviceFrom(data: unknown): Advice | undefined {
  const parsed = refusalSchema.safeParse(data);
  if (parsed.success)
    return {
      code: parsed.data.code,
      retryAfterMs: parsed.data.retryAfterMs,
      min: parsed.data.min,
      max: parsed.data.max,
    };
  // A newer server may refuse with a code that this client does not know: that is an answer, too.
  if (typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string')
    return { code: data.code };
  return undefined;
}

function within<T>(clock: SdkClock, limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => reject(new CodedError('TIMEOUT')));
    work.then(resolve, reject).finally(cancel);
  });
}

function nothingToCancel(): void {
  // Stands for a timer, listener or acknowledgement that does not exist.
}
