import type { Duplex } from 'node:stream';

/** As much as libuv asks for in one read. */
const READ_BYTES = 65_536;

/** Of all connections: what a read brought has been taken, or copied, before the next read begins. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** What Node's `onread` option sets; a server's connections cannot be given that option. Not documented, and looked for once a connection. */
interface OnRead {
  readonly _handle?: { useUserBuffer?: (buffer: Buffer) => void } | null;
  [field: symbol]: unknown;
}

/** Who looks at the reads of a connection. */
export interface ReadTaker {
  /** Gets the buffer, which is another's after it returns, and how many bytes of it were read. False: the stream gets them. */
  takeRead(bytes: Buffer, size: number): boolean;
  /** The stream has been given what was not taken. */
  readLeft(socket: Duplex): void;
}

/**
 * Shows every read of a connection to `taker` where it lies in memory, before the connection's stream has it: Node allocates 64 KB for a
 * read, makes an ArrayBuffer and a Buffer of what came, and takes it through the stream. What is not taken is copied, and goes that way.
 * When this is no TCP connection, or its Node reads in another way, nothing is shown.
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
  // Node stops reading when it gets false, as it does when a stream is full.
  onRead[callback] = (size: number) => {
    if (taker.takeRead(shared, size)) return true;
    const wantsMore = socket.push(Buffer.from(shared.subarray(0, size)));
    taker.readLeft(socket);
    return wantsMore;
  };
}
