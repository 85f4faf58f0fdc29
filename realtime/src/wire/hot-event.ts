import type { Namespace, Socket } from 'socket.io';
import { connectionOf, type EngineConnection, MESSAGE_EVENT } from './engine-connection.ts';
import { type HotMessage, HotWebSocket } from './hot-websocket.ts';

/** Called as the event's listener is. `ack` is always undefined: an event that asks for one takes the normal path. */
type HotHandler = (body: unknown, ack: undefined) => void;

/** An event that takes the fast path; shared by all sockets of a namespace. */
export interface HotEvent {
  readonly name: string;
  /** First bytes of its messages. */
  readonly prefix: Buffer;
}

export const hotEvent = ({ name: namespace }: Namespace, name: string): HotEvent => ({
  name,
  prefix: Buffer.from(`${MESSAGE_EVENT}${namespace},["${name}",`),
});

/**
 * Handles an event of a socket on the fast path when it arrives over a websocket and asks for no acknowledgement; otherwise the socket's own
 * listener gets it. `handle` is called once per message, as that listener is, but during the read instead of two ticks later: a read holds
 * one message, and earlier messages have been handled.
 */
export function takeHotEvent(socket: Socket, { prefix }: HotEvent, handle: HotHandler): void {
  const connection = connectionOf(socket);
  const message = new SocketMessage(socket, connection, prefix, handle);
  const attach = () => {
    const websocket = connection.transport.socket;
    if (websocket instanceof HotWebSocket) websocket.hot = message;
  };
  attach();
  connection.on('upgrade', attach);
}

class SocketMessage implements HotMessage {
  readonly prefix: Buffer;
  readonly #socket: Socket;
  readonly #connection: EngineConnection;
  readonly #handle: HotHandler;

  constructor(socket: Socket, connection: EngineConnection, prefix: Buffer, handle: HotHandler) {
    this.#socket = socket;
    this.#connection = connection;
    this.prefix = prefix;
    this.#handle = handle;
  }

  take(text: string): boolean {
    if (!this.#socket.connected || this.#connection.readyState !== 'open') return false;
    const body = parsed(text);
    if (body === undefined) return false;
    this.#handle(body, undefined);
    return true;
  }
}

/** undefined: not exactly one JSON value. Socket.IO then parses the message again, and finds more arguments or closes the connection. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
