import type { Audience } from '@rideline/contract';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { EventLimiter } from './event-limiter.ts';

/** Data of each authenticated socket. */
export interface SocketData {
  /** Claims of the newest token: a connection may outlive its first token. User and role never change. */
  principal: Principal<Audience>;
  readonly limiter: EventLimiter;
  /** Names of the events that have a listener. */
  readonly events: Set<string>;
}

/**
 * Sockets with our data. Events are untyped here: listeners are added by `onClientEvent`, which types them from the contract's schemas, and
 * a client's message is `unknown` until it has been parsed.
 */
export type AnySocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type AnyNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type AnyServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
