import type { Socket } from 'socket.io';

/** The parts of an Engine.IO connection that we use and that its types hide. */
export interface EngineConnection {
  readonly readyState: string;
  /** Packets that the client has not read yet. */
  readonly writeBuffer: readonly unknown[];
  /** `closeTimeout`, ms, is of polling transports. */
  readonly transport: { readonly writable: boolean; readonly socket?: unknown; closeTimeout?: number };
  on(event: 'upgrade', listener: () => void): void;
  /** Each packet, before it is handled. */
  on(event: 'packet', listener: (packet: { readonly data?: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  removeListener(event: 'packet', listener: () => void): void;
  sendPacket(type: 'ping'): void;
  close(discard?: boolean): void;
}

/** Packet types: Engine.IO's message, Socket.IO's event. */
export const MESSAGE_EVENT = '42';

/** The connection under a socket. */
export function connectionOf({ conn }: Pick<Socket, 'conn'>): EngineConnection {
  return conn as unknown as EngineConnection;
}

/** Closes a connection when its client has read what was sent, and cuts it after `lingerMs`. */
export function closeWithin(connection: EngineConnection, lingerMs: number): void {
  // A polling transport without an open poll waits for one by a timer of its own (30 s), and a second close of it does nothing.
  if (connection.transport.closeTimeout !== undefined) connection.transport.closeTimeout = lingerMs;
  connection.close();
  setTimeout(() => {
    if (connection.readyState !== 'closed') cutConnection(connection);
  }, lingerMs).unref();
}

/** Ends a connection without waiting for its client, which may not read or may go on sending. */
export function cutConnection(connection: EngineConnection): void {
  connection.close(true);
  (connection.transport.socket as { terminate?(): void } | undefined)?.terminate?.();
}
