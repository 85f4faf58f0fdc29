import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import { type ListenerContext, sayGoodbye } from '../socket/client-events.ts';
import type { AnyNamespace } from '../socket/socket-data.ts';

/** Sockets closed at a time, and the pause after them: so many handshakes the other gateways bear at once. */
const BATCH = 100;
const PAUSE_MS = 25;
/** Clients come back spread over this, ms. */
const RECONNECT_SPREAD_MS = 5000;

/**
 * Sends every client elsewhere: not ready any more, goodbye with a time of its own to come back, then closed in small batches.
 * @param mostMs time for all of it; what is left then is closed at once
 */
export async function drain(options: {
  namespaces: readonly AnyNamespace[];
  health: Health;
  context: ListenerContext;
  log: Logger;
  mostMs: number;
}): Promise<void> {
  const { namespaces, health, context } = options;
  health.draining();
  const sockets = namespaces.flatMap((namespace) => [...namespace.sockets.values()]);
  options.log.info({ sockets: sockets.length }, 'draining');
  const deadline = Date.now() + options.mostMs;
  for (let start = 0; start < sockets.length; start += BATCH) {
    for (const socket of sockets.slice(start, start + BATCH)) {
      sayGoodbye(
        socket,
        { code: 'DRAINING', reconnectAfterMs: Math.round(Math.random() * RECONNECT_SPREAD_MS) },
        context,
      );
    }
    if (Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
