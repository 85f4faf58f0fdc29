import { type MetricTable, SIZE_BUCKETS } from '@rideline/platform/metrics/metric-table';

export const DRIVER_METRICS = {
  search_rounds: {
    type: 'histogram',
    help: 'GEOSEARCHes that one search of drivers took',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  http_fixes_total: {
    type: 'counter',
    help: 'Fixes posted over HTTP and judged, by verdict',
    labels: ['verdict'],
  },
} as const satisfies MetricTable;
