import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

/** A Socket.IO client without the SDK, which records the events that it receives. */
export interface RawClient {
  readonly socket: Socket;
  /** Bodies of the events of this name, oldest first. */
  received<Body = unknown>(event: string): Body[];
  /** Emits and waits for the acknowledgement, at most 20 s. */
  ask<Reply = Record<string, unknown>>(event: string, ...args: unknown[]): Promise<Reply>;
  close(): void;
}

const ACK_MS = 20_000;
const CONNECT_MS = 30_000;

/** The refusal in a `connect_error`. */
export class ConnectRefused extends Error {
  readonly data: Record<string, unknown> | undefined;
  constructor(error: Error & { data?: Record<string, unknown> }) {
    super(error.message);
    this.data = error.data;
  }
}

/** Connects to one namespace. @throws ConnectRefused */
export async function connectRaw(
  url: string,
  namespace: string,
  token: string | undefined,
  options: Partial<ManagerOptions & SocketOptions> & { auth?: Record<string, unknown> } = {},
): Promise<RawClient> {
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token, protocol: 1, sdk: 'test/1' },
    ...options,
  });
  const events = new Map<string, unknown[]>();
  socket.onAny((event: string, ...args: unknown[]) => {
    events.set(event, [...(events.get(event) ?? []), args[0]]);
    const ack = args.at(-1);
    if (typeof ack === 'function') ack({ ok: true });
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.disconnect();
      reject(new Error(`no connection within ${CONNECT_MS} ms`));
    }, CONNECT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('connect_error', (error) => {
      clearTimeout(timer);
      socket.disconnect();
      reject(new ConnectRefused(error));
    });
  });
  return {
    socket,
    received: <Body>(event: string) => (events.get(event) ?? []) as Body[],
    ask: (event, ...args) => socket.timeout(ACK_MS).emitWithAck(event, ...args),
    close: () => void socket.disconnect(),
  };
}
