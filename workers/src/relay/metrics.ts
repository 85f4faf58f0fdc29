import { AGE_BUCKETS, type MetricsOf, type MetricTable } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';

export const RELAY_METRICS = {
  relay_events_total: { type: 'counter', help: 'Trip events told', labels: [] },
  relay_age_seconds: {
    type: 'histogram',
    help: 'Time from a trip event to its telling',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  relay_unheard_total: {
    type: 'counter',
    help: 'Tellings that no gateway heard; followers find out by comparison',
    labels: [],
  },
  relay_failures_total: {
    type: 'counter',
    help: 'Hints or trips that could not be told at once: read, relay, sweep',
    labels: ['step'],
  },
} as const satisfies MetricTable;

export type RelayMetrics = Metrics & MetricsOf<typeof RELAY_METRICS>;
