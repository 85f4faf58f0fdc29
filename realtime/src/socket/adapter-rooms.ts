import type { RegionId, TripId } from '@rideline/contract';

/** Prefix of the sharded adapter's channels. */
export const channelPrefix = (region: RegionId) => `${region}:socket.io`;

/** The adapter's room of a trip's state events. The adapter takes a room name of 20 characters for a socket id and publishes it to all nodes. */
export function tripRoom(tripId: TripId): string {
  const room = `trip:${tripId}`;
  return room.length === 20 ? `${room}.` : room;
}

/** The channel on which the sharded adapter receives a room's broadcasts from other nodes (its `dynamicChannel`). */
export function roomChannel(region: RegionId, namespace: string, room: string): string {
  return `${channelPrefix(region)}#${namespace}#${room}#`;
}
