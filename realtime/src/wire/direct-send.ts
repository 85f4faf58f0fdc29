import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { connectionOf, MESSAGE_EVENT } from './engine-connection.ts';
import { HotWebSocket } from './hot-websocket.ts';

const TEXT_FINAL = '\x81';
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 65_536;
const ASCII = /^[\x20-\x7e]*$/;

/** A text frame from a server (RFC 6455 section 5.2), as a string of bytes. `text` is ASCII and shorter than 64 KB. */
function textFrame(text: string): string {
  const { length } = text;
  if (length < LENGTH_IN_2_BYTES) return TEXT_FINAL + String.fromCharCode(length) + text;
  return TEXT_FINAL + String.fromCharCode(LENGTH_IN_2_BYTES, length >> 8, length & 0xff) + text;
}

/** The socket's TCP connection if it is idle: no packet waits in Engine.IO, no byte in Node. */
function idleConnection(socket: Socket): TcpSocket | null {
  const { readyState, writeBuffer, transport } = connectionOf(socket);
  if (readyState !== 'open' || !transport.writable || writeBuffer.length > 0) return null;
  const websocket = transport.socket;
  if (!(websocket instanceof HotWebSocket) || websocket.readyState !== HotWebSocket.OPEN) return null;
  const tcp = (websocket as unknown as { readonly _socket?: TcpSocket })._socket;
  return tcp !== undefined && tcp.writableLength === 0 ? tcp : null;
}

/** Whether an event would be written directly now. */
export const isDirect = (socket: Socket): boolean => idleConnection(socket) !== null;

/** An event for one or several sockets of a namespace: encoded once as JSON and once as a frame. */
export interface DirectEvent {
  readonly event: string;
  readonly body: object;
  /** null: the event cannot take the fast path. */
  readonly frame: string | null;
}

/** @param namespace `/rider` */
export function directEvent(namespace: string, event: string, body: object): DirectEvent {
  const text = `${MESSAGE_EVENT}${namespace},["${event}",${JSON.stringify(body)}]`;
  return { event, body, frame: text.length < LENGTH_IN_8_BYTES && ASCII.test(text) ? textFrame(text) : null };
}

/**
 * Sends an event without acknowledgement: as one string in one write when nothing else waits on the connection, otherwise with
 * `socket.emit`. So packets keep their order, and a client that does not read fills Engine.IO's buffer, where slow clients are detected.
 */
export function sendDirectly(socket: Socket, { event, body, frame }: DirectEvent): void {
  const tcp = frame !== null && socket.connected ? idleConnection(socket) : null;
  if (tcp === null || frame === null) socket.emit(event, body);
  else tcp.write(frame, 'latin1');
}
