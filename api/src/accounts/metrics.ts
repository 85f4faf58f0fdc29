import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const ACCOUNT_METRICS = {
  sign_ins_total: {
    type: 'counter',
    help: 'Sign-ins, registrations and refreshes, by outcome: ok, an error code, or reused (a refresh token that was used before)',
    labels: ['what', 'outcome'],
  },
  networks_not_remembered_total: {
    type: 'counter',
    help: 'Sign-ins whose network could not be stored: until the next one, strangers on it may lock the account',
    labels: [],
  },
} as const satisfies MetricTable;
