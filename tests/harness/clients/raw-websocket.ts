import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A hand-written websocket, for behaviour that no regular client has. */
export interface RawWebSocket {
  /** Status of the upgrade response; 101 when it succeeded. */
  readonly status: number;
  /** Body of the response when the upgrade was refused. */
  readonly refusal: string;
  /** Text messages, oldest first. */
  readonly messages: string[];
  /** The server has sent a close frame. */
  readonly closing: boolean;
  /** The connection is closed. */
  readonly closed: boolean;
  readonly socket: Socket;
  send(text: string): void;
  /** One frame with these bits: opcode (0 continuation, 1 text, 2 binary) and whether it is the last of its message. */
  frame(payload: Buffer, options: { opcode: number; last: boolean }): void;
}

const CLOSE = 8;

/** A client frame, which is always masked (RFC 6455 section 5.3). */
function clientFrame(payload: Buffer, { opcode, last }: { opcode: number; last: boolean }): Buffer {
  const mask = randomBytes(4);
  const length = payload.length;
  const head =
    length < 126
      ? Buffer.from([0, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0, 0x80 | 126, length >> 8, length & 0xff])
        : Buffer.from([
            0,
            0x80 | 127,
            0,
            0,
            0,
            0,
            (length >>> 24) & 0xff,
            (length >> 16) & 0xff,
            (length >> 8) & 0xff,
            length & 0xff,
          ]);
  head[0] = (last ? 0x80 : 0) | opcode;
  const masked = Buffer.alloc(length);
  for (let at = 0; at < length; at++) masked[at] = (payload[at] as number) ^ (mask[at % 4] as number);
  return Buffer.concat([head, mask, masked]);
}

/** Takes complete text frames off the buffer. @returns the rest */
function takeMessages(buffer: Buffer, messages: string[], onClose: () => void): Buffer {
  for (let rest = buffer; ; ) {
    if (rest.length < 2) return rest;
    let length = (rest[1] as number) & 0x7f;
    let start = 2;
    if (length === 126) {
      if (rest.length < 4) return rest;
      length = rest.readUInt16BE(2);
      start = 4;
    } else if (length === 127) {
      if (rest.length < 10) return rest;
      length = Number(rest.readBigUInt64BE(2));
      start = 10;
    }
    if (rest.length < start + length) return rest;
    if (((rest[0] as number) & 0x0f) === CLOSE) onClose();
    if (((rest[0] as number) & 0x0f) === 1) messages.push(rest.toString('utf8', start, start + length));
    rest = rest.subarray(start + length);
  }
}

/** Opens `path` (default: Socket.IO by websocket) with further headers. */
export async function openRawWebSocket(
  url: string,
  options: { path?: string; headers?: Record<string, string> } = {},
): Promise<RawWebSocket> {
  const { hostname, port } = new URL(url);
  const path = options.path ?? '/socket.io/?EIO=4&transport=websocket';
  const socket = connect(Number(port), hostname);
  const headers = {
    host: `${hostname}:${port}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...options.headers,
  };
  socket.write(
    `GET ${path} HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
  const messages: string[] = [];
  const state = { closing: false, closed: false, buffer: Buffer.alloc(0), head: '' };
  // Many tests expect the server to cut the connection.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.on('close', () => {
      state.closed = true;
      resolve();
    });
    socket.on('data', (chunk: Buffer) => {
      state.buffer = Buffer.concat([state.buffer, chunk]);
      if (state.head === '') {
        const end = state.buffer.indexOf('\r\n\r\n');
        if (end < 0) return;
        state.head = state.buffer.toString('latin1', 0, end);
        state.buffer = state.buffer.subarray(end + 4);
        if (state.head.includes(' 101 ')) resolve();
      }
      if (state.head.includes(' 101 '))
        state.buffer = Buffer.from(
          takeMessages(state.buffer, messages, () => {
            state.closing = true;
          }),
        );
    });
  });
  const frame = (payload: Buffer, shape: { opcode: number; last: boolean }) => {
    if (!state.closed) socket.write(clientFrame(payload, shape));
  };
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(state.head)?.[1] ?? 0),
    get refusal() {
      return state.buffer.toString('utf8');
    },
    messages,
    get closing() {
      return state.closing || state.closed;
    },
    get closed() {
      return state.closed;
    },
    socket,
    frame,
    send: (text) => frame(Buffer.from(text), { opcode: 1, last: true }),
  };
}
