import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const LIMIT_METRICS = {
  request_limit_nodes: {
    type: 'gauge',
    help: 'API nodes that divide the budgets among them while Redis is unavailable',
    labels: [],
  },
  shed_total: {
    type: 'counter',
    help: 'Requests shed under overload, by limit class of the route',
    labels: ['limit'],
  },
} as const satisfies MetricTable;
