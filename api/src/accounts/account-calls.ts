import { CodedError } from '@rideline/contract';
import type { ApiMetrics } from '../metrics.ts';

/** Counts each attempt by its outcome, successful or not. */
export async function counted<T>(
  metrics: ApiMetrics,
  what: 'register' | 'sign_in' | 'refresh' | 'password',
  work: Promise<T>,
): Promise<T> {
  try {
    const result = await work;
    metrics.sign_ins_total.inc({ what, outcome: 'ok' });
    return result;
  } catch (error) {
    metrics.sign_ins_total.inc({ what, outcome: error instanceof CodedError ? error.code : 'INTERNAL' });
    throw error;
  }
}
