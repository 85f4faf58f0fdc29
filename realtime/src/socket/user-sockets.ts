import { LIMITS, type UserId } from '@rideline/contract';
import type { AnySocket, SocketData } from './socket-data.ts';

type Who = Pick<SocketData['principal'], 'userId' | 'role'>;

/** A user has few devices; a share link is opened by a family. */
const mostOf = ({ role }: Who): number => (role === 'share' ? LIMITS.socketsPerShare : LIMITS.socketsPerUser);

/** The open sockets of each user on this gateway: for the limit per user, and for closing them all when a token is revoked. */
export class UserSockets {
  readonly #sockets = new Map<UserId, Set<AnySocket>>();

  isFull(who: Who): boolean {
    return (this.#sockets.get(who.userId)?.size ?? 0) >= mostOf(who);
  }

  isOver(who: Who): boolean {
    return (this.#sockets.get(who.userId)?.size ?? 0) > mostOf(who);
  }

  add(socket: AnySocket): void {
    const { userId } = socket.data.principal;
    const sockets = this.#sockets.get(userId);
    if (sockets) sockets.add(socket);
    else this.#sockets.set(userId, new Set([socket]));
  }

  remove(socket: AnySocket): void {
    const { userId } = socket.data.principal;
    const sockets = this.#sockets.get(userId);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#sockets.delete(userId);
  }

  of(userId: UserId): Iterable<AnySocket> {
    return this.#sockets.get(userId) ?? [];
  }
}
