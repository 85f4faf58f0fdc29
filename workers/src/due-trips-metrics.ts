import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const DUE_TRIPS_METRICS = {
  settled_trips_total: {
    type: 'counter',
    help: 'Trips of which something was done that is due by time: release, give up, lapse, promotion; by whom',
    labels: ['by'],
  },
} as const satisfies MetricTable;
