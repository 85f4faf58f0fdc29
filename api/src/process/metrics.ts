import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const DEPENDENCY_METRICS = {
  breaker_open: {
    type: 'gauge',
    help: '1 while the circuit of a dependency is not closed',
    labels: ['dependency'],
  },
  dependency_refused_total: {
    type: 'counter',
    help: 'ALARM: refused calls to a dependency: full (no slot in time: SCALE_002 for MongoDB) or open (circuit open: SCALE_004)',
    labels: ['dependency', 'why'],
  },
  dependency_retries_total: {
    type: 'counter',
    help: 'reads of a dependency that were interrupted and repeated',
    labels: ['dependency'],
  },
} as const satisfies MetricTable;
