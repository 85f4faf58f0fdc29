import {
  CodedError,
  LIMITS,
  type TrackSubscribe,
  type TrackSubscribed,
  type TripId,
} from '@rideline/contract';
import type { LoggedTrip } from '@rideline/fleet/live/trip-log';
import { hasTripRight, type TripViewer } from '@rideline/fleet/trips/trip-rights';
import { withinMs } from '@rideline/platform/overload/deadline';
import { roomChannel, shareRoom, tripRoom } from '../socket/adapter-rooms.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { orUnavailable } from '../socket/trip-call.ts';
import type { Followers } from './followers.ts';
import { readStoredTrip } from './read-stored-trip.ts';
import type { RiderContext } from './rider-context.ts';
import { sharedSubscribed } from './shared-view.ts';
import { recover } from './track-recovery.ts';

/** Ms that a subscription waits for the state Redis to confirm it. */
const CHANNEL_OPEN_MS = 2000;
/** Ms that it waits for the adapter's room; without the room, state events arrive by the comparison with the log. */
const ROOM_MS = 300;

/** As whom the socket looks at a trip. */
function viewerOf({ data: { principal } }: AnySocket, trip: LoggedTrip): TripViewer {
  if (principal.role === 'share') return principal.tripId === trip.tripId ? 'share' : 'stranger';
  return (trip.riderId as string) === principal.userId ? 'rider' : 'stranger';
}

/**
 * The trip, if this socket may follow it or, when it has ended, read how. Unknown trips and other riders' trips are refused alike, so that ids
 * cannot be probed.
 * @throws CodedError FORBIDDEN; GONE for a share whose trip has ended
 */
async function authorise(socket: AnySocket, tripId: TripId, context: RiderContext): Promise<LoggedTrip> {
  const { trip } = await context.trips.read(tripId);
  const known = trip ?? (await readStoredTrip(context.db, context.config.region, tripId));
  if (known === null) throw new CodedError('FORBIDDEN');
  const viewer = viewerOf(socket, known);
  if (hasTripRight(viewer, known.state, 'follow') || hasTripRight(viewer, known.state, 'read')) return known;
  throw new CodedError(viewer === 'share' ? 'GONE' : 'FORBIDDEN');
}

/** Answers `track:subscribe` and makes the socket a follower. */
export async function subscribeToTrip(
  socket: AnySocket,
  { tripId, since }: TrackSubscribe,
  followers: Followers,
  context: RiderContext,
): Promise<TrackSubscribed> {
  const isShared = socket.data.principal.role === 'share';
  const authorised = await orUnavailable(authorise(socket, tripId, context)).catch((error: unknown) => {
    // After the refusal.
    if (error instanceof CodedError && error.code === 'GONE') setImmediate(() => followers.endShared(socket));
    throw error;
  });
  if (
    !followers.table.find(socket, tripId) &&
    followers.table.countOf(socket) >= LIMITS.followedTripsPerSocket
  ) {
    throw new CodedError('VALIDATION', `at most ${LIMITS.followedTripsPerSocket} trips at a time`);
  }
  // First subscribe, then read: what is appended between the two is in the log, on the channel, or both.
  const { follower, opened } = followers.table.follow(socket, tripId);
  try {
    await Promise.all([
      joinRoom(socket, isShared ? shareRoom(tripId) : tripRoom(tripId), context),
      orUnavailable(withinMs(opened, CHANNEL_OPEN_MS)),
    ]);
    const log = await orUnavailable(context.trips.read(tripId, since));
    const trip = log.trip ?? authorised;
    const subscribed = recover(context.trips, trip, log, since);
    if (!socket.connected || trip.endedAt !== null) {
      followers.table.leave(follower);
      if (isShared) setImmediate(() => followers.endShared(socket));
    }
    // After the acknowledgement, which carries the missed items.
    else setImmediate(() => followers.begin(follower, trip, subscribed, log.newest));
    return isShared ? sharedSubscribed(subscribed) : subscribed;
  } catch (error) {
    followers.table.leave(follower);
    throw error;
  }
}

/** The adapter subscribes to a room's channel without waiting: only a second, awaited subscription confirms that it is in force. */
async function joinRoom(socket: AnySocket, room: string, context: RiderContext): Promise<void> {
  await socket.join(room);
  const channel = roomChannel(context.config.region, '/rider', room);
  try {
    await withinMs(context.cacheSubscriber.ssubscribe(channel), ROOM_MS);
  } catch (error) {
    context.log.warn({ reason: (error as Error).message }, "subscription to the trip's room not confirmed");
  }
}
