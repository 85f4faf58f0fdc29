import type { Database } from '@rideline/fleet/store/database';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { GatewayConfig } from '../config.ts';
import type { HotCounters } from '../hot-counters.ts';
import type { ListenerContext } from '../socket/client-events.ts';
import type { TripReader } from './trip-reader.ts';

/** What all riders' sockets of a gateway share. */
export interface RiderContext extends ListenerContext {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly state: RedisClient;
  /** For messages to other gateways. */
  readonly cache: RedisClient;
  /** A subscribing connection on the state Redis, used only for the trips' channels. */
  readonly stateSubscriber: RedisClient;
  /** The adapter's subscribing connection on the cache Redis. */
  readonly cacheSubscriber: RedisClient;
  readonly db: Database;
  readonly trips: TripReader;
  readonly counters: HotCounters;
  readonly tripStore: TripStore;
}
