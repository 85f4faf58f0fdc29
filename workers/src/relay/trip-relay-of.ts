import type { TripEvent } from '@rideline/contract';
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
    claims: createDriverClaims({ state, region, clock }),
    notify,
    onDelivered(event, ageMs) {
      metrics.relay_events_total.inc();
      const step = silenceStepOf(event);
      if (step !== null) metrics.driver_silences_total.inc({ step });
      metrics.relay_age_seconds.observe(ageMs / 1000);
    },
    onUndelivered: () => metrics.relay_unheard_total.inc(),
  };
}

/** Which step of a driver's silence an event is; null when none. */
function silenceStepOf({ type, data }: TripEvent): string | null {
  if (type === 'driver_silent') return data.riderMayEnd === true ? 'rider_may_end' : 'raised';
  if (type === 'driver_heard') return 'heard';
  if (data.reason !== 'driver_silent') return null;
  return type === 'reassigned' ? 'reassigned' : type === 'completed' ? 'ended' : null;
}
