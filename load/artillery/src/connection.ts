import type { Goodbye, Refusal } from '@rideline/contract';
import type * as SocketClient from 'socket.io-client';
import { OperationFailed, serverCode } from './codes.ts';
import type { Recorder } from './recorder.ts';
import type { Transport } from './settings.ts';

export interface ConnectionOptions {
  readonly client: typeof SocketClient;
  readonly target: string;
  readonly namespace: '/driver' | '/rider';
  readonly transport: Transport;
  readonly token: () => string;
  readonly recorder: Recorder;
  readonly nowMs: () => number;
  /** After every connect, the first one included. */
  readonly onConnect: () => void;
  readonly onEvent: (event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined) => void;
}

const PROTOCOL = 1;
const SDK = 'rideline-artillery/0.1.0';
const CONNECT_TIMEOUT_MS = 20_000;
const RECONNECT_MS = 500;
const RECONNECT_MOST_MS = 5000;

/**
 * One user's connection: a Manager of its own, so that no other user shares it and one WebSocket carries its namespace. Artillery's own Socket.IO
 * engine opens a second connection for the root namespace, and waits for acknowledgements without a deadline.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #manager: SocketClient.Manager;
  readonly #socket: SocketClient.Socket;
  readonly #waiters = new Set<() => void>();
  #retryTimer: NodeJS.Timeout | undefined;
  #lostAtMs: number | null = null;
  #isClosed = false;
  /** The code of the refusal that ended the connection for good. */
  #refusedBy: string | null = null;
  /** Of the server's `goodbye`, until the connection that it ends is lost. */
  #goodbyeCode: string | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#manager = new options.client.Manager(options.target, {
      autoConnect: false,
      forceNew: true,
      transports: [options.transport],
      reconnectionDelay: RECONNECT_MS,
      reconnectionDelayMax: RECONNECT_MOST_MS,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#socket = this.#manager.socket(options.namespace, {
      // A function: a connection that comes back presents the newest token.
      auth: (give: (auth: object) => void) => give({ token: options.token(), protocol: PROTOCOL, sdk: SDK }),
    });
    this.#listen();
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#refusedBy !== null;
  }

  /** Opens it. @param dueMs when the user was to connect */
  open(dueMs: number): void {
    const { recorder, nowMs } = this.#options;
    recorder.count('operations.sent');
    this.#socket.once('connect', () => recorder.observe('connect', nowMs() - dueMs));
    this.#socket.connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#socket.disconnect();
    this.#wake();
  }

  /** Sends without waiting for an answer; nothing is buffered while there is no connection. */
  send(event: string, body: object): void {
    if (!this.#socket.connected) return;
    this.#options.recorder.count('messages.sent');
    this.#socket.emit(event, body);
  }

  /**
   * Sends and waits for the acknowledgement.
   * @throws OperationFailed with the server's code, ACK_TIMEOUT, or DISCONNECTED
   */
  async call<Reply>(event: string, body: object, deadlineMs: number): Promise<Reply> {
    // The client would keep it and send it on the next connection, when this caller has long given up.
    if (!this.#socket.connected) throw new OperationFailed('DISCONNECTED', { effect: 'none' });
    this.#options.recorder.count('messages.sent');
    let reply: (Reply & { ok: true }) | Refusal;
    try {
      reply = await this.#socket.timeout(deadlineMs).emitWithAck(event, body);
    } catch {
      throw new OperationFailed(this.#socket.connected ? 'ACK_TIMEOUT' : 'DISCONNECTED');
    }
    this.#options.recorder.count('messages.received');
    if (reply?.ok === true) return reply;
    if (reply?.ok !== false) throw new OperationFailed('BAD_ANSWER');
    throw new OperationFailed(serverCode(reply.code), {
      ...(reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs }),
      ...(reply.effect === undefined ? {} : { effect: reply.effect }),
    });
  }

  /** Waits until it is connected, closed, or the time is over. Returns whether it is connected. */
  async connected(mostMs: number): Promise<boolean> {
    if (this.isConnected || this.isClosed) return this.isConnected;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, mostMs);
      this.#waiters.add(done);
    });
    return this.isConnected;
  }

  #listen(): void {
    const { recorder, nowMs, onConnect, onEvent } = this.#options;
    this.#socket.on('connect', () => {
      recorder.count('connections.opened');
      if (this.#lostAtMs !== null) recorder.observe('reconnect', nowMs() - this.#lostAtMs);
      this.#lostAtMs = null;
      this.#wake();
      onConnect();
    });
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => this.#onRefused(error));
    this.#socket.on('disconnect', (reason) => {
      if (this.#isClosed) return;
      recorder.count('connections.lost');
      this.#lostAtMs = nowMs();
      const code = this.#goodbyeCode;
      this.#goodbyeCode = null;
      // Socket.IO's client does not come back after the server has disconnected it on purpose.
      if (reason === 'io server disconnect') this.#end(code ?? 'DISCONNECTED');
    });
    this.#socket.on('goodbye', ({ code, reconnectAfterMs }: Partial<Goodbye>) => {
      this.#goodbyeCode = serverCode(code);
      this.#manager.reconnectionDelay(Math.max(RECONNECT_MS, reconnectAfterMs ?? 0));
    });
    this.#socket.onAny((event: string, body: unknown, ack?: (reply: { ok: true }) => void) => {
      recorder.count('messages.received');
      if (event !== 'goodbye') onEvent(event, body, ack);
    });
  }

  #onRefused(error: Error & { data?: unknown }): void {
    const { recorder } = this.#options;
    const refusal = error.data as Partial<Refusal> | undefined;
    if (refusal?.code === undefined) {
      // The transport failed: the Manager tries again by itself.
      recorder.failed('connect', error.message === 'timeout' ? 'CONNECT_TIMEOUT' : 'CONNECT_FAILED');
      return;
    }
    const failure = new OperationFailed(serverCode(refusal.code));
    recorder.failed('connect', failure.code);
    if (!failure.canRepeat) {
      this.#refusedBy = failure.code;
      this.#wake();
      return;
    }
    // After a refused handshake the client does not try again.
    const waitMs = Math.max(refusal.retryAfterMs ?? 0, RECONNECT_MS) * (1 + Math.random());
    this.#retryTimer = setTimeout(() => this.#socket.connect(), waitMs);
  }

  #end(code: string): void {
    this.#options.recorder.failed('connect', code);
    this.#refusedBy = code;
    this.#wake();
  }

  #wake(): void {
    for (const done of [...this.#waiters]) done();
  }
}
