import {
  emptySchema,
  type RiderId,
  SHARED_TRIP_ID,
  type TripEvent,
  type TripId,
  trackSeenSchema,
  trackSubscribeSchema,
  trackUnsubscribeSchema,
} from '@rideline/contract';
import { riderRoom, shareRoom } from '../socket/adapter-rooms.ts';
import { onClientEvent, refuseUnknownEvents } from '../socket/client-events.ts';
import { serverTime } from '../socket/server-time.ts';
import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { Followers } from './followers.ts';
import type { RiderContext } from './rider-context.ts';
import { listenToRiderTrips } from './rider-trips.ts';
import { sharedTripOf } from './shared-view.ts';
import { subscribeToTrip } from './track-subscription.ts';

/** `/rider`: following trips, and trip requests and commands. */
export function serveRiders(namespace: AnyNamespace, context: RiderContext): Followers {
  const followers = new Followers(context);
  namespace.on('connection', (socket: AnySocket) => {
    const shared = sharedTripOf(socket);
    /** The trip that the socket means: the holder of a share knows no id of theirs. */
    const meant = (tripId: TripId): TripId =>
      shared !== null && tripId === SHARED_TRIP_ID ? shared : tripId;
    const room =
      shared === null ? riderRoom(socket.data.principal.userId as string as RiderId) : shareRoom(shared);
    void socket.join(room);
    onClientEvent(socket, 'track:subscribe', trackSubscribeSchema, context, (request) =>
      subscribeToTrip(socket, { ...request, tripId: meant(request.tripId) }, followers, context),
    );
    onClientEvent(socket, 'track:seen', trackSeenSchema, context, ({ tripId, pos }) => {
      followers.table.find(socket, meant(tripId))?.seen(pos);
      return undefined;
    });
    onClientEvent(socket, 'track:unsubscribe', trackUnsubscribeSchema, context, ({ tripId }) => {
      const follower = followers.table.find(socket, meant(tripId));
      if (follower) followers.table.leave(follower);
      return undefined;
    });
    // The holder of a share requests and cancels nothing: to them these events do not exist.
    if (shared === null) listenToRiderTrips(socket, context, context.tripStore);
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
