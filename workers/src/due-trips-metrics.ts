import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const DUE_TRIPS_METRICS = {
  settled_trips_total: {
    type: 'counter',
    help: 'Trips with a due step performed (release, give up, expiry of offers, promotion), by component: matcher, timer, sweeper',
    labels: ['by'],
  },
} as const satisfies MetricTable;
