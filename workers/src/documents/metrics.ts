import {
  AGE_BUCKETS,
  DURATION_BUCKETS,
  type MetricsOf,
  type MetricTable,
} from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';

export const DOCUMENT_METRICS = {
  documents_total: {
    type: 'counter',
    help: 'Processing runs, by outcome: clean, a rejection code, settled (processed before), fenced (another worker has taken over), postponed (S3 or MongoDB is away)',
    labels: ['outcome'],
  },
  document_seconds: {
    type: 'histogram',
    help: 'Time of one run: read, check, write, store the result',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  document_wait_seconds: {
    type: 'histogram',
    help: 'Time from the upload of a document to the start of its processing',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  document_checker_failures_total: {
    type: 'counter',
    help: 'Child processes that gave no answer: cpu, time, memory, crash, failed, closed',
    labels: ['why'],
  },
} as const satisfies MetricTable;

export type DocumentMetrics = Metrics & MetricsOf<typeof DOCUMENT_METRICS>;
