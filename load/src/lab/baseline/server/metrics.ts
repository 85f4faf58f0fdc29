import { DURATION_BUCKETS, type MetricTable } from '@rideline/platform/metrics/metric-table';

/** Under the product's names, so that one recorder reads both. */
export const BASELINE_METRICS = {
  match_waiting_trips: { type: 'gauge', help: 'Trips without a driver or an offer', labels: ['tier'] },
  http_request_seconds: {
    type: 'histogram',
    help: 'Time of a REST request',
    labels: ['route', 'status'],
    buckets: DURATION_BUCKETS,
  },
} as const satisfies MetricTable;
