import {
  emptySchema,
  type RiderId,
  type TripEvent,
  trackSeenSchema,
  trackSubscribeSchema,
  trackUnsubscribeSchema,
} from '@rideline/contract';
import { riderRoom } from '../socket/adapter-rooms.ts';
import { onClientEvent, refuseUnknownEvents } from '../socket/client-events.ts';
import { serverTime } from '../socket/server-time.ts';
import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { Followers } from './followers.ts';
import type { RiderContext } from './rider-context.ts';
import { listenToRiderTrips } from './rider-trips.ts';
import { subscribeToTrip } from './track-subscription.ts';

/** `/rider`: following trips, and trip requests and commands. */
export function serveRiders(namespace: AnyNamespace, context: RiderContext): Followers {
  const followers = new Followers(context);
  namespace.on('connection', (socket: AnySocket) => {
    void socket.join(riderRoom(socket.data.principal.userId as string as RiderId));
    onClientEvent(socket, 'track:subscribe', trackSubscribeSchema, context, (request) =>
      subscribeToTrip(socket, request, followers, context),
    );
    onClientEvent(socket, 'track:seen', trackSeenSchema, context, ({ tripId, pos }) => {
      followers.table.find(socket, tripId)?.seen(pos);
      return undefined;
    });
    onClientEvent(socket, 'track:unsubscribe', trackUnsubscribeSchema, context, ({ tripId }) => {
      const follower = followers.table.find(socket, tripId);
      if (follower) followers.table.leave(follower);
      return undefined;
    });
    listenToRiderTrips(socket, context, context.tripStore);
    onClientEvent(socket, 'time', emptySchema, context, () => serverTime(context.clock));
    refuseUnknownEvents(socket, context);
    // State events reach the socket through the adapter's room, not through our table: this keeps the table's versions current.
    socket.onAnyOutgoing((event: string, body: unknown) => {
      if (event === 'trip:event') followers.sawEvent(socket, body as TripEvent);
    });
    socket.on('disconnect', () => followers.table.leaveAll(socket));
  });
  return followers;
}
