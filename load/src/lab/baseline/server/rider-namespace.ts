import {
  CodedError,
  type RiderId,
  riderCommandSchema,
  type TrackSubscribed,
  type TripId,
  trackSeenSchema,
  trackSubscribeSchema,
  trackUnsubscribeSchema,
  tripRequestSchema,
} from '@rideline/contract';
import type { Namespace } from 'socket.io';
import { POSITION_EPOCH, tripRoom, userRoom } from './announcer.ts';
import type { Dispatch } from './dispatch.ts';
import type { DriverPlaces } from './driver-places.ts';
import { guard, type NamespaceParts, onCommonEvents, onEvent, principalOf } from './namespaces.ts';
import { snapshotOf } from './trip-snapshot.ts';
import type { Trips } from './trips.ts';

export interface RiderParts extends NamespaceParts {
  readonly dispatch: Dispatch;
  readonly trips: Trips;
  readonly places: DriverPlaces;
}

/** `/rider`: following trips, requests and cancellations. */
export function serveRiders(namespace: Namespace, parts: RiderParts): void {
  const { dispatch, log } = parts;
  guard(namespace, 'rider', parts);
  namespace.on('connection', (socket) => {
    const riderId = String(principalOf(socket).userId) as RiderId;
    void socket.join(userRoom(riderId));
    onEvent(socket, 'track:subscribe', trackSubscribeSchema, log, async ({ tripId }) => {
      await socket.join(tripRoom(tripId));
      return subscribed(tripId, riderId, parts).catch(async (error: unknown) => {
        await socket.leave(tripRoom(tripId));
        throw error;
      });
    });
    onEvent(socket, 'track:unsubscribe', trackUnsubscribeSchema, log, async ({ tripId }) => {
      await socket.leave(tripRoom(tripId));
      return undefined;
    });
    // Positions are sent whether or not they were seen.
    onEvent(socket, 'track:seen', trackSeenSchema, log, async () => undefined);
    onEvent(socket, 'trip:request', tripRequestSchema, log, async ({ scheduledAt, ...wish }) => {
      if (scheduledAt !== undefined)
        throw new CodedError('CONFLICT', 'scheduled trips are not part of the baseline');
      return (await dispatch.request(riderId, wish)).status;
    });
    onEvent(socket, 'trip:command', riderCommandSchema, log, ({ tripId, commandId, reason }) =>
      dispatch.cancel(tripId, riderId, { commandId, reason }),
    );
    onCommonEvents(socket, 'rider', parts);
  });
}

/** Always from the snapshot: there is no log of what a follower has missed. @throws CodedError FORBIDDEN */
async function subscribed(
  tripId: TripId,
  riderId: RiderId,
  { trips, places }: RiderParts,
): Promise<TrackSubscribed> {
  const trip = await trips.find(tripId);
  if (trip === null || trip.riderId !== riderId) throw new CodedError('FORBIDDEN');
  const newest = trip.driverId === undefined ? null : await places.newestOf(trip.driverId);
  return {
    version: trip.version,
    epoch: POSITION_EPOCH,
    pos: newest?.shown ?? 0,
    snapshot: snapshotOf(trip, newest?.position ?? null),
    missed: [],
    recovered: false,
  };
}
