import type { AnySocket } from '../socket/socket-data.ts';

/** The parts of an Engine.IO connection that its types keep private and that are used here. */
export interface EngineConnection {
  readonly readyState: string;
  /** Packets that wait for the client to read. */
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly writable: boolean; readonly socket?: unknown };
  on(event: 'upgrade', listener: () => void): void;
  close(discard?: boolean): void;
}

/** Engine.IO's message and Socket.IO's event. */
export const MESSAGE_EVENT = '42';

/** The connection under a socket. */
export function connectionOf({ conn }: Pick<AnySocket, 'conn'>): EngineConnection {
  return conn as unknown as EngineConnection;
}
