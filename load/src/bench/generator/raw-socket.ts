import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/**
 * A Socket.IO client over WebSocket that costs a generator next to nothing: one TCP socket, frames written by hand. It masks frames as
 * phones do, because servers skip unmasking with a zero key, but all with one key. It implements only what the benches need of Engine.IO 4
 * and Socket.IO 5.
 */
export interface RawSocketEvents {
  /** A Socket.IO packet of the namespace, without the Engine.IO digit: `2["event",…]`, `3<id>[…]`, `0{…}`, `4{…}`. */
  readonly onPacket: (packet: string) => void;
  readonly onClose: () => void;
}

export interface RawAddress {
  readonly host: string;
  readonly port: number;
  /** Sent with the upgrade: names the node behind a balancer, as a returning client does. */
  readonly cookie?: string;
}

const TEXT_FINAL = 0x81;
const CLOSE = 0x8;
const CONTINUE_OR_TEXT = 0x1;
const MASKED = 0x80;
const MEDIUM = 126;
const LARGE = 127;
const MASK_BYTES = 4;
const MASK = randomBytes(MASK_BYTES);

export function textFrame(text: string): Buffer {
  const payload = Buffer.byteLength(text);
  const extended = payload < MEDIUM ? 0 : payload < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extended + MASK_BYTES + payload);
  frame[0] = TEXT_FINAL;
  if (extended === 0) frame[1] = MASKED | payload;
  else if (extended === 2) {
    frame[1] = MASKED | MEDIUM;
    frame.writeUInt16BE(payload, 2);
  } else {
    frame[1] = MASKED | LARGE;
    frame.writeBigUInt64BE(BigInt(payload), 2);
  }
  const start = 2 + extended + MASK_BYTES;
  MASK.copy(frame, start - MASK_BYTES);
  frame.write(text, start);
  for (let at = 0; at < payload; at++)
    frame[start + at] = (frame[start + at] as number) ^ (MASK[at & 3] as number);
  return frame;
}

export class RawSocket {
  readonly #socket: Socket;
  readonly #events: RawSocketEvents;
  #rest: Buffer = Buffer.alloc(0);
  #upgraded = false;

  private constructor(socket: Socket, events: RawSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (data) => this.#take(data));
    socket.on('close', () => events.onClose());
    socket.on('error', () => socket.destroy());
  }

  /** Connects to `host:port`. The caller enters its namespace with `send('40/driver,{…}')` once `onPacket` has received `open`. */
  static open({ host, port, cookie }: RawAddress, events: RawSocketEvents): RawSocket {
    const socket = connect({ host, port, noDelay: true });
    const raw = new RawSocket(socket, events);
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\n` +
        `${cookie === undefined ? '' : `Cookie: ${cookie}\r\n`}Connection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    return raw;
  }

  send(text: string): void {
    this.#socket.write(textFrame(text));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#rest = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    if (!this.#upgraded) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!this.#rest.subarray(0, 12).toString('latin1').endsWith('101')) {
        this.#socket.destroy();
        return;
      }
      this.#rest = this.#rest.subarray(end + 4);
      this.#upgraded = true;
    }
    let at = 0;
    for (let frame = this.#frameAt(at); frame !== null; frame = this.#frameAt(at)) {
      at = frame.end;
      if (frame.opcode === CLOSE) this.#socket.destroy();
      else if (frame.opcode === CONTINUE_OR_TEXT)
        this.#message(this.#rest.toString('utf8', frame.start, frame.end));
    }
    this.#rest = this.#rest.subarray(at);
  }

  #frameAt(at: number): { opcode: number; start: number; end: number } | null {
    const buffer = this.#rest;
    if (buffer.length < at + 2) return null;
    const opcode = (buffer[at] as number) & 0x0f;
    let length = (buffer[at + 1] as number) & 0x7f;
    let start = at + 2;
    if (length === MEDIUM) {
      if (buffer.length < start + 2) return null;
      length = buffer.readUInt16BE(start);
      start += 2;
    } else if (length === LARGE) {
      if (buffer.length < start + 8) return null;
      length = Number(buffer.readBigUInt64BE(start));
      start += 8;
    }
    return buffer.length < start + length ? null : { opcode, start, end: start + length };
  }

  #message(text: string): void {
    if (text === '2') this.send('3');
    else if (text[0] === '4') this.#events.onPacket(text.slice(1));
    else if (text[0] === '0') this.#events.onPacket('open');
  }
}
