import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const WIRE_METRICS = {
  fast_path: {
    type: 'gauge',
    help: 'ALARM when 0: whether events are read past Socket.IO (read) and written past it (send), as seen by the check at the start',
    labels: ['path'],
  },
} as const satisfies MetricTable;
