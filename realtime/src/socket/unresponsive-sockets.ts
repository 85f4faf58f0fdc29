import type { UserId } from '@rideline/contract';
import { connectionOf, cutConnection, type EngineConnection } from '../wire/engine-connection.ts';
import type { ListenerContext } from './client-events.ts';
import { disconnectWithReason } from './disconnect.ts';
import type { AnySocket } from './socket-data.ts';
import type { UserSockets } from './user-sockets.ts';

/** Ms that a client may take to answer a ping: longer than a round trip of a slow mobile network. */
const PROBE_MS = 2000;

/**
 * Finds the dead connections of a user who has too many: a phone that lost its network leaves one behind at each reconnect, and the heartbeat
 * notices it only after 85 s.
 */
export class UnresponsiveSockets {
  readonly #userSockets: UserSockets;
  readonly #context: ListenerContext;
  /** One probe of a user at a time, however many of their handshakes wait for it. */
  readonly #probes = new Map<UserId, Promise<AnySocket[]>>();

  constructor(userSockets: UserSockets, context: ListenerContext) {
    this.#userSockets = userSockets;
    this.#context = context;
  }

  /** Pings the user's sockets and closes the oldest one that does not answer. @returns whether there was one */
  async replaceOne(userId: UserId): Promise<boolean> {
    const probe = this.#probes.get(userId) ?? this.#probe(userId);
    this.#probes.set(userId, probe);
    const oldest = (await probe).find(({ connected }) => connected);
    if (oldest === undefined) return false;
    this.#context.metrics.gateway_unresponsive_replaced_total.inc();
    const connection = connectionOf(oldest);
    disconnectWithReason(oldest, { code: 'CONNECTION_REPLACED' }, this.#context);
    cutConnection(connection);
    return true;
  }

  /** @returns those that sent nothing, oldest first */
  async #probe(userId: UserId): Promise<AnySocket[]> {
    const sockets = [...this.#userSockets.of(userId)];
    const answered = await Promise.all(sockets.map((socket) => answersPing(connectionOf(socket))));
    this.#probes.delete(userId);
    return sockets.filter((_, index) => !answered[index]);
  }
}

/** Any packet counts as the answer. */
function answersPing(connection: EngineConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answered: boolean) => {
      clearTimeout(timer);
      connection.removeListener('packet', onPacket);
      resolve(answered);
    };
    const onPacket = () => end(true);
    const timer = setTimeout(() => end(false), PROBE_MS);
    connection.on('packet', onPacket);
    connection.sendPacket('ping');
  });
}
