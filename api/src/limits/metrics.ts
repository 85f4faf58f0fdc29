import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const LIMIT_METRICS = {
  request_limit_nodes: {
    type: 'gauge',
    help: 'API nodes that share the budgets while Redis is away',
    labels: [],
  },
  shed_total: {
    type: 'counter',
    help: 'Requests shed under overload, by class of their route',
    labels: ['limit'],
  },
} as const satisfies MetricTable;
