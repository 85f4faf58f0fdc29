import { AGE_BUCKETS, type MetricsOf, type MetricTable } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';

export const NOTIFICATION_METRICS = {
  notifications_total: {
    type: 'counter',
    help: 'Notifications taken from the queue: new, again (stored before), late (no longer useful), withdrawn (an offer that was revoked)',
    labels: ['outcome'],
  },
  notification_age_seconds: {
    type: 'histogram',
    help: 'Time from the event of a notification to its storage',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  notification_unheard_total: {
    type: 'counter',
    help: 'Notifications that no gateway received; the phone gets them when it connects',
    labels: [],
  },
  pushes_total: {
    type: 'counter',
    help: 'Pushes through a provider: sent, gone and refused (the device), failed (retried)',
    labels: ['provider', 'outcome'],
  },
} as const satisfies MetricTable;

export type NotificationMetrics = Metrics & MetricsOf<typeof NOTIFICATION_METRICS>;
