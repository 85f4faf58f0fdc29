import {
  AGE_BUCKETS,
  DURATION_BUCKETS,
  type MetricsOf,
  type MetricTable,
} from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { DUE_TRIPS_METRICS } from '../due-trips-metrics.ts';

export const MATCHING_METRICS = {
  match_owner: { type: 'gauge', help: '1 while this process matches the tier', labels: ['tier'] },
  match_open_trips: { type: 'gauge', help: 'Open trips that the matcher holds', labels: ['tier'] },
  match_waiting_trips: {
    type: 'gauge',
    help: 'Trips that needed an offer in the last tick',
    labels: ['tier'],
  },
  match_tick_seconds: {
    type: 'histogram',
    help: 'Time of one tick of matching',
    labels: ['tier'],
    buckets: DURATION_BUCKETS,
  },
  match_solve_seconds: {
    type: 'histogram',
    help: 'Time of the assignment in one tick',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  match_fallbacks_total: {
    type: 'counter',
    help: 'Connected components matched closest pair first because the budget was over',
    labels: [],
  },
  match_eta_total: {
    type: 'counter',
    help: 'Requests to the route engine, by outcome: answered, timeout, failed, open (circuit), busy (too many in flight), late (no time left in the tick)',
    labels: ['outcome'],
  },
  match_eta_seconds: {
    type: 'histogram',
    help: 'Time of a request to the route engine, whatever its outcome',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  match_offers_total: {
    type: 'counter',
    help: 'Offers, by outcome: offered, claim_failed, offer_limit (too many offers of the driver ended in vain), cooling_down (the rider cancelled with the driver, or the driver declined), trip_gone, unknown',
    labels: ['outcome'],
  },
  match_offer_wait_seconds: {
    type: 'histogram',
    help: 'Wall time from a trip request to an offer',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  match_pickup_watch_total: {
    type: 'counter',
    help: 'Drivers who did not approach a pick-up, by action: warn, reassign',
    labels: ['action'],
  },
  match_failures_total: {
    type: 'counter',
    help: 'Failed steps of matching, which are retried: tick, settle, considerations, timer',
    labels: ['step'],
  },
} as const satisfies MetricTable;

export type MatchingMetrics = Metrics &
  MetricsOf<typeof MATCHING_METRICS> &
  MetricsOf<typeof DUE_TRIPS_METRICS>;
