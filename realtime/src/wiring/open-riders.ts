import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { HotCounters } from '../hot-counters.ts';
import { serveRiders } from '../rider/rider-namespace.ts';
import type { TripReader } from '../rider/trip-reader.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { GatewayServers } from './open-servers.ts';
import type { OpenSockets } from './open-sockets.ts';

/** `/rider`: requests, and positions of the trips that riders follow. */
export function openRiders(
  { config, clock, onStop }: GatewayProcess,
  { state, cache, stateSubscriber, cacheSubscriber, db }: GatewayServers,
  { rider, listener }: OpenSockets,
  parts: { tripStore: TripStore; trips: TripReader; counters: HotCounters },
): void {
  const followers = serveRiders(rider, {
    ...listener,
    config,
    clock,
    state,
    cache,
    stateSubscriber,
    cacheSubscriber,
    db,
    ...parts,
  });
  followers.start();
  onStop('work', 'followers', () => followers.stop());
}
