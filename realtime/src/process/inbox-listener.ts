import type { GatewayId, RegionId, TripEvent } from '@rideline/contract';
import { type InboxMessage, parseInboxPacket } from '@rideline/fleet/redis/inbox';
import { inbox } from '@rideline/fleet/redis/redis-keys';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { DriverRegistry } from '../driver/driver-registry.ts';
import { sayGoodbye } from '../socket/client-events.ts';
import type { Notifications } from '../socket/notifications.ts';
import { tripRoom } from '../socket/server.ts';
import type { AnyNamespace } from '../socket/socket-data.ts';
import type { UserSockets } from '../socket/user-sockets.ts';

export interface InboxParts {
  readonly region: RegionId;
  readonly gateway: GatewayId;
  readonly registry: DriverRegistry;
  readonly userSockets: UserSockets;
  readonly riders: AnyNamespace;
  readonly notifications: Notifications;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Subscribes to what other processes tell this gateway. Returns at once: while the cache Redis is away there is nothing to hear. */
export function listenToInbox(subscriber: RedisClient, parts: InboxParts): void {
  const channel = inbox(parts.region, parts.gateway);
  subscriber.on('message', (from: string, text: string) => {
    if (from !== channel) return;
    try {
      for (const message of parseInboxPacket(text)) handle(message, parts);
    } catch (error) {
      parts.metrics.inbox_messages_total.inc({ type: 'invalid' });
      parts.log.error({ reason: (error as Error).message }, 'inbox packet not understood');
    }
  });
  subscriber
    .subscribe(channel)
    .catch((error: Error) => parts.log.warn({ reason: error.message }, 'inbox not subscribed'));
}

function handle(message: InboxMessage, parts: InboxParts): void {
  const { registry } = parts;
  parts.metrics.inbox_messages_total.inc({ type: message.type });
  switch (message.type) {
    case 'durable':
      for (const connection of registry.of(message.driverId))
        connection.onDurable(message.boot, message.durable);
      return;
    case 'kick':
      registry.replaceOlder(message.driverId, message.epoch);
      return;
    case 'tripChanged':
      for (const connection of registry.of(message.driverId)) connection.setTrip(message.tripId, message.rev);
      return;
    case 'tripEvent':
      tellTripEvent(message.event, message.driverId, parts);
      return;
    case 'offer':
      for (const connection of registry.of(message.driverId)) connection.offers.push(message.offer);
      return;
    case 'offerRevoked':
      for (const connection of registry.of(message.driverId)) connection.offers.revoke(message.revoked);
      return;
    case 'notification':
      parts.notifications.deliver(message, message.notification);
      return;
    case 'revoke':
      for (const socket of [...parts.userSockets.of(message.userId)]) {
        sayGoodbye(socket, { code: 'TOKEN_REVOKED' }, parts);
      }
      return;
  }
}

function tellTripEvent(
  event: TripEvent,
  driverId: Extract<InboxMessage, { type: 'tripEvent' }>['driverId'],
  { riders, registry }: InboxParts,
): void {
  riders.to(tripRoom(event.tripId)).emit('trip:event', event);
  if (driverId === null) return;
  for (const connection of registry.of(driverId)) connection.socket.emit('trip:event', event);
}
