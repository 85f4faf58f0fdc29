import type { ErrorCode } from '@rideline/contract';
import type { GatewayMetrics } from '../metrics.ts';
import { closeWithin, connectionOf } from '../wire/engine-connection.ts';
import type { AnySocket } from './socket-data.ts';

/**
 * Codes after which a client comes back by itself. Stock Socket.IO clients never reconnect after a `disconnect` packet ("io server
 * disconnect") and always after the transport closed, so the kind of close decides whether the client returns.
 */
const COMES_BACK: ReadonlySet<ErrorCode> = new Set([
  'DRAINING',
  'TOKEN_EXPIRED',
  'SLOW_CONSUMER',
  'SCALE_003',
]);
/** Ms that a client may take to read what was sent before the close; then the connection is cut. */
const LINGER_MS = 5000;

/**
 * Sends the client the reason (`goodbye`), then closes its connection with all its namespaces: the transport alone for a client that
 * should come back, a `disconnect` packet and the transport for one that must not (token revoked, connection replaced, unknown events).
 * A connection that is closing already is left alone.
 */
export function disconnectWithReason(
  socket: AnySocket,
  reason: { code: ErrorCode; reconnectAfterMs?: number },
  { metrics }: { readonly metrics: GatewayMetrics },
): void {
  const connection = connectionOf(socket);
  if (connection.readyState !== 'open') return;
  metrics.gateway_goodbyes_total.inc({ code: reason.code });
  socket.emit('goodbye', reason);
  if (!COMES_BACK.has(reason.code)) {
    socket.disconnect(true);
    return;
  }
  // Engine.IO handles no packet of a closing connection and closes it when the client has read everything. Socket.IO's own recovery is
  // off, so that the client cannot resume the session (docs/design/reliability.md, "Findings", 1).
  closeWithin(connection, LINGER_MS);
}
