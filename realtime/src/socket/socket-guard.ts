import { connectionOf, cutConnection, type EngineConnection } from '../wire/engine-connection.ts';
import type { ListenerContext } from './client-events.ts';
import { disconnectWithReason } from './disconnect.ts';
import type { AnyNamespace, AnySocket } from './socket-data.ts';
import type { UnauthenticatedConnections } from './unauthenticated-connections.ts';

const ROUND_MS = 500;
/** Packets in memory above which a client counts as one that does not read. */
const MAX_PACKETS = 256;
/** Ms that the oldest packet may wait. */
const MAX_WAIT_MS = 3000;
const SLOW_RECONNECT_MS = 5000;

interface Blocked {
  readonly head: unknown;
  readonly sinceMs: number;
}

/**
 * Checks all sockets twice a second and closes those with an expired token, of clients that do not read, and that have not authenticated:
 * one loop instead of a timer and a listener per socket. The kernel hides a slow reader for long (it buffered 25,280 position packets before
 * `writeBuffer` grew), so this is the last guard behind the followers' window of unseen positions.
 */
export function startSocketGuard(
  namespaces: readonly AnyNamespace[],
  unauthenticated: UnauthenticatedConnections,
  context: ListenerContext,
): { stop(): void } {
  const blocked = new WeakMap<EngineConnection, Blocked>();
  const timer = setInterval(() => {
    const nowMs = context.wallMs();
    for (const namespace of namespaces) {
      for (const socket of namespace.sockets.values()) checkSocket(socket, nowMs, blocked, context);
    }
    unauthenticated.cutLate(nowMs);
  }, ROUND_MS);
  return { stop: () => clearInterval(timer) };
}

function checkSocket(
  socket: AnySocket,
  nowMs: number,
  blocked: WeakMap<EngineConnection, Blocked>,
  context: ListenerContext,
): void {
  if (nowMs >= socket.data.principal.expiresAtMs) {
    disconnectWithReason(socket, { code: 'TOKEN_EXPIRED' }, context);
    return;
  }
  const connection = connectionOf(socket);
  if (!isBlocked(connection, nowMs, blocked)) return;
  context.log.info({ packets: connection.writeBuffer.length }, 'slow consumer closed');
  disconnectWithReason(socket, { code: 'SLOW_CONSUMER', reconnectAfterMs: SLOW_RECONNECT_MS }, context);
  // The close above waits until the client has read everything, and this client does not read.
  cutConnection(connection);
}

function isBlocked(
  connection: EngineConnection,
  nowMs: number,
  blocked: WeakMap<EngineConnection, Blocked>,
): boolean {
  const { writeBuffer } = connection;
  if (writeBuffer.length > MAX_PACKETS) return true;
  const head = writeBuffer[0];
  const before = blocked.get(connection);
  if (head === undefined) {
    if (before) blocked.delete(connection);
    return false;
  }
  // A time in the future: the wall clock was set back, and a client that reads nothing would stay for as long.
  if (before?.head !== head || nowMs < before.sinceMs) {
    blocked.set(connection, { head, sinceMs: nowMs });
    return false;
  }
  return nowMs - before.sinceMs > MAX_WAIT_MS;
}
