import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const DOCUMENT_METRICS = {
  document_queue_deep_total: {
    type: 'counter',
    help: 'Documents accepted while more than 5,000 waited (SCALE_001): more workers are needed',
    labels: [],
  },
} as const satisfies MetricTable;
