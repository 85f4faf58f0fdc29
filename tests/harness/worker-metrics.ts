import { DOCUMENT_METRICS } from '@rideline/workers/documents/metrics';
import { DUE_TRIPS_METRICS } from '@rideline/workers/due-trips-metrics';
import { HISTORY_METRICS } from '@rideline/workers/history/metrics';
import { MATCHING_METRICS } from '@rideline/workers/matching/metrics';
import { NOTIFICATION_METRICS } from '@rideline/workers/notifications/metrics';
import { RELAY_METRICS } from '@rideline/workers/relay/metrics';
import { SWEEPER_METRICS } from '@rideline/workers/sweepers/metrics';

/** The metrics of all worker roles together. */
export const WORKER_METRICS = {
  ...HISTORY_METRICS,
  ...RELAY_METRICS,
  ...MATCHING_METRICS,
  ...DUE_TRIPS_METRICS,
  ...SWEEPER_METRICS,
  ...DOCUMENT_METRICS,
  ...NOTIFICATION_METRICS,
} as const;
