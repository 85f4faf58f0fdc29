import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { HotWebSocket } from '@rideline/realtime/wire/hot-websocket';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

/*
 * Whatever bytes arrive, in whatever pieces: a connection with the fast path delivers the same messages, in the same order, as one of ws alone,
 * and ends in the same way.
 */

const PREFIX = '42/driver,["location:update",';
const MOST_BYTES = 400;

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly mask: Buffer;
}

const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 300 }).map((rest) => `${PREFIX}${rest}]`) },
  { weight: 2, arbitrary: fc.string({ maxLength: 300 }).map((rest) => PREFIX + rest) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '3', '2', PREFIX, PREFIX.slice(0, -1), 'x'.repeat(MOST_BYTES)),
  },
  { weight: 1, arbitrary: fc.constantFrom(`${PREFIX}1] `, `${PREFIX}${'y'.repeat(MOST_BYTES)}]`) },
);
const payload = fc.oneof(
  { weight: 9, arbitrary: text.map((value) => Buffer.from(value)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);
/** FIN, opcode and sometimes an illegal value: text, continuation, binary, close, ping, pong. */
const first = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0x81) },
  { weight: 4, arbitrary: fc.constantFrom(0x01, 0x80, 0x00, 0x82, 0x89, 0x8a) },
  { weight: 1, arbitrary: fc.constantFrom(0x88, 0xc1, 0x83, 0x91) },
);
const mask = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes));
const frame: fc.Arbitrary<Frame> = fc.record({ first, payload, mask });

function bytesOf(frame: Frame): Buffer {
  const { length } = frame.payload;
  const head =
    length < 126
      ? Buffer.from([frame.first, 0x80 | length])
      : Buffer.from([frame.first, 0xfe, length >> 8, length & 0xff]);
  const masked = frame.payload.map((byte, at) => byte ^ (frame.mask[at & 3] as number));
  return Buffer.concat([head, frame.mask, masked]);
}

/** Frames as reads: most of them one by one, some cut, some together. */
const reads = fc
  .array(
    fc.record({
      frame,
      cutAt: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(500)),
      joined: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((parts) => {
    const chunks: Buffer[] = [];
    for (const { frame, cutAt, joined } of parts) {
      const bytes = bytesOf(frame);
      const pieces =
        cutAt > 0 && cutAt < bytes.length ? [bytes.subarray(0, cutAt), bytes.subarray(cutAt)] : [bytes];
      const before = chunks.at(-1);
      if (joined && cutAt === 0 && before !== undefined)
        chunks[chunks.length - 1] = Buffer.concat([before, bytes]);
      else chunks.push(...pieces);
    }
    return chunks;
  });

type Received = { readonly text: string } | { readonly binary: string } | { readonly closed: number };

let server: Server;
beforeAll(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

/** Both ends of a TCP connection: Node's own reads are part of what is compared. */
async function connected(): Promise<{ client: Socket; socket: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  client.on('error', () => undefined).resume();
  const [[socket]] = await Promise.all([accepted, once(client, 'connect')]);
  return { client, socket };
}

/** Resolves when the other end has read everything written, or has closed. */
async function untilRead(client: Socket, socket: Socket): Promise<void> {
  while (!socket.destroyed && !socket.readableEnded && socket.bytesRead < client.bytesWritten)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Feeds reads to ws's receiver in the server's role and records its output. */
async function heardBy(
  Engine: typeof WebSocket,
  chunks: readonly Buffer[],
  takes: (text: string) => boolean,
): Promise<Received[]> {
  const received: Received[] = [];
  const { client, socket } = await connected();
  const options = { maxPayload: MOST_BYTES, allowSynchronousEvents: true, closeTimeout: 5 };
  // As WebSocketServer creates them.
  const websocket = new (Engine as unknown as new (...args: unknown[]) => WebSocket)(
    null,
    undefined,
    options,
  );
  websocket.on('message', (data: Buffer, isBinary: boolean) =>
    received.push(isBinary ? { binary: data.toString('hex') } : { text: data.toString() }),
  );
  websocket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    websocket.on('close', (code) => {
      received.push({ closed: code });
      resolve();
    });
  });
  (websocket as unknown as { setSocket(socket: Socket, head: Buffer, options: object): void }).setSocket(
    socket,
    Buffer.alloc(0),
    options,
  );
  if (websocket instanceof HotWebSocket) {
    websocket.hot = {
      prefix: Buffer.from(PREFIX),
      take(body) {
        const message = `${PREFIX}${body}]`;
        if (takes(message)) received.push({ text: message });
        return takes(message);
      },
    };
  }
  for (const chunk of chunks) {
    if (socket.destroyed) break;
    client.write(chunk);
    await untilRead(client, socket);
  }
  client.end();
  await closed;
  return received;
}

test('FIX-23: the fast path delivers what ws delivers, in the same order, whatever the frames and the reads', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(reads, fc.boolean(), async (chunks, refusesSome) => {
      const takes = (message: string) => {
        const understood = !refusesSome || message.length % 3 !== 0;
        if (understood) taken++;
        return understood;
      };
      expect(await heardBy(HotWebSocket, chunks, takes)).toEqual(
        await heardBy(WebSocket, chunks, () => false),
      );
    }),
    { numRuns: 400 },
  );
  // Otherwise the property proves nothing.
  expect(taken).toBeGreaterThan(100);
});
