import { type MetricTable, SIZE_BUCKETS } from '@rideline/platform/metrics/metric-table';

export const LIVE_INDEX_METRICS = {
  live_index_drivers: {
    type: 'histogram',
    help: 'Drivers placed in one flush of the live index',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  live_index_errors_total: { type: 'counter', help: 'Flushes of the live index that failed', labels: [] },
} as const satisfies MetricTable;
