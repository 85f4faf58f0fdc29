import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { connectionOf, type EngineConnection, MESSAGE_EVENT } from './engine-connection.ts';
import { type HotMessage, HotWebSocket } from './hot-websocket.ts';

/** As the listener of an event is called; `ack` is undefined: who asks for one goes the long way. */
type HotHandler = (body: unknown, ack: undefined) => void;

/** An event that is taken on the short way, the same for all sockets of a namespace. */
export interface HotEvent {
  readonly name: string;
  /** What its messages begin with. */
  readonly prefix: Buffer;
}

export const hotEvent = ({ name: namespace }: AnyNamespace, name: string): HotEvent => ({
  name,
  prefix: Buffer.from(`${MESSAGE_EVENT}${namespace},["${name}",`),
});

/**
 * Takes an event of a socket on the short way when it comes over a websocket and asks for no acknowledgement; in all other cases the socket's
 * own listener gets it. `handle` is called once per message as that listener is, but within the read and not two ticks later: a read holds one
 * message, and those before it have been handled.
 */
export function takeHotEvent(socket: AnySocket, { prefix }: HotEvent, handle: HotHandler): void {
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
  readonly #socket: AnySocket;
  readonly #connection: EngineConnection;
  readonly #handle: HotHandler;

  constructor(socket: AnySocket, connection: EngineConnection, prefix: Buffer, handle: HotHandler) {
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

/** undefined: not one JSON value. Socket.IO reads the message again, and either hears more arguments or closes the connection. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
