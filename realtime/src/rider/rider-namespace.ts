import {
  CodedError,
  emptySchema,
  LIMITS,
  type TrackSubscribe,
  type TrackSubscribed,
  type TripEvent,
  type TripId,
  trackSeenSchema,
  trackSubscribeSchema,
  trackUnsubscribeSchema,
  type UserId,
} from '@rideline/contract';
import type { LoggedTrip } from '@rideline/fleet/trips/trip-log';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { Config } from '@rideline/platform/config/config';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { HotCounters } from '../process/hot-counters.ts';
import { type ListenerContext, on, refuseUnknownEvents } from '../socket/client-events.ts';
import { roomChannel, tripRoom } from '../socket/server.ts';
import { serverTime } from '../socket/server-time.ts';
import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { orUnavailable } from '../socket/trip-call.ts';
import { Followers } from './followers.ts';
import { readTripRecord } from './read-stored-trip.ts';
import { listenToRiderTrips } from './rider-trips.ts';
import { recover } from './track-recovery.ts';
import type { TripReader } from './trip-reader.ts';

export interface RiderContext extends ListenerContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly state: RedisClient;
  /** A subscribing connection on the state Redis, for the trips' channels alone. */
  readonly stateSubscriber: RedisClient;
  /** The adapter's subscribing connection on the cache Redis. */
  readonly cacheSubscriber: RedisClient;
  readonly mongo: Mongo;
  readonly trips: TripReader;
  readonly counters: HotCounters;
  readonly tripStore: TripStore;
}

/** Ms that a subscription waits for the state Redis to confirm it. */
const OPEN_MS = 2000;
/** Ms that it waits for the adapter's room: without it state events come by the comparison with the log. */
const ROOM_MS = 300;

/** `/rider`: following a trip. */
export function serveRiders(namespace: AnyNamespace, context: RiderContext): Followers {
  const followers = new Followers(context);
  namespace.on('connection', (socket: AnySocket) => {
    on(socket, 'track:subscribe', trackSubscribeSchema, context, (request) =>
      subscribe(socket, request, followers, context),
    );
    on(socket, 'track:seen', trackSeenSchema, context, ({ tripId, pos }) => {
      followers.table.find(socket, tripId)?.seen(pos);
      return undefined;
    });
    on(socket, 'track:unsubscribe', trackUnsubscribeSchema, context, ({ tripId }) => {
      const follower = followers.table.find(socket, tripId);
      if (follower) followers.table.leave(follower);
      return undefined;
    });
    listenToRiderTrips(socket, context, context.tripStore);
    on(socket, 'time', emptySchema, context, () => serverTime(context.clock));
    refuseUnknownEvents(socket, context);
    // State events reach the socket through the adapter, past our table: this is where the table learns of them.
    socket.onAnyOutgoing((event: string, body: unknown) => {
      if (event === 'trip:event') followers.sawEvent(socket, body as TripEvent);
    });
    socket.on('disconnect', () => followers.table.leaveAll(socket));
  });
  return followers;
}

/** The trip, if it is this rider's. An unknown trip and a stranger's are refused alike: ids must not be guessable. */
async function authorise(userId: UserId, tripId: TripId, context: RiderContext): Promise<LoggedTrip> {
  const { trip } = await context.trips.read(tripId);
  const known = trip ?? (await readTripRecord(context.mongo, context.config.region, tripId));
  if (known === null || (known.riderId as string) !== userId) throw new CodedError('FORBIDDEN');
  return known;
}

async function subscribe(
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
  // First hear, then read: what is appended between the two is in the log and on the channel, never in neither.
  const { follower, opened } = followers.table.follow(socket, tripId);
  try {
    await Promise.all([joinRoom(socket, tripId, context), orUnavailable(withinMs(opened, OPEN_MS))]);
    const log = await orUnavailable(context.trips.read(tripId, since));
    const trip = log.trip ?? authorised;
    const subscribed = recover(context.trips, trip, log, since);
    if (!socket.connected || trip.endedAt !== null) followers.table.leave(follower);
    // After the acknowledgement, which carries what was missed.
    else setImmediate(() => followers.begin(follower, trip, subscribed, log.newest));
    return subscribed;
  } catch (error) {
    followers.table.leave(follower);
    throw error;
  }
}

/** The adapter subscribes to a room's channel without waiting: only the answer to a second, awaited one says that it is in force. */
async function joinRoom(socket: AnySocket, tripId: TripId, context: RiderContext): Promise<void> {
  const room = tripRoom(tripId);
  await socket.join(room);
  const channel = roomChannel(context.config.region, '/rider', room);
  try {
    await withinMs(context.cacheSubscriber.ssubscribe(channel), ROOM_MS);
  } catch (error) {
    context.log.warn({ reason: (error as Error).message }, "trip's room not confirmed");
  }
}
