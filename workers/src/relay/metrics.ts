import { AGE_BUCKETS, type MetricsOf, type MetricTable } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';

export const RELAY_METRICS = {
  relay_events_total: { type: 'counter', help: 'Trip events delivered', labels: [] },
  relay_age_seconds: {
    type: 'histogram',
    help: 'Time from a trip event to its delivery',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  driver_silences_total: {
    type: 'counter',
    help: 'Steps of silences of drivers on a trip: raised (operators see it), rider_may_end, heard (the driver is back), reassigned (searched again), ended (the ride ended by itself)',
    labels: ['step'],
  },
  relay_unheard_total: {
    type: 'counter',
    help: 'Messages that no gateway received; followers catch up by comparison',
    labels: [],
  },
  relay_failures_total: {
    type: 'counter',
    help: 'Failed reads of hints and deliveries of trips, which are retried: read, relay, acknowledge, sweep',
    labels: ['step'],
  },
} as const satisfies MetricTable;

export type RelayMetrics = Metrics & MetricsOf<typeof RELAY_METRICS>;
