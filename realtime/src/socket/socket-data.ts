import type { Principal } from '@rideline/platform/tokens/tokens';
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { EventLimiter } from './event-limiter.ts';

/** What a gateway keeps on each authenticated socket. */
export interface SocketData {
  /** Of the newest token: a connection may outlive its first. Its user and role stay. */
  principal: Principal;
  readonly limiter: EventLimiter;
  /** Names of the events that have a listener. */
  readonly events: Set<string>;
}

/**
 * Sockets with our data. Their events stay untyped here: listeners go through `on`, which types them from the contract's schemas, and a
 * message from outside is `unknown` until it has been parsed.
 */
export type AnySocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type AnyNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type AnyServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
