import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { type ReadTaker, readInPlace } from './read-in-place.ts';
import { beginsWith, payloadStart, toggleMask } from './single-frame.ts';

/** ws waits 30 s for a client's answer to its close frame; who attacks sends none, and would hold the connection as long. */
const CLOSE_TIMEOUT_MS = 2000;

/** The end of an event's arguments. */
const CLOSING_BRACKET = 0x5d;

/** A message that is taken on a short way: past Engine.IO, the parser, and Socket.IO's listeners and ticks. */
export interface HotMessage {
  /** What the message begins with, as Engine.IO sends it: `42/driver,["location:update",`. */
  readonly prefix: Buffer;
  /** Gets what stands between that and the closing bracket. False: it was not understood, and goes the long way. */
  take(text: string): boolean;
}

/** The parts of ws that are read here. Not documented: `isKnown` looks for them once, and without them every message goes the long way. */
interface Receiver {
  readonly _bufferedBytes: number;
  readonly _state: number;
  readonly _fragmented: number;
  readonly _maxPayload: number;
  readonly writableLength: number;
}

const receiverOf = (websocket: WebSocket): Receiver =>
  (websocket as unknown as { readonly _receiver: Receiver })._receiver;

const GET_INFO = 0;

function isKnown(receiver: Receiver): boolean {
  const { _bufferedBytes, _state, _fragmented, _maxPayload } = receiver;
  return _bufferedBytes === 0 && _state === GET_INFO && _fragmented === 0 && _maxPayload > 0;
}

/** Between two messages: what comes next is the first byte of a frame. */
function isBetweenMessages({ _bufferedBytes, _state, _fragmented, writableLength }: Receiver): boolean {
  return _bufferedBytes === 0 && _state === GET_INFO && _fragmented === 0 && writableLength === 0;
}

/**
 * A connection that looks at what it reads before ws does. A read that is one whole message of the kind that was asked for is taken at once;
 * everything else, and everything while a message is under way, is read by ws as ever (docs/decisions/0131-fast-path-past-socket-io.md).
 */
export class HotWebSocket extends WebSocket implements ReadTaker {
  hot: HotMessage | null = null;
  #mostBytes = 0;
  /** Kept here, since looking it up in ws's reader costs several misses of the processor's cache a frame. */
  #isBetweenMessages = false;

  /** ws calls it once with the TCP connection. @internal */
  setSocket(socket: Duplex, head: Buffer, options: object): void {
    (WebSocket.prototype as unknown as { setSocket: HotWebSocket['setSocket'] }).setSocket.call(
      this,
      socket,
      head,
      options,
    );
    const receiver = receiverOf(this);
    if (!isKnown(receiver)) return;
    this.#mostBytes = receiver._maxPayload;
    this.readLeft(socket);
    readInPlace(socket, this);
  }

  /** @internal */
  takeRead(bytes: Buffer, size: number): boolean {
    const { hot } = this;
    if (hot === null || !this.#isBetweenMessages || this.readyState !== WebSocket.OPEN) return false;
    const start = payloadStart(bytes, size, this.#mostBytes);
    if (start === 0 || !beginsWith(bytes, start, size, hot.prefix)) return false;
    const isAscii = toggleMask(bytes, start, size);
    if (isAscii && bytes[size - 1] === CLOSING_BRACKET) {
      if (hot.take(bytes.toString('latin1', start + hot.prefix.length, size - 1))) return true;
    }
    toggleMask(bytes, start, size);
    return false;
  }

  /** @internal */
  readLeft({ readableLength }: Duplex): void {
    this.#isBetweenMessages = readableLength === 0 && isBetweenMessages(receiverOf(this));
  }
}

/** The engine of the gateway's websockets. */
export class HotWebSocketServer extends WebSocketServer<typeof HotWebSocket> {
  constructor(options: ServerOptions<typeof HotWebSocket>) {
    super({ ...options, closeTimeout: CLOSE_TIMEOUT_MS, WebSocket: HotWebSocket } as ServerOptions<
      typeof HotWebSocket
    >);
  }
}
