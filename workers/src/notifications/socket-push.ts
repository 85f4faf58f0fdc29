import type { DriverId, GatewayId, RegionId } from '@rideline/contract';
import type { StoredNotification } from '@rideline/fleet/notifications/notification-collection';
import { notificationMessage } from '@rideline/fleet/notifications/notification-store';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { liveGateways } from '@rideline/fleet/redis/live-gateways';
import { driver } from '@rideline/fleet/redis/redis-keys';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';

export interface SocketPush {
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
}

/** Most gateways that are sent a rider's notification; a region with more would need to look up the rider's gateway, as it does for drivers. */
const GATEWAYS_TRIED = 64;

/**
 * Sends a notification to the gateways that may hold a socket of its user: the driver's gateway, or all gateways for a rider.
 * @returns the number of gateways that received it. @throws Error when Redis does not answer; it is a hint, and may be lost
 */
export async function pushToSockets(push: SocketPush, stored: StoredNotification): Promise<number> {
  const { userId, role } = stored;
  const message = {
    type: 'notification',
    userId,
    role,
    notification: notificationMessage(stored),
  } as const;
  let received = 0;
  for (const gateway of await gatewaysOf(push, stored))
    received += await sendToInbox(push.cache, push.region, gateway, [message]);
  return received;
}

async function gatewaysOf(
  { state, region, clock }: SocketPush,
  { role, userId }: StoredNotification,
): Promise<GatewayId[]> {
  if (role !== 'driver') return liveGateways(state, region, clock.wallMs(), GATEWAYS_TRIED);
  const gateway = await state.hget(driver(region, userId as string as DriverId), 'gateway');
  return gateway === null ? [] : [gateway as GatewayId];
}
