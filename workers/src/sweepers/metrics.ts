import type { MetricsOf, MetricTable } from '@rideline/platform/metrics/metric-table';
import type { DUE_TRIPS_METRICS } from '../due-trips-metrics.ts';
import type { RelayMetrics } from '../relay/metrics.ts';

export const SWEEPER_METRICS = {
  swept_documents_total: {
    type: 'counter',
    help: 'Documents that the sweeper looked at, by what it did: found (a forgotten complete), expired, queued, revived, given_up, told, left',
    labels: ['outcome'],
  },
  swept_trips_total: { type: 'counter', help: 'Trips that were overdue for a look', labels: [] },
  swept_drivers_total: { type: 'counter', help: 'Drivers that left the live index unseen', labels: [] },
  orphan_objects_total: {
    type: 'counter',
    help: 'Objects removed that belonged to no document, or to one at its end',
    labels: [],
  },
  sweep_failures_total: { type: 'counter', help: 'Sweeps that failed and come round again', labels: [] },
  document_expiries_total: {
    type: 'counter',
    help: 'Documents that run out: reminded_30, reminded_15, reminded_1 (days before), lapsed',
    labels: ['step'],
  },
} as const satisfies MetricTable;

export type SweeperMetrics = RelayMetrics &
  MetricsOf<typeof SWEEPER_METRICS> &
  MetricsOf<typeof DUE_TRIPS_METRICS>;
