import { type MetricTable, SIZE_BUCKETS } from '@rideline/platform/metrics/metric-table';

export const DRIVER_METRICS = {
  search_rounds: {
    type: 'histogram',
    help: 'GEOSEARCH calls of one driver search',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  http_fixes_total: {
    type: 'counter',
    help: 'Fixes posted over HTTP, by verdict',
    labels: ['verdict'],
  },
  http_fixes_over_budget_total: {
    type: 'counter',
    help: 'Fixes over HTTP refused with SCALE_003: their driver had used up the budget of fixes',
    labels: [],
  },
} as const satisfies MetricTable;
