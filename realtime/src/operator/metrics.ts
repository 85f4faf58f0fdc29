import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const OPERATOR_METRICS = {
  trips_frames_total: { type: 'counter', help: 'trips:frame sent to operators', labels: [] },
  fleet_frames_total: { type: 'counter', help: 'fleet:frame sent to operators', labels: [] },
} as const satisfies MetricTable;
