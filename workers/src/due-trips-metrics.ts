import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const DUE_TRIPS_METRICS = {
  settled_trips_total: {
    type: 'counter',
    help: 'Trips with a performed step that was due by time (release, give up, expiry of offers, promotion), by process: matcher, timer, sweeper',
    labels: ['by'],
  },
} as const satisfies MetricTable;
