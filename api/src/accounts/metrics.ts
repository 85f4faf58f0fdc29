import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const ACCOUNT_METRICS = {
  sign_ins_total: {
    type: 'counter',
    help: 'Sign-ins, registrations and refreshes, by outcome: ok, an error code, or reused (a refresh token that was used before)',
    labels: ['what', 'outcome'],
  },
} as const satisfies MetricTable;
