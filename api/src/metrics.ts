import { REVOCATION_METRICS } from '@rideline/fleet/accounts/revocation-metrics';
import { FIX_LOG_METRICS } from '@rideline/fleet/fixes/fix-log-metrics';
import { LIVE_INDEX_METRICS } from '@rideline/fleet/live/live-index-metrics';
import type { MetricsOf } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import { ACCOUNT_METRICS } from './accounts/metrics.ts';
import { STALE_ANSWER_METRICS } from './cache/metrics.ts';
import { DOCUMENT_METRICS } from './documents/metrics.ts';
import { DRIVER_METRICS } from './drivers/metrics.ts';
import { HTTP_METRICS } from './http/metrics.ts';
import { LIMIT_METRICS } from './limits/metrics.ts';
import { DEPENDENCY_METRICS } from './process/metrics.ts';

/** Metrics of the API besides the platform's. */
export const API_METRICS = {
  ...REVOCATION_METRICS,
  ...FIX_LOG_METRICS,
  ...LIVE_INDEX_METRICS,
  ...ACCOUNT_METRICS,
  ...STALE_ANSWER_METRICS,
  ...DOCUMENT_METRICS,
  ...DRIVER_METRICS,
  ...HTTP_METRICS,
  ...LIMIT_METRICS,
  ...DEPENDENCY_METRICS,
} as const;

export type ApiMetrics = Metrics & MetricsOf<typeof API_METRICS>;
