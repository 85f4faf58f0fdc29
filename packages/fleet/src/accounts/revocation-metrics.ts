import { AGE_BUCKETS, type MetricsOf, type MetricTable } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';

export const REVOCATION_METRICS = {
  revocations_total: {
    type: 'counter',
    help: 'New revocations, by source: here (written by this process), stream, record (MongoDB)',
    labels: ['source'],
  },
  revocation_age_seconds: {
    type: 'histogram',
    help: 'Time from the write of a revocation until this process has it',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  revocations_held: { type: 'gauge', help: 'Revocations held in memory', labels: [] },
  revocation_failures_total: {
    type: 'counter',
    help: 'Failed reads of revocations, which are retried, by source',
    labels: ['source'],
  },
} as const satisfies MetricTable;

export type RevocationMetrics = Metrics & MetricsOf<typeof REVOCATION_METRICS>;
