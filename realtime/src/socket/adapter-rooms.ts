import type { RegionId, RiderId, TripId } from '@rideline/contract';

/** Prefix of the sharded adapter's channels. */
export const channelPrefix = (region: RegionId) => `${region}:socket.io`;

/** The adapter takes a room name of 20 characters for a socket id and publishes it to all nodes. */
const notLikeSocketId = (room: string) => (room.length === 20 ? `${room}.` : room);

/** The adapter's room of a trip's state events: its followers. */
export const tripRoom = (tripId: TripId): string => notLikeSocketId(`trip:${tripId}`);

/** The adapter's room of a rider's sockets: state events of their own trips, followed or not. */
export const riderRoom = (riderId: RiderId): string => notLikeSocketId(`rider:${riderId}`);

/** The adapter's room of those who follow a trip through its share links: state events without what only its rider may know. */
export const shareRoom = (tripId: TripId): string => notLikeSocketId(`share:${tripId}`);

/** The channel on which the sharded adapter receives a room's broadcasts from other nodes (its `dynamicChannel`). */
export function roomChannel(region: RegionId, namespace: string, room: string): string {
  return `${channelPrefix(region)}#${namespace}#${room}#`;
}
