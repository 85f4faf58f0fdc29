import type { ErrorCode } from '@rideline/contract';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { AnySocket } from './socket-data.ts';

/** Sends the client the reason, then closes its connection with all its namespaces. */
export function disconnectWithReason(
  socket: AnySocket,
  reason: { code: ErrorCode; reconnectAfterMs?: number },
  { metrics }: { readonly metrics: Metrics },
): void {
  metrics.gateway_goodbyes_total.inc({ code: reason.code });
  socket.emit('goodbye', reason);
  // true closes the whole connection. conn.close() alone would leave the client a session that it could resume (docs/design/reliability.md, "Findings", 1).
  socket.disconnect(true);
}
