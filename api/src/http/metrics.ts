import { DURATION_BUCKETS, type MetricTable } from '@rideline/platform/metrics/metric-table';

export const HTTP_METRICS = {
  http_request_seconds: {
    type: 'histogram',
    help: 'Time from a REST request to its answer (for streams: to the first byte)',
    labels: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
  },
  unpresentable_documents_total: {
    type: 'counter',
    help: 'Stored documents that could not be presented and were left out of a list or an export',
    labels: ['route'],
  },
} as const satisfies MetricTable;
