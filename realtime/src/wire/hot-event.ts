import type { AnySocket } from '../socket-data.ts';
import { connectionOf, MESSAGE_EVENT } from './engine-connection.ts';
import { type HotMessage, HotWebSocket } from './hot-websocket.ts';

/**
 * Takes an event of a socket on the short way when it comes over a websocket and asks for no acknowledgement; in all other cases the socket's
 * own listener gets it. `handle` is called once per message as that listener is, but within the read and not two ticks later: a read holds one
 * message, and those before it have been handled.
 */
export function takeHotEvent(socket: AnySocket, event: string, handle: (body: unknown) => void): void {
  const connection = connectionOf(socket);
  const start = `${MESSAGE_EVENT}${socket.nsp.name},`;
  const message: HotMessage = {
    prefix: Buffer.from(`${start}["${event}",`),
    take(text) {
      if (!socket.connected || connection.readyState !== 'open') return false;
      const packet = parsed(text.slice(start.length));
      // More than the event and its body, or nothing that can be read, is told to the client on the long way.
      if (packet?.length !== 2) return false;
      handle(packet[1]);
      return true;
    },
  };
  const attach = () => {
    const websocket = connection.transport.socket;
    if (websocket instanceof HotWebSocket) websocket.hot = message;
  };
  attach();
  connection.on('upgrade', attach);
}

function parsed(text: string): unknown[] | null {
  try {
    return JSON.parse(text) as unknown[];
  } catch {
    // Not JSON: Socket.IO reads it again, and closes the connection.
    return null;
  }
}
