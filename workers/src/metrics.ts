import type { MetricsOf } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import { DOCUMENT_METRICS } from './documents/metrics.ts';
import { DUE_TRIPS_METRICS } from './due-trips-metrics.ts';
import { HISTORY_METRICS } from './history/metrics.ts';
import { MATCHING_METRICS } from './matching/metrics.ts';
import { NOTIFICATION_METRICS } from './notifications/metrics.ts';
import { RELAY_METRICS } from './relay/metrics.ts';
import { SWEEPER_METRICS } from './sweepers/metrics.ts';

/** What the worker roles count besides the platform's metrics. */
export const WORKER_METRICS = {
  ...HISTORY_METRICS,
  ...RELAY_METRICS,
  ...MATCHING_METRICS,
  ...DUE_TRIPS_METRICS,
  ...SWEEPER_METRICS,
  ...DOCUMENT_METRICS,
  ...NOTIFICATION_METRICS,
} as const;

export type WorkerMetrics = Metrics & MetricsOf<typeof WORKER_METRICS>;
