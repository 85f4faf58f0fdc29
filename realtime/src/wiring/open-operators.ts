import type { FixStreams } from '@rideline/fleet/fixes/fix-streams';
import { serveOperators } from '../operator/operator-namespace.ts';
import { TripFeed } from '../operator/trip-feed.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { GatewayServers } from './open-servers.ts';
import type { OpenSockets } from './open-sockets.ts';

/** `/operator`: the fleet in view, and the feed of trips. */
export function openOperators(
  { config, clock, metrics, log, onStop }: GatewayProcess,
  { state, tailRedis, cacheSubscriber: subscriber }: GatewayServers,
  { operator, listener }: OpenSockets,
  streams: FixStreams,
): void {
  const tripFeed = new TripFeed({ region: config.region, clock, subscriber, metrics, log });
  onStop('work', 'feed of trips', () => tripFeed.stop());
  const operators = serveOperators(operator, {
    ...listener,
    config,
    clock,
    state,
    tailRedis,
    streams,
    tripFeed,
  });
  onStop('work', 'operators', () => operators.stop());
}
