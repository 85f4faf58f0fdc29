import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import type { TripRelay } from '@rideline/fleet/trips/trip-relay';
import { type RoleParts, tripStoreOf } from '../role.ts';
import type { RelayMetrics } from './metrics.ts';

/** The relay of trip events; the sweepers use it for events whose hint was lost. */
export function tripRelayOf(parts: RoleParts<RelayMetrics>): TripRelay {
  const { config, db, state, cache, clock, metrics, notify } = parts;
  const { region } = config;
  return {
    db,
    state,
    cache,
    region,
    clock,
    tripStore: tripStoreOf(parts),
    claims: createDriverClaims({ state, region }),
    notify,
    onDelivered(_event, ageMs) {
      metrics.relay_events_total.inc();
      metrics.relay_age_seconds.observe(ageMs / 1000);
    },
    onUndelivered: () => metrics.relay_unheard_total.inc(),
  };
}
