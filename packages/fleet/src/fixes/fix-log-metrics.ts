import { DURATION_BUCKETS, type MetricTable, SIZE_BUCKETS } from '@rideline/platform/metrics/metric-table';

export const FIX_LOG_METRICS = {
  fix_log_held: { type: 'gauge', help: 'Fixes that wait for the log', labels: [] },
  fix_log_batch_fixes: {
    type: 'histogram',
    help: 'Fixes in one entry of a fix stream; one in eight',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  fix_log_append_seconds: {
    type: 'histogram',
    help: 'Time of one XADD; one in eight',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  fix_log_errors_total: {
    type: 'counter',
    help: 'Failed writes of entries to the log, which are retried',
    labels: [],
  },
} as const satisfies MetricTable;
