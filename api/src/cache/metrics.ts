import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const STALE_ANSWER_METRICS = {
  stale_answers_total: {
    type: 'counter',
    help: 'Reads that MongoDB did not answer, on routes that may give their last answer, by outcome: given, none (nothing stored for this caller and request, or the cache is unavailable too)',
    labels: ['route', 'outcome'],
  },
  stale_copies_total: {
    type: 'counter',
    help: 'Answers on routes that may give their last answer, by outcome: stored, outdated (the cache has a newer one), failed (the cache is unavailable), too_large, skipped (too many are being stored)',
    labels: ['route', 'outcome'],
  },
} as const satisfies MetricTable;
