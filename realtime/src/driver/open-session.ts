import type { GatewayId } from '@rideline/contract';
import { openDriverSession } from '@rideline/fleet/live/driver-session';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { DriverConnection } from './driver-connection.ts';
import type { DriverContext } from './driver-context.ts';
import type { DriverRegistry } from './driver-registry.ts';
import { SESSION_WAIT_MS } from './fix-intake.ts';

export interface SessionParts {
  readonly context: DriverContext;
  readonly registry: DriverRegistry;
  readonly cache: RedisClient;
}

const RETRY_MS = 500;

/** Opens the driver's session, however long Redis is unavailable; fixes go to the log meanwhile. Never rejects. */
export async function openSession(connection: DriverConnection, parts: SessionParts): Promise<void> {
  const { state, config, log } = parts.context;
  const timer = setTimeout(() => connection.intake.release(), SESSION_WAIT_MS);
  while (!connection.closed) {
    try {
      const session = await openDriverSession(state, config.region, connection.driverId, config.process);
      clearTimeout(timer);
      if (session === null) {
        connection.replace();
        return;
      }
      connection.open(session);
      parts.registry.replaceOlder(connection.driverId, session.epoch);
      replaceElsewhere(session.previousGateway, connection, parts);
      return;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'driver session not opened yet');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (1 + Math.random())));
    }
  }
  clearTimeout(timer);
}

/** Tells the previous gateway to close its connection. A lost message is harmless: the older connection's next write to the live index is refused. */
function replaceElsewhere(
  gateway: GatewayId | null,
  { driverId, epoch }: DriverConnection,
  { context, cache }: SessionParts,
): void {
  const { config, log } = context;
  if (gateway === null || gateway === config.process) return;
  sendToInbox(cache, config.region, gateway, [{ type: 'kick', driverId, epoch }]).catch((error: Error) =>
    log.warn({ reason: error.message }, 'kick of the older connection not sent'),
  );
}
