import type { Socket } from 'socket.io';

/** The parts of an Engine.IO connection that we use and that its types hide. */
export interface EngineConnection {
  readonly readyState: string;
  /** Packets that the client has not read yet. */
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly writable: boolean; readonly socket?: unknown };
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

/** Ends a connection without waiting for its client, which may not read or may go on sending. */
export function cutConnection(connection: EngineConnection): void {
  connection.close(true);
  (connection.transport.socket as { terminate?(): void } | undefined)?.terminate?.();
}
