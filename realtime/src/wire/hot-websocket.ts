import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { type ReadTaker, readInPlace } from './read-in-place.ts';
import { beginsWith, payloadStart, toggleMask } from './single-frame.ts';

/** ws waits 30 s for a client's answer to its close frame; an attacker sends none and would hold the connection that long. */
const CLOSE_TIMEOUT_MS = 2000;

/** Last byte of an event's arguments. */
const CLOSING_BRACKET = 0x5d;

/** A message that takes the fast path: past Engine.IO, the parser, and Socket.IO's listeners and ticks. */
export interface HotMessage {
  /** First bytes of the message, as Engine.IO sends it: `42/driver,["location:update",`. */
  readonly prefix: Buffer;
  /** Gets the text between the prefix and the closing bracket. Returns false when it was not understood and must take the normal path. */
  take(text: string): boolean;
}

/**
 * Undocumented fields of ws's receiver (internals.ts). `isKnown` checks them once per connection; without them every message takes the normal
 * path, and the check at the start reports it.
 */
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

function isKnown(receiver: Receiver | undefined): receiver is Receiver {
  if (receiver === undefined) return false;
  const { _bufferedBytes, _state, _fragmented, _maxPayload } = receiver;
  return _bufferedBytes === 0 && _state === GET_INFO && _fragmented === 0 && _maxPayload > 0;
}

/** Between two messages: the next byte is the first of a frame. */
function isBetweenMessages({ _bufferedBytes, _state, _fragmented, writableLength }: Receiver): boolean {
  return _bufferedBytes === 0 && _state === GET_INFO && _fragmented === 0 && writableLength === 0;
}

/**
 * A connection that examines each read before ws does. A read that is one whole hot message is handled at once; ws handles every other read,
 * and every read while a message is incomplete (docs/decisions/0131-fast-path-past-socket-io.md).
 */
export class HotWebSocket extends WebSocket implements ReadTaker {
  hot: HotMessage | null = null;
  #maxBytes = 0;
  /** Copied here because reading ws's receiver costs several CPU cache misses per frame. */
  #isBetweenMessages = false;

  /** ws calls this once with the TCP connection. @internal */
  setSocket(socket: Duplex, head: Buffer, options: object): void {
    (WebSocket.prototype as unknown as { setSocket: HotWebSocket['setSocket'] }).setSocket.call(
      this,
      socket,
      head,
      options,
    );
    const receiver = receiverOf(this);
    if (!isKnown(receiver)) return;
    this.#maxBytes = receiver._maxPayload;
    this.readLeft(socket);
    readInPlace(socket, this);
  }

  /** @internal */
  takeRead(bytes: Buffer, size: number): boolean {
    const { hot } = this;
    if (hot === null || !this.#isBetweenMessages || this.readyState !== WebSocket.OPEN) return false;
    const start = payloadStart(bytes, size, this.#maxBytes);
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

/** Websocket engine of the gateway. */
export class HotWebSocketServer extends WebSocketServer<typeof HotWebSocket> {
  constructor(options: ServerOptions<typeof HotWebSocket>) {
    super({ ...options, closeTimeout: CLOSE_TIMEOUT_MS, WebSocket: HotWebSocket } as ServerOptions<
      typeof HotWebSocket
    >);
  }
}
