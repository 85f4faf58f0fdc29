import { connectionOf, type EngineConnection } from '../wire/engine-connection.ts';
import type { ListenerContext } from './client-events.ts';
import { sayGoodbye } from './client-events.ts';
import type { AnyNamespace, AnyServer, AnySocket } from './socket-data.ts';

const ROUND_MS = 500;
/** Packets that wait in memory for a client that does not read. */
const MOST_PACKETS = 256;
/** Ms that the oldest of them waits. */
const LONGEST_WAIT_MS = 3000;
/** Ms after which a connection that is in no namespace but `/` is closed: it has shown no token. */
const NAMELESS_MS = 10_000;
const SLOW_RECONNECT_MS = 5000;

interface Blocked {
  readonly head: unknown;
  readonly since: number;
}

/**
 * Walks all sockets twice a second: expired tokens and clients that do not read are closed. One walk instead of a timer and a listener per
 * socket. The kernel hides a slow reader for long (25,280 position packets were swallowed before `writeBuffer` grew), so this is the last
 * guard behind the followers' window of unseen positions.
 */
export function startSocketGuard(
  io: AnyServer,
  namespaces: readonly AnyNamespace[],
  context: ListenerContext,
): { stop(): void } {
  const blocked = new WeakMap<EngineConnection, Blocked>();
  const timer = setInterval(() => {
    const nowMs = context.wallMs();
    for (const namespace of namespaces) {
      for (const socket of namespace.sockets.values()) checkSocket(socket, nowMs, blocked, context);
    }
    closeNameless(io, nowMs);
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
    sayGoodbye(socket, { code: 'TOKEN_EXPIRED' }, context);
    return;
  }
  const connection = connectionOf(socket);
  if (!isBlocked(connection, nowMs, blocked)) return;
  context.log.info({ packets: connection.writeBuffer.length }, 'slow consumer closed');
  sayGoodbye(socket, { code: 'SLOW_CONSUMER', reconnectAfterMs: SLOW_RECONNECT_MS }, context);
  // The polite close above waits until the client has read everything, which is what it does not do.
  connection.close(true);
  (connection.transport.socket as { terminate?(): void } | undefined)?.terminate?.();
}

function isBlocked(
  connection: EngineConnection,
  nowMs: number,
  blocked: WeakMap<EngineConnection, Blocked>,
): boolean {
  const { writeBuffer } = connection;
  if (writeBuffer.length > MOST_PACKETS) return true;
  const head = writeBuffer[0];
  const before = blocked.get(connection);
  if (head === undefined) {
    if (before) blocked.delete(connection);
    return false;
  }
  if (before?.head !== head) {
    blocked.set(connection, { head, since: nowMs });
    return false;
  }
  return nowMs - before.since > LONGEST_WAIT_MS;
}

function closeNameless(io: AnyServer, nowMs: number): void {
  for (const socket of io.of('/').sockets.values()) {
    if (nowMs - socket.handshake.issued < NAMELESS_MS) continue;
    const { client } = socket as unknown as { client: { sockets: Map<string, unknown> } };
    if (client.sockets.size === 1) socket.disconnect(true);
  }
}
