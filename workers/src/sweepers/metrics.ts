import type { MetricsOf, MetricTable } from '@rideline/platform/metrics/metric-table';
import type { DUE_TRIPS_METRICS } from '../due-trips-metrics.ts';
import type { RelayMetrics } from '../relay/metrics.ts';

export const SWEEPER_METRICS = {
  swept_documents_total: {
    type: 'counter',
    help: 'Documents checked by the sweeper, by outcome: found (uploaded without complete), expired, queued, revived, given_up, told (owner notified), left',
    labels: ['outcome'],
  },
  swept_trips_total: { type: 'counter', help: 'Overdue trips that the sweeper checked', labels: [] },
  made_due_trips_total: {
    type: 'counter',
    help: 'Open trips without a due time, left by a relay of an older version, that the sweeper gave one',
    labels: [],
  },
  silent_driver_trips: {
    type: 'gauge',
    help: 'Open trips whose driver is silent: neither a fix nor a connection for RIDELINE_DRIVER_SILENT_MS',
    labels: [],
  },
  silent_drivers_woken_total: {
    type: 'counter',
    help: 'Pushes that wake the phone of a driver on an open trip from whom no fix comes: queued, failed (tried again)',
    labels: ['outcome'],
  },
  swept_drivers_total: { type: 'counter', help: 'Stale drivers removed from the live index', labels: [] },
  orphan_objects_total: {
    type: 'counter',
    help: 'Orphaned objects removed: without a document, or of a settled one',
    labels: [],
  },
  shortened_documents_total: {
    type: 'counter',
    help: 'Documents that a writer stored under a longer retention than the one in force, and that now expire earlier',
    labels: [],
  },
  sweep_failures_total: { type: 'counter', help: 'Failed sweeps, which are retried', labels: [] },
  document_expiries_total: {
    type: 'counter',
    help: 'Reminders and expiries of documents: reminded_30, reminded_15, reminded_1 (days before), lapsed',
    labels: ['step'],
  },
} as const satisfies MetricTable;

export type SweeperMetrics = RelayMetrics &
  MetricsOf<typeof SWEEPER_METRICS> &
  MetricsOf<typeof DUE_TRIPS_METRICS>;
