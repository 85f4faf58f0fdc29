import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { ListenerContext } from '../socket/client-events.ts';
import { disconnectWithReason } from '../socket/disconnect.ts';
import type { AnyNamespace } from '../socket/socket-data.ts';

/** Sockets closed at a time, and the pause after them: bounds the concurrent handshakes on the other gateways. */
const BATCH = 100;
const PAUSE_MS = 25;
/** Clients reconnect spread over this time, ms. */
const RECONNECT_SPREAD_MS = 5000;

/**
 * Moves every client to another gateway: reports not ready, then closes the sockets in small batches, each with its own reconnect time.
 * `maxMs`: time for all of it; sockets left after it are closed without pauses.
 */
export async function drain(options: {
  namespaces: readonly AnyNamespace[];
  health: Health;
  context: ListenerContext;
  log: Logger;
  maxMs: number;
}): Promise<void> {
  const { namespaces, health, context } = options;
  health.draining();
  const sockets = namespaces.flatMap((namespace) => [...namespace.sockets.values()]);
  options.log.info({ sockets: sockets.length }, 'draining');
  const deadline = Date.now() + options.maxMs;
  for (let start = 0; start < sockets.length; start += BATCH) {
    for (const socket of sockets.slice(start, start + BATCH)) {
      disconnectWithReason(
        socket,
        { code: 'DRAINING', reconnectAfterMs: Math.round(Math.random() * RECONNECT_SPREAD_MS) },
        context,
      );
    }
    if (Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
