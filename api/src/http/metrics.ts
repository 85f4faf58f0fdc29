import { DURATION_BUCKETS, type MetricTable } from '@rideline/platform/metrics/metric-table';

export const HTTP_METRICS = {
  http_request_seconds: {
    type: 'histogram',
    help: 'Time from a REST request to its answer (a streamed one: to its first byte)',
    labels: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
  },
} as const satisfies MetricTable;
