import type { Duplex } from 'node:stream';

/** Size of libuv's reads. */
const READ_BYTES = 65_536;

/** Shared by all connections: a read is handled or copied before the next read begins. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** The fields that Node's `onread` option sets; a server's connections cannot have that option. Undocumented (internals.ts); checked once per connection. */
interface OnRead {
  readonly _handle?: { useUserBuffer?: (buffer: Buffer) => void } | null;
  [field: symbol]: unknown;
}

/** Examines the reads of a connection. */
export interface ReadTaker {
  /** Gets the shared buffer, valid only during the call, and the number of bytes read. Returns false when the stream shall get them. */
  takeRead(bytes: Buffer, size: number): boolean;
  /** Called after the stream got a read that was not taken. */
  readLeft(socket: Duplex): void;
}

/**
 * Passes every read of a connection to `taker` in place, before the connection's stream gets it: Node's own read allocates 64 KB, creates an
 * ArrayBuffer and a Buffer, and passes them through the stream. A read that is not taken is copied and passed to the stream. Does nothing
 * when this is not a TCP connection or when Node's fields differ.
 */
export function readInPlace(socket: Duplex, taker: ReadTaker): void {
  const onRead = socket as unknown as OnRead;
  const fields = new Map(Object.getOwnPropertySymbols(socket).map((field) => [field.description, field]));
  const [buffer, callback] = [fields.get('kBuffer'), fields.get('kBufferCb')];
  const handle = onRead._handle;
  if (buffer === undefined || callback === undefined || onRead[buffer] !== null) return;
  if (typeof handle?.useUserBuffer !== 'function') return;
  handle.useUserBuffer(shared);
  onRead[buffer] = shared;
  // Node stops reading when this returns false, as it does when a stream is full.
  onRead[callback] = (size: number) => {
    if (taker.takeRead(shared, size)) return true;
    const wantsMore = socket.push(Buffer.from(shared.subarray(0, size)));
    taker.readLeft(socket);
    return wantsMore;
  };
}
