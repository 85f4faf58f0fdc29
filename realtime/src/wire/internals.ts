import type { Socket as TcpSocket } from 'node:net';
import type { Server, Socket } from 'socket.io';
import { WebSocket } from 'ws';

/** One open websocket connection of the gateway's own engine, from all sides. */
export interface Inspected {
  readonly server: Server;
  readonly socket: Socket;
  /** The websocket under the socket, as Engine.IO holds it. */
  readonly websocket: unknown;
  /** Its TCP connection. */
  readonly tcp: unknown;
}

/**
 * Something that our code uses and its owner does not document, so that a minor release may rename it.
 * slower: without it messages take the normal path of ws and Socket.IO · broken: without it the gateway does the wrong thing.
 */
export interface Internal {
  readonly owner: 'ws' | 'engine.io' | 'socket.io' | 'node';
  readonly name: string;
  readonly usedBy: string;
  readonly without: 'slower' | 'broken';
  readonly isThere: (inspected: Inspected) => boolean;
}

/** A property of anything, without trusting that there is one. */
const at = (value: unknown, ...path: readonly (string | symbol)[]): unknown =>
  path.reduce<unknown>(
    (held, name) => (held as Record<string | symbol, unknown> | null | undefined)?.[name],
    value,
  );
const is = (type: 'function' | 'number' | 'boolean' | 'string', value: unknown) => typeof value === type;
const connection = ({ socket }: Inspected) => at(socket, 'conn');
const symbolOf = (value: unknown, description: string) =>
  Object.getOwnPropertySymbols(value ?? {}).some((symbol) => symbol.description === description);

/** The versions that this table was written against. Others may work: the probe decides, and the log names them. */
export const CHECKED_VERSIONS = {
  ws: '8.21.3',
  'engine.io': '6.6.11',
  'socket.io': '4.8.4',
  node: '24',
} as const;

/** Everything undocumented that the gateway relies on. A new use needs an entry here. */
export const INTERNALS: readonly Internal[] = [
  {
    owner: 'ws',
    name: 'WebSocket._socket',
    usedBy: 'wire/direct-send.ts',
    without: 'slower',
    isThere: ({ websocket }) => is('function', at(websocket, '_socket', 'write')),
  },
  {
    owner: 'ws',
    name: 'WebSocket.prototype.setSocket',
    usedBy: 'wire/hot-websocket.ts',
    without: 'slower',
    isThere: () => is('function', at(WebSocket.prototype, 'setSocket')),
  },
  ...['_bufferedBytes', '_state', '_fragmented', '_maxPayload'].map(
    (field): Internal => ({
      owner: 'ws',
      name: `Receiver.${field}`,
      usedBy: 'wire/hot-websocket.ts',
      without: 'slower',
      isThere: ({ websocket }) => is('number', at(websocket, '_receiver', field)),
    }),
  ),
  {
    owner: 'node',
    name: 'net.Socket[kBuffer], [kBufferCb]',
    usedBy: 'wire/read-in-place.ts',
    without: 'slower',
    isThere: ({ tcp }) => symbolOf(tcp, 'kBuffer') && symbolOf(tcp, 'kBufferCb'),
  },
  {
    owner: 'node',
    name: 'net.Socket._handle.useUserBuffer',
    usedBy: 'wire/read-in-place.ts',
    without: 'slower',
    isThere: ({ tcp }) => is('function', at(tcp, '_handle', 'useUserBuffer')),
  },
  {
    owner: 'engine.io',
    name: 'Socket.readyState',
    usedBy: 'wire/direct-send.ts, wire/hot-event.ts',
    without: 'slower',
    isThere: (inspected) => at(connection(inspected), 'readyState') === 'open',
  },
  {
    owner: 'engine.io',
    name: 'Socket.transport.writable, .socket',
    usedBy: 'wire/direct-send.ts, wire/hot-event.ts, wire/engine-connection.ts',
    without: 'broken',
    isThere: (inspected) =>
      is('boolean', at(connection(inspected), 'transport', 'writable')) &&
      at(connection(inspected), 'transport', 'socket') === inspected.websocket,
  },
  {
    owner: 'engine.io',
    name: 'Socket.writeBuffer',
    usedBy: 'socket/socket-guard.ts, operator/: slow clients',
    without: 'broken',
    isThere: (inspected) => Array.isArray(at(connection(inspected), 'writeBuffer')),
  },
  {
    owner: 'engine.io',
    name: 'Socket.sendPacket, .close(discard)',
    usedBy: 'wire/engine-connection.ts, socket/unresponsive-sockets.ts',
    without: 'broken',
    isThere: (inspected) =>
      is('function', at(connection(inspected), 'sendPacket')) &&
      is('function', at(connection(inspected), 'close')),
  },
  {
    owner: 'engine.io',
    name: 'Server.generateId',
    usedBy: 'socket/server.ts: session ids that name their gateway',
    without: 'broken',
    isThere: ({ server }) => is('function', at(server, 'engine', 'generateId')),
  },
  {
    owner: 'engine.io',
    name: 'Server.clientsCount',
    usedBy: 'socket/server.ts, socket/handshake.ts: capacity',
    without: 'broken',
    isThere: ({ server }) => is('number', at(server, 'engine', 'clientsCount')),
  },
  {
    owner: 'socket.io',
    name: 'Client.sockets',
    usedBy: 'socket/handshake.ts: other namespaces of a connection',
    without: 'broken',
    isThere: ({ socket }) => at(socket, 'client', 'sockets') instanceof Map,
  },
];

/** The internals that this connection lacks. */
export function missingInternals(inspected: Inspected): Internal[] {
  return INTERNALS.filter(({ isThere }) => !isThere(inspected));
}

export const describeInternal = ({ owner, name, usedBy }: Internal) => `${owner} ${name} (${usedBy})`;

/** The websocket and the TCP connection of a socket, as far as they are found. */
export function inspect(server: Server, socket: Socket): Inspected {
  const websocket = at(socket, 'conn', 'transport', 'socket');
  return { server, socket, websocket, tcp: at(websocket, '_socket') as TcpSocket | undefined };
}
