import type { GatewayId, RegionId } from '@rideline/contract';
import { type InboxMessage, parseInboxPacket } from '@rideline/fleet/redis/inbox';
import { inbox } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { DriverRegistry } from '../driver/driver-registry.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { sharedEvent } from '../rider/shared-view.ts';
import { riderRoom, shareRoom, tripRoom } from '../socket/adapter-rooms.ts';
import { disconnectWithReason } from '../socket/disconnect.ts';
import type { Notifications } from '../socket/notifications.ts';
import type { AnyNamespace } from '../socket/socket-data.ts';
import type { UserSockets } from '../socket/user-sockets.ts';

export interface InboxParts {
  readonly region: RegionId;
  readonly gateway: GatewayId;
  readonly registry: DriverRegistry;
  readonly userSockets: UserSockets;
  readonly riders: AnyNamespace;
  readonly notifications: Notifications;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/** Subscribes to the messages of other processes to this gateway. Returns at once: while the cache Redis is unavailable there are none. */
export function listenToInbox(subscriber: RedisClient, parts: InboxParts): void {
  const channel = inbox(parts.region, parts.gateway);
  subscriber.on('message', (from: string, text: string) => {
    if (from !== channel) return;
    const onInvalid = (reason: string) => {
      parts.metrics.inbox_messages_total.inc({ type: 'invalid' });
      parts.log.error({ reason }, 'inbox message not readable');
    };
    try {
      const { messages, unreadable } = parseInboxPacket(text);
      for (const message of messages) handle(message, parts);
      unreadable.forEach(onInvalid);
    } catch (error) {
      onInvalid((error as Error).message);
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
        connection.acks.onDurable(message.boot, message.durable);
      return;
    case 'kick':
      registry.replaceOlder(message.driverId, message.epoch);
      return;
    case 'tripChanged':
      for (const connection of registry.of(message.driverId)) connection.setTrip(message.tripId, message.rev);
      return;
    case 'tripEvent':
      sendTripEvent(message, parts);
      return;
    case 'watchers':
      for (const connection of registry.of(message.driverId))
        connection.watchers.know(message.tripId, message.count);
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
        disconnectWithReason(socket, { code: 'TOKEN_REVOKED' }, parts);
      }
      return;
  }
}

function sendTripEvent(
  { event, driverId, riderId }: Extract<InboxMessage, { type: 'tripEvent' }>,
  { riders, registry }: InboxParts,
): void {
  const room = tripRoom(event.tripId);
  riders.to(room).emit('trip:event', event);
  riders.to(shareRoom(event.tripId)).emit('trip:event', sharedEvent(event));
  // One room at a time: the adapter publishes a broadcast to several rooms to every gateway.
  if (riderId !== undefined) riders.to(riderRoom(riderId)).except(room).emit('trip:event', event);
  if (driverId === null) return;
  for (const connection of registry.of(driverId)) {
    connection.uplink.tripChanged();
    connection.socket.emit('trip:event', event);
  }
}
