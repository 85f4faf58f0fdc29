import { type Ack, CodedError, type Goodbye, PROTOCOL, refusalSchema } from '@rideline/contract';
import { io, type Socket } from 'socket.io-client';
import type { SdkClock } from './clock.ts';
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
import { type TokenFunction, type TokenSource, tokenFunctionOf } from './token-source.ts';

export interface ConnectionOptions {
  /** Address of the front port, e.g. `https://fleet.example.com`. */
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
/** How long the server may take to close a socket it has said goodbye to. */
const GOODBYE_MS = 5000;

/** One Socket.IO connection that is kept up: the effects around `nextConnectionState`. */
export class Connection {
  private readonly options: ConnectionOptions;
  private readonly rules: ConnectionRules;
  private readonly clock: SdkClock;
  private readonly socket: Socket;
  private current: ConnectionState = { kind: 'idle' };
  private readonly askToken: TokenFunction;
  private token: string | undefined;
  private stopHearingTokens: () => void = nothingToCancel;
  private goodbye: Advice | undefined;
  private cancelTimer: () => void = nothingToCancel;
  private cancelGoodbye: () => void = nothingToCancel;
  /** Raised with every attempt: what an older one still brings is not ours any more. */
  private attempt = 0;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.clock = options.clock;
    this.askToken = tokenFunctionOf(options.token);
    this.rules = {
      ...CONNECTION_RULES,
      canRenewToken: typeof options.token !== 'string',
      ...options.rules,
      ...(options.transports === undefined ? {} : { transports: options.transports }),
    };
    this.socket = io(options.url + options.namespace, {
      autoConnect: false,
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_TIMEOUT_MS,
      // Polling needs the balancer's cookie, else its requests reach different gateways.
      withCredentials: true,
      auth: (give: (auth: object) => void) =>
        give({ token: this.token, protocol: PROTOCOL.max, sdk: SDK_NAME }),
    });
    this.listen();
  }

  get state(): ConnectionState {
    return this.current;
  }

  get connected(): boolean {
    return this.current.kind === 'connected' && this.socket.connected;
  }

  open(): void {
    this.hearTokens();
    this.handle({ kind: 'open' });
  }

  close(): void {
    this.stopHearingTokens();
    this.handle({ kind: 'close' });
  }

  /** A session's next token is shown in time, so that the connection outlives the first one. */
  private hearTokens(): void {
    const { token: source } = this.options;
    this.stopHearingTokens();
    if (typeof source !== 'object') return;
    this.stopHearingTokens = source.onToken((token) => {
      this.token = token;
      // Not taken: the connection ends with its token, and comes again with this one.
      if (this.connected) this.socket.emit('auth:renew', { token }, nothingToCancel);
    });
  }

  /** The network or the app came back: a wait that was only for lack of an answer is cut short. */
  wake(): void {
    if (this.current.kind === 'waiting' && this.current.code === undefined) this.handle({ kind: 'due' });
  }

  /** Sends without an answer. False when there is no connection: nothing is buffered behind the caller's back. */
  send(event: string, body: unknown): boolean {
    if (!this.connected) return false;
    this.socket.emit(event, body);
    return true;
  }

  /** Sends and waits for the acknowledgement. Never rejects: no answer in time is a refusal with TIMEOUT. */
  request<Reply extends object>(event: string, body: unknown, timeoutMs: number): Promise<Ack<Reply>> {
    if (!this.connected) return Promise.resolve(new CodedError('UNAVAILABLE', 'not connected').toRefusal());
    return new Promise((resolve) => {
      this.socket.timeout(timeoutMs).emit(event, body, (error: Error | null, reply: Ack<Reply>) => {
        resolve(error === null ? reply : new CodedError('TIMEOUT').toRefusal());
      });
    });
  }

  private listen(): void {
    this.socket.on('connect', () => this.handle({ kind: 'opened', transport: this.transportInUse() }));
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => {
      this.handle({ kind: 'failed', advice: adviceFrom(error.data) });
    });
    this.socket.on('disconnect', () => this.lost());
    this.socket.on('goodbye', (goodbye: Goodbye) => {
      this.goodbye = { code: goodbye.code, retryAfterMs: goodbye.reconnectAfterMs };
      this.cancelGoodbye();
      this.cancelGoodbye = this.clock.after(GOODBYE_MS, () => this.socket.disconnect());
    });
    this.socket.onAny((event: string, body: unknown, ack?: (reply: { ok: true }) => void) => {
      if (event !== 'goodbye') this.options.onEvent(event, body, ack);
    });
  }

  private lost(): void {
    this.cancelGoodbye();
    const advice = this.goodbye;
    this.goodbye = undefined;
    this.handle({ kind: 'lost', advice });
  }

  private handle(event: ConnectionEvent): void {
    const before = this.current;
    const next = nextConnectionState(
      before,
      event,
      this.rules,
      this.clock.monotonicMs(),
      this.clock.random(),
    );
    if (next === before) return;
    this.current = next;
    this.cancelTimer();
    this.cancelTimer = nothingToCancel;
    this.enter(next);
    this.options.onState(next);
  }

  private enter(state: ConnectionState): void {
    switch (state.kind) {
      case 'connecting':
        this.attempt++;
        void this.dial(state.transport, state.renewToken, this.attempt);
        return;
      case 'waiting':
        this.cancelTimer = this.clock.after(state.untilMs - this.clock.monotonicMs(), () =>
          this.handle({ kind: 'due' }),
        );
        return;
      case 'stopped':
        this.attempt++;
        this.cancelGoodbye();
        this.socket.disconnect();
        return;
      default:
        return;
    }
  }

  private async dial(transport: TransportName, renewToken: boolean, attempt: number): Promise<void> {
    try {
      await this.ensureToken(renewToken);
    } catch (error) {
      // The app's own sign-in failed: as good as no network, unless it threw a code that says more.
      const advice = error instanceof CodedError ? adviceOfTokenSource(error) : undefined;
      if (attempt === this.attempt) this.handle({ kind: 'failed', advice });
      return;
    }
    if (attempt !== this.attempt) return;
    this.goodbye = undefined;
    // After a fall-back the session starts with polling and upgrades when a websocket gets through after all.
    const upgrade = transport === 'polling' && this.rules.transports.includes('websocket');
    this.socket.io.opts.transports = upgrade ? ['polling', 'websocket'] : [transport];
    this.socket.connect();
  }

  private async ensureToken(renew: boolean): Promise<void> {
    if (this.token !== undefined && !renew) return;
    this.token = await within(this.clock, TOKEN_TIMEOUT_MS, this.askToken(renew ? this.token : undefined));
  }

  private transportInUse(): TransportName {
    return this.socket.io.engine.transport.name === 'polling' ? 'polling' : 'websocket';
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
  // A newer server may refuse with a code that this client does not know: it is still an answer.
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
  // No timer is running, nobody listens, no answer matters.
}
