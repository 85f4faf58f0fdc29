import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import { createLiveSearch } from '@rideline/fleet/live/live-search';
import { createEtaTable, type EtaTable } from '@rideline/fleet/matching/eta-table';
import { DUE_TRIPS_METRICS } from '../due-trips-metrics.ts';
import { defineRole, type RoleParts, tripStoreOf } from '../role.ts';
import { startMatching } from './matching.ts';
import { MATCHING_METRICS, type MatchingMetrics } from './metrics.ts';
import { startOfferTimers } from './offer-timers.ts';
import { pickupWarning } from './pickup-warning.ts';

/** Open trips → candidates → assignment → offers. */
export default defineRole({
  metrics: { ...MATCHING_METRICS, ...DUE_TRIPS_METRICS },
  start(parts) {
    const { config, clock, db, state, metrics, retentionDays, notify, logger, onStop } = parts;
    const { region, process: member } = config;
    const tripStore = tripStoreOf(parts);
    const claims = createDriverClaims({ state, region, clock });
    const timers = startOfferTimers({
      url: config.redisStateUrl,
      region,
      owner: member,
      tripStore,
      claims,
      metrics,
      log: logger,
    });
    onStop('work', 'offer timers', () => timers.close());
    const etaTable = openEtaTable(parts);
    const matching = startMatching({
      region,
      member,
      db,
      state,
      tripStore,
      claims,
      search: createLiveSearch({ redis: state, region, clock, freshMs: config.searchFreshMs }),
      ...(etaTable ? { etaTable } : {}),
      tickMs: config.matchTickMs,
      offerWindowMs: config.offerWindowMs,
      requiredDocuments: config.requiredDocuments,
      retentionDays,
      onOffered: (offer) => timers.set(offer),
      warnRider: (trip, why) => notify(pickupWarning(trip, why, clock)),
      metrics,
      logger,
    });
    onStop('work', 'matching', () => matching.stop());
  },
});

/** The route engine, where one is configured. */
function openEtaTable({ config, metrics }: RoleParts<MatchingMetrics>): EtaTable | null {
  if (config.eta === undefined) return null;
  return createEtaTable({
    ...config.eta,
    onOutcome(outcome, ms) {
      metrics.match_eta_total.inc({ outcome });
      metrics.match_eta_seconds.observe(ms / 1000);
    },
  });
}
