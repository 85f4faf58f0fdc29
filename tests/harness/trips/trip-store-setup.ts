import type { RegionId } from '@rideline/contract';
import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import type { Database } from '@rideline/fleet/store/database';
import type { TripRelay } from '@rideline/fleet/trips/trip-relay';
import { SILENCE_TIMES, type SilenceTimes } from '@rideline/fleet/trips/trip-silence';
import { createTripStore, type TripStore } from '@rideline/fleet/trips/trip-store';
import { type Clock, systemClock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { REGION } from '../test-process.ts';

/** The servers that a trip store and a relay use. */
export interface TripServers {
  readonly db: Database;
  readonly state: RedisClient;
  readonly cache: RedisClient;
}

export interface TripSetting {
  readonly region?: RegionId;
  readonly clock?: Clock;
  readonly searchBudgetMs?: number;
  readonly silence?: SilenceTimes;
}

/** A trip store, for a test that acts as a process. */
export function tripStoreOf(
  servers: Pick<TripServers, 'db' | 'state'>,
  setting: TripSetting = {},
): TripStore {
  return createTripStore({
    db: servers.db,
    state: servers.state,
    region: setting.region ?? REGION,
    clock: setting.clock ?? systemClock,
    searchBudgetMs: setting.searchBudgetMs ?? 120_000,
    silence: setting.silence ?? SILENCE_TIMES,
    onHintLost: () => undefined,
  });
}

export function relayOf(servers: TripServers, setting: TripSetting = {}): TripRelay {
  const region = setting.region ?? REGION;
  return {
    ...servers,
    region,
    clock: setting.clock ?? systemClock,
    tripStore: tripStoreOf(servers, setting),
    claims: createDriverClaims({ state: servers.state, region, clock: setting.clock ?? systemClock }),
    notify: async () => undefined,
    onDelivered: () => undefined,
    onUndelivered: () => undefined,
  };
}
