import {
  CodedError,
  LIMITS,
  type TrackSubscribe,
  type TrackSubscribed,
  type TripId,
  type UserId,
} from '@rideline/contract';
import type { LoggedTrip } from '@rideline/fleet/live/trip-log';
import { withinMs } from '@rideline/platform/overload/deadline';
import { roomChannel, tripRoom } from '../socket/adapter-rooms.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { orUnavailable } from '../socket/trip-call.ts';
import type { Followers } from './followers.ts';
import { readStoredTrip } from './read-stored-trip.ts';
import type { RiderContext } from './rider-context.ts';
import { recover } from './track-recovery.ts';

/** Ms that a subscription waits for the state Redis to confirm it. */
const CHANNEL_OPEN_MS = 2000;
/** Ms that it waits for the adapter's room; without the room, state events arrive by the comparison with the log. */
const ROOM_MS = 300;

/** The trip, if it belongs to this rider. Unknown trips and other riders' trips are refused alike, so that ids cannot be probed. */
async function authorise(userId: UserId, tripId: TripId, context: RiderContext): Promise<LoggedTrip> {
  const { trip } = await context.trips.read(tripId);
  const known = trip ?? (await readStoredTrip(context.db, context.config.region, tripId));
  if (known === null || (known.riderId as string) !== userId) throw new CodedError('FORBIDDEN');
  return known;
}

/** Answers `track:subscribe` and makes the socket a follower. */
export async function subscribeToTrip(
  socket: AnySocket,
  { tripId, since }: TrackSubscribe,
  followers: Followers,
  context: RiderContext,
): Promise<TrackSubscribed> {
  const authorised = await orUnavailable(authorise(socket.data.principal.userId, tripId, context));
  if (
    !followers.table.find(socket, tripId) &&
    followers.table.countOf(socket) >= LIMITS.followedTripsPerSocket
  ) {
    throw new CodedError('VALIDATION', `at most ${LIMITS.followedTripsPerSocket} trips at a time`);
  }
  // First subscribe, then read: what is appended between the two is in the log, on the channel, or both.
  const { follower, opened } = followers.table.follow(socket, tripId);
  try {
    await Promise.all([joinRoom(socket, tripId, context), orUnavailable(withinMs(opened, CHANNEL_OPEN_MS))]);
    const log = await orUnavailable(context.trips.read(tripId, since));
    const trip = log.trip ?? authorised;
    const subscribed = recover(context.trips, trip, log, since);
    if (!socket.connected || trip.endedAt !== null) followers.table.leave(follower);
    // After the acknowledgement, which carries the missed items.
    else setImmediate(() => followers.begin(follower, trip, subscribed, log.newest));
    return subscribed;
  } catch (error) {
    followers.table.leave(follower);
    throw error;
  }
}

/** The adapter subscribes to a room's channel without waiting: only a second, awaited subscription confirms that it is in force. */
async function joinRoom(socket: AnySocket, tripId: TripId, context: RiderContext): Promise<void> {
  const room = tripRoom(tripId);
  await socket.join(room);
  const channel = roomChannel(context.config.region, '/rider', room);
  try {
    await withinMs(context.cacheSubscriber.ssubscribe(channel), ROOM_MS);
  } catch (error) {
    context.log.warn({ reason: (error as Error).message }, "subscription to the trip's room not confirmed");
  }
}
