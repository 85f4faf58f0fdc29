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
    help: 'Runs of documents through the checks, by outcome: clean, a code of rejection, settled (done before), fenced (another worker has taken over), postponed (S3 or Mongo is away)',
    labels: ['outcome'],
  },
  document_seconds: {
    type: 'histogram',
    help: 'Time of one run: read, checked, written, filed',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  document_wait_seconds: {
    type: 'histogram',
    help: 'Time from the upload of a document to its start',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  document_checker_failures_total: {
    type: 'counter',
    help: 'Child processes that gave no answer: time, memory, crash, failed, closed',
    labels: ['why'],
  },
} as const satisfies MetricTable;

export type DocumentMetrics = Metrics & MetricsOf<typeof DOCUMENT_METRICS>;
