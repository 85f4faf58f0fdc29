import { CodedError } from '@rideline/contract';
import type { DegradationLevel } from '@rideline/platform/overload/degradation';
import type { Route } from '../http/route.ts';

/** Who was shed comes back after this and up to as much again at random, so that not all come at once, ms. */
const RETRY_MS = 5000;

/** What is left out at each level; what is critical never is. A cached answer costs next to nothing. */
export function isShed(route: Pick<Route, 'limit' | 'method' | 'cache'>, level: DegradationLevel): boolean {
  switch (route.limit) {
    case 'none':
    case 'critical':
      return false;
    case 'sign-in':
      return level >= 3;
    case 'upload':
      return level >= 2;
    case 'standard':
      return level >= (route.method === 'get' && route.cache === undefined ? 1 : 2);
  }
}

export const shedError = () =>
  new CodedError('SHED', undefined, { retryAfterMs: Math.ceil(RETRY_MS * (1 + Math.random())) });
